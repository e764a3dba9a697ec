"""One set of rules: the tablet's JavaScript gives the verdicts of the service's own use cases, fault by fault and line by line."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import pytest

from forms_service.documents.form_parsing import definition_from
from forms_service.domain.conditions import holds, parse_condition
from forms_service.domain.evidence import canonical_json, check_text, normal_text
from forms_service.domain.forms import Field, FieldType, FormDefinition, FormVersion, PaperKind, Stage
from forms_service.domain.numbers import parse_document_id, parse_qr_payload
from forms_service.domain.screening import evaluate, parse_screening_table
from forms_service.domain.wording import Line, page_lines
from forms_service.errors import (
    Fault,
    InvalidInputError,
    ScreeningAnswersError,
    TextHasControlCharactersError,
    ValuesError,
)
from forms_service.ports import Services
from forms_service.workflow.form_definition import form_data
from forms_service.workflow.paper import PaperRequest, make_paper
from forms_service.workflow.tablet_forms import tablet_forms
from tests import vectors_made
from tests.conftest import SCALE, make_services
from tests.drawn_values import BAD, GOOD, TODAY, WORDS, Drawer, seeded
from tests.same_rules import BY, DOCUMENT_IDS, TABLET_FORMS, VECTORS, by_service, by_tablet, case, on_tablet

SETS = 200 * SCALE
LANGUAGES, PAPERS = ("en", "es"), ("presented", "presented", "completed", "blank")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Give real services, made once."""
    return make_services(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def served(services: Services) -> dict:
    """Give what a tablet is served, as it reads it."""
    return json.loads(json.dumps(tablet_forms(services, BY)))


def test_the_tablets_tests_read_what_a_tablet_is_served(served):
    """The file that the JavaScript tests read is what the service serves today; else `script/vectors` writes it anew."""
    kept = json.loads(TABLET_FORMS.read_text("utf-8"))
    if unicodedata.unidata_version != kept["characters"]["unicode"]:  # another Python knows more letters
        for one in (kept, served := dict(served)):
            one.pop("characters")
            one.pop("digest")
    assert kept == served


@pytest.mark.parametrize(
    "make", [vectors_made.values, vectors_made.wording, vectors_made.blocks], ids=lambda make: make.__name__
)
def test_the_vectors_say_what_the_service_says(services, make):
    """Each verdict of the shared cases is the service's own; else look at `script/vectors` and why it changed."""
    kept = json.loads((VECTORS / f"{make.__name__}.json").read_text("utf-8"))
    made = json.loads(json.dumps(make(services)))
    assert {**kept, "cases": len(kept["cases"])} == {**made, "cases": len(made["cases"])}
    for one, other in zip(kept["cases"], made["cases"], strict=True):
        assert one == other


def test_drawn_papers_get_the_same_verdict_on_both_sides(services, served):
    """Good, faulty and wild value sets: the same faults in the same order, or the same values, lines, digest, blocks and refusal."""
    cases = [drawn_case(services, number) for number in range(SETS)]
    verdicts = [json.loads(json.dumps(by_service(services, one))) for one in cases]
    for one, expected, found in zip(cases, verdicts, by_tablet(services, served, cases), strict=True):
        assert found == expected, one
        if not found["faults"]:  # what a tablet sends is what it signed: judged once more, it is the same paper
            assert by_service(services, {**one, "values": found["values"]}) == expected, one
    kinds = Counter(bool(verdict["faults"]) for verdict in verdicts)
    assert min(kinds[True], kinds[False]) >= SETS // 4
    slugs = {slug for verdict in verdicts for slug, _ in verdict["faults"]}
    assert len(slugs) >= 10
    assert len({verdict["refusal"] for verdict in verdicts if not verdict["faults"]}) >= 3


def drawn_case(services: Services, number: int) -> dict:
    """Draw one case: form, language, kind of paper, day, values and ink."""
    chance = seeded(f"case {number}")
    form = chance.choice(sorted(DOCUMENT_IDS))
    definition = services.forms.form(form).definition
    drawer = Drawer(definition, f"values {number}", lambda values: faults_of(services, form, values))
    values = [drawer.good, drawer.good, drawer.faulty, drawer.wild][number % 4]()
    shown = TODAY - timedelta(days=chance.randint(0, 900))
    inks = {block.id: drawn_strokes(chance) for block in definition.blocks if chance.random() < 0.6}
    return case(
        form,
        values,
        language=chance.choice(LANGUAGES),
        paper=chance.choice(PAPERS),
        presented_on=shown.isoformat(),
        inks=inks,
    )


def faults_of(services: Services, form: str, values: Mapping) -> list[Fault]:
    """Give the faults of a set of values, with all that completing requires."""
    require = (Stage.SCREENING, Stage.BEFORE, Stage.SIGNING)
    try:
        make_paper(
            services, BY, PaperRequest(form=form, values=values, document_id=DOCUMENT_IDS[form], require=require)
        )
    except ValuesError as error:
        return list(error.faults)
    return []


def drawn_strokes(chance: random.Random) -> list[list[list[int | None]]]:
    """Draw strokes around what just counts as signed, some of them dots, some beyond the box."""
    reach = chance.choice((0, 40, 90, 200, 400, 2000))
    strokes = []
    for _ in range(chance.randint(0, 3)):
        x, y = chance.randint(0, 7000), chance.randint(0, 1700)
        points = [
            [x + chance.randint(0, reach), y + chance.randint(0, reach // 4)] for _ in range(chance.randint(1, 6))
        ]
        strokes.append([[*point, at, None] for at, point in enumerate(points)])
    return strokes


BARE = {
    "code": "X", "engine": "html", "languages": ["en"], "sections": ["one"], "retention_class": "other",
    "fields": [
        {"id": "a", "type": "text", "stage": "before", "filled_by": ["officer"], "section": "one"},
        {"id": "b", "type": "group", "stage": "after", "filled_by": ["clerk"], "section": "one", "items": [{"id": "c", "type": "date"}]},
    ],
    "page": [{"id": "title", "kind": "title", "section": "head"}],
    "blocks": [
        {"id": "person", "printed_name": "a", "least_ink": {"path_hundredths_mm": 500, "side_hundredths_mm": 300},
         "least_mark": {"path_hundredths_mm": 200, "side_hundredths_mm": 200}},
    ],
}  # fmt: skip


def test_what_a_form_leaves_out_is_read_alike(served):
    """A form folder that says only what it must has the same limits, papers and conditions on both sides."""
    bare = {
        "form": "x",
        "version": 1,
        "digest": "",
        "definition": BARE,
        "words": {},
        "languages": ["en"],
        "sources": {},
    }
    read = definition_from("x", 1, BARE, {}, "")
    assert on_tablet(served, "forms", [bare]) == [json.loads(json.dumps(form_facts(read)))]


def form_facts(definition: FormDefinition) -> dict[str, object]:
    """Give what a form says of itself; a condition by whether it holds where nothing is answered."""
    return {
        "code": definition.code,
        "control": definition.control_language,
        "period": definition.period,
        "declined": holds(definition.declined_when, {}),
        "fields": [field_facts(field) for field in definition.fields],
        "page": [
            [one.id, one.kind, one.section, holds(one.when, {}), one.each, one.field, one.block, one.papers, one.control]
            for one in definition.page
        ],
        "blocks": [
            [one.id, one.printed_name, holds(one.applies, {}), holds(one.required, {}), one.least_ink.path_mm, one.least_mark.side_mm,
             one.width_hundredths_mm, one.height_hundredths_mm]
            for one in definition.blocks
        ],
    }  # fmt: skip


def field_facts(field: Field) -> list[object]:
    """Give what a field says of itself, its items last."""
    return [
        field.id, field.type, field.stage, field.filled_by, field.section, field.internal, holds(field.required, {}),
        holds(field.applies, {}), field.source, field.computed, field.max_length, field.options, field.least, field.most,
        field.not_future, field.not_before, field.warn_after_hours, field.pattern, [field_facts(item) for item in field.items],
    ]  # fmt: skip


EVERYTHING = (
    "{contact_at} | {contact_at:time} | {contact_at:date_long} | {aids} | {aids:list} | {guardian_order_seen:yes_no} | "
    "{period_days:text} | {manner} | {reach_phone:phone} | {date_of_birth} | {interpreter_channel} | {diverted_offences.kind}"
)


def test_words_that_say_everything_are_written_alike(services, served):
    """Every format and type, on a form whose words say more than the shipped ones; values that are nothing, options unknown."""
    form = wordy(services)
    drawer = Drawer(form.definition, "words", lambda _: [])
    chance = seeded("words")
    asked = [
        (chance.choice(LANGUAGES), spoiled(chance, drawer.some(0.6)), chance.choice(PAPERS), chance.random() < 0.5)
        for _ in range(SETS)
    ]
    expected = [
        [line_facts(line) for line in page_lines(form.definition, language, values, PaperKind(paper), control=control)]
        for language, values, paper, control in asked
    ]
    entry = {**form_data(form), "languages": list(LANGUAGES), "sources": {}}
    for one, want, got in zip(
        asked, expected, on_tablet(served, "lines", [[entry, *one] for one in asked]), strict=True
    ):
        assert got == want, one


def wordy(services: Services) -> FormVersion:
    """Give the LEAD form with words that say everything, and another way to write dates and times in Spanish."""
    files = dict(services.forms.form("lead-agreement").files)
    for name, pattern, other in (
        ("en.toml", "facts = ", ""), ("es.toml", "facts = ", ""), ("es.toml", "date_pattern = ", "{year}-{month}-{day}"),
        ("es.toml", "time_pattern = ", "{hour24}h{minute}"),
    ):  # fmt: skip
        changed = re.sub(rf"(?m)^{pattern}.*$", f'{pattern}"{other or EVERYTHING}"', files[name].decode())
        files[name] = changed.encode()
    return services.forms.archived("lead-agreement", 1, files)


def spoiled(chance: random.Random, values: dict[str, object]) -> dict[str, object]:
    """Put nothing, or an option that nobody knows, in some values' places."""
    for name in (
        "person_name_as_given",
        "contact_at",
        "aids",
        "manner",
        "diverted_offences",
        "treatment_from",
        "period_last_day",
    ):
        if chance.random() < 0.2:
            values[name] = chance.choice((None, "", []))
    if chance.random() < 0.3:
        values |= {
            "aids": chance.sample(("guardian", "unheard_of", "interpreter", "read_aloud"), 3),
            "manner": "toString",
        }
    return values


def line_facts(line: Line) -> dict[str, str]:
    """Give a line as the tablet has it."""
    return {name: str(getattr(line, name)) for name in ("id", "kind", "section", "block", "text", "label", "value")}


def test_drawn_texts_are_judged_alike(services, served):
    """Any characters at all: the same refused code point, the same normal form, the same length."""
    drawer = Drawer(services.forms.form("lead-agreement").definition, "texts", lambda _: [])
    texts = [drawer.any_text() for _ in range(10 * SETS)] + [drawer.text(200) for _ in range(SETS)]
    expected = [[refused_code_point(text), normal_text(text), len(normal_text(text))] for text in texts]
    known = unicodedata.unidata_version
    for text, one, other in zip(texts, expected, on_tablet(served, "texts", texts), strict=True):
        if not one[0] or one[0] == other[0]:
            assert one[0] == other[0], (ascii(text), known)
        if not one[0]:
            assert one == other, (ascii(text), known)


def refused_code_point(text: str) -> str:
    """Give the first refused code point, or nothing."""
    try:
        check_text(text)
    except TextHasControlCharactersError as error:
        return str(error.facts["code_point"])
    return ""


def test_drawn_numbers_are_read_alike(served):
    """Ids as people type them, and codes as scanners read them, with characters changed, dropped and doubled."""
    chance = seeded("numbers")
    ids = (
        "LEAD-7Q2F9-KDM3X-3",
        "SR-00000-00005-5",
        "lead 7q2f9 kdm3x 3",
        "LEAD–7Q2F9–KDM3X–3",
        "A0000000OO1I",
        "FS1-LEAD/1-7Q2F9KDM3X3-1/3",
    )
    typed = [mistyped(chance, chance.choice(ids)) for _ in range(5 * SETS)]
    expected = [[*read_id(text), read_code(text)] for text in typed]
    assert on_tablet(served, "numbers", typed) == expected
    assert {one[1] for one in expected} == {"", "document-id-malformed", "document-id-check-failed"}


BETWEEN = " -\t\x1f\x85\u00a0\u1680\u2000\u200a\u2010\u2013\u2015\u2028\u2029\u202f\u205f\u2212\u3000\u200b"


def mistyped(chance: random.Random, text: str) -> str:
    """Change, drop or double up to two characters, write other things between, add blanks to the longest that is read."""
    for _ in range(chance.randint(0, 2)):
        at = chance.randrange(len(text))
        other = chance.choice(("", text[at] * 2, chance.choice("OIL0189UZ*ßı\ufeff"), chance.choice(BETWEEN)))
        text = text[:at] + other + text[at + 1 :]
    return chance.choice((text, text, text.replace("-", chance.choice(BETWEEN)), text.ljust(chance.randint(38, 42))))


def read_id(text: str) -> tuple[str, str]:
    """Give the id as it is printed, or the slug of its refusal."""
    try:
        return str(parse_document_id(text)), ""
    except InvalidInputError as error:
        return "", error.slug


def read_code(text: str) -> list[object] | None:
    """Give what a code says."""
    found = parse_qr_payload(text)
    return [str(found.document_id), found.form_version, found.page_number, found.pages] if found else None


def test_drawn_conditions_hold_alike(served):
    """Conditions of every shape over values of every kind."""
    chance = seeded("conditions")
    pairs = [[drawn_condition(chance, 3), drawn_holder(chance)] for _ in range(10 * SETS)]
    expected = [holds(parse_condition(condition), values) for condition, values in pairs]
    assert on_tablet(served, "conditions", pairs) == expected
    assert min(Counter(expected).values()) > SETS


SCALARS = ("", "a", "b", "mark", 0, 1, 13, 14, -2, True, False)


def drawn_condition(chance: random.Random, depth: int) -> object:
    """Draw a condition that a form folder may hold."""
    field = chance.choice(("a", "b", "list", "group.a", "group.b", "constructor", "list.length"))
    shapes = [
        chance.random() < 0.5,
        {"field": field, "is": chance.choice(SCALARS)},
        {"field": field, "in": chance.choices(SCALARS, k=chance.randint(1, 3))},
        {"field": field, "is_set": chance.random() < 0.5},
        {"field": field, "at_least": chance.choice((-3, 0, 1, 14))},
    ]
    if depth:
        inner = [drawn_condition(chance, depth - 1) for _ in range(chance.randint(1, 3))]
        shapes += [{"all": inner}, {"any": inner}, {"not": inner[0]}] * 2
    return chance.choice(shapes)


def drawn_holder(chance: random.Random) -> dict[str, object]:
    """Draw values of every kind that JSON has."""
    kinds = (*SCALARS, None, [], {}, 1.5, ["a", 14], [None], [[]], [""], {"a": "a"})
    holder: dict[str, object] = {name: chance.choice(kinds) for name in ("a", "b", "list") if chance.random() < 0.7}
    if chance.random() < 0.7:
        holder["group"] = [{"a": chance.choice(kinds), "b": chance.choice(kinds)} for _ in range(chance.randint(0, 3))]
    return holder


def test_drawn_answers_of_screening_lead_alike(services, served):
    """Answers of every kind, under both victim rules: the same row, disqualifiers and refusals."""
    chance = seeded("screening")
    rows = {"rows": [dict(row) for row in served["screening"]["rows"]]}
    asked = [[chance.choice(("no_objection", "consent")), drawn_answers(chance)] for _ in range(10 * SETS)]
    tables = {rule: parse_screening_table(rows, victim_rule=rule) for rule in ("no_objection", "consent")}
    expected = [screened(tables[rule], answers) for rule, answers in asked]
    assert on_tablet(served, "screenings", asked) == expected
    assert len({json.dumps(one) for one in expected}) >= 10


def drawn_answers(chance: random.Random) -> dict[str, object]:
    """Draw answers, most of them such as the table knows."""
    kind, position = ("person", "business", "public", "none", 5), ("no_objection", "objects", "not_reached", None)
    victims = [{"kind": chance.choice(kind), "position": chance.choice(position)} for _ in range(chance.randint(0, 3))]
    answers: dict[str, object] = {
        "mental_health_issue": chance.random() < 0.9,
        "probable_cause": chance.random() < 0.7,
        "officer_choice": chance.choice(("lead-agreement", "lead-agreement", "social-referral", "neither")),
        "supervision_person_crime": chance.choice(("yes", "no", "no", "could_not_check")),
        "person_chooses": chance.choice(("yes", "yes", "no", "not_now")),
        "victims": victims,
    }
    if chance.random() < 0.3:
        answers.pop(chance.choice(sorted(answers)))
    if chance.random() < 0.2:
        answers[chance.choice((*answers, "intoxicated", "victim_objects", "toString"))] = chance.choice(
            (*BAD, [{"position": "maybe"}], [[]])
        )
    return answers


def screened(table, answers: Mapping) -> object:
    """Give the table's answer, or its refusals."""
    try:
        found = evaluate(table, answers)
    except ScreeningAnswersError as error:
        return [[fault.slug, fault.place] for fault in error.faults]
    return [found.rule, found.outcome, found.form, list(found.disqualifiers), found.message, found.count_nameless]


def test_drawn_values_are_written_alike(served):
    """Canonical JSON of nested values, whatever their text holds."""
    chance = seeded("canonical")
    values = [drawn_value(chance, 3) for _ in range(5 * SETS)]
    assert on_tablet(served, "canonical", values) == [canonical_json(one).decode() for one in values]


def drawn_value(chance: random.Random, depth: int) -> object:
    """Draw a value that canonical JSON holds."""
    texts = (*WORDS, *GOOD[FieldType.EMAIL], "\u0000\u001f\u007f", "\u2028", "é", "\U0001f600", "/")
    plain = chance.choice((None, True, False, 0, -1, 2**53 - 1, chance.randint(-(10**9), 10**9), chance.choice(texts)))
    if not depth or chance.random() < 0.3:
        return plain
    inner = [drawn_value(chance, depth - 1) for _ in range(chance.randint(0, 4))]
    keys = chance.sample(("a", "B", "_", "a10", "a2", "10", "9", "-", '"', "\\", "", "\u007f"), len(inner))
    return inner if chance.random() < 0.5 else dict(zip(keys, inner, strict=True))
