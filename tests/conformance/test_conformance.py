"""Every form, language, manner, aid and kind, and 200 generated value sets, through the independent readers.

All files go through veraPDF (PDF/A-3a and PDF/UA-1) in one call; each through ``qpdf --check``, the sealed ones
through ``pdfsig``; and every value is found again in the page's text.
"""

from __future__ import annotations

import copy
import subprocess
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import weasyprint
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from forms_service.domain.forms import PaperKind
from forms_service.errors import FormsServiceError
from forms_service.ports import Actor, Services
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.find import open_document
from forms_service.workflow.paper import PaperRequest
from forms_service.workflow.present import Presented, present
from tests.conftest import EXAMPLES, SCALE, example, make_services
from tests.counterparts.verapdf import failures

BY = Actor(id="operator:tester")
GENERATED = 200 * SCALE
NAMES = st.one_of(
    st.text(
        alphabet=st.characters(
            whitelist_categories=("Lu", "Ll"), max_codepoint=0x24F, blacklist_characters="\u0149\u01c4\u01c5\u01c6"
        ),
        min_size=1,
        max_size=120,
    ),
    st.sampled_from(
        [
            "Tal", "X", "Nguyễn Thị Mẫu Ánh", "Ольга Пример-Щукина", "Ελένη Παράδειγμα", "O'Brien-Núñez y Ñandú", "<b>Bold</b> & Sons",
            "{{ 7*7 }}", "{% raw %}", '"Quoted" «name»', "A" * 120, "Anna Maria " * 10, "ﬁnn ﬂynn", "Zoë Ångström", "; DROP TABLE record; --",
            "</p><script>x</script>", "&amp;&lt;", "\\n\\t", "%s %d", "’‘“”–—…",
        ]
    ),
)  # fmt: skip
PLACES = st.one_of(st.sampled_from(["Main Street 100", "под мостом", "Đường Lê Lợi 5", "x" * 200, "W " * 100]), NAMES)


@st.composite
def value_sets(draw):
    """Give form, language and values: usual ones with names, places and lists of every allowed length."""
    form = draw(st.sampled_from(["lead-agreement", "social-referral"]))
    values = copy.deepcopy(example(form)[0])
    values["person_name_as_given"] = draw(NAMES)
    values["contact_place"] = draw(PLACES)
    values["next_step"] = draw(PLACES)
    values["officer_name"] = draw(NAMES)[:80]
    if draw(st.booleans()):
        values["other_names"] = draw(PLACES)
    if draw(st.booleans()):
        values["lives_at"] = draw(PLACES)
    if form == "lead-agreement":
        offence = st.fixed_dictionaries(
            {
                "plain_words": NAMES,
                "kind": st.sampled_from(["misdemeanor", "felony", "violation", "city_code"]),
                "happened_on": st.dates(max_value=date(2026, 11, 20)).map(str),
            }
        )
        values["diverted_offences"] = draw(st.lists(offence, min_size=1, max_size=6))
    if draw(st.booleans()):
        values |= {"manner": "mark", "witness_name": draw(NAMES), "witness_relation": "neighbor"}
    return form, draw(st.sampled_from(["en", "es"])), values


def variants() -> list[tuple[str, str]]:
    """Give form and name of every example."""
    return [
        (file.parent.name, file.name.removesuffix("values.json").removesuffix("."))
        for file in sorted(EXAMPLES.glob("*/*values.json"))
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> list[Path]:
    """Give every file of this run: sealed examples, presented, blank and prefilled pages, generated pages."""
    folder = tmp_path_factory.mktemp("conformance")
    services = make_services(folder / "service")
    files = [*_sealed(services, folder), *_unsealed(services, folder)]
    generated: list[Path] = []
    refusals: set[str] = set()

    @seed(20261120)
    @settings(max_examples=GENERATED, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(value_sets())
    def render(one) -> None:
        form, language, values = one
        try:
            shown = present(services, BY, PaperRequest(form=form, values=values, language=language))
        except FormsServiceError as refused:
            refusals.add(refused.slug)
            return
        assert_said(shown)
        generated.append(_write(folder, f"generated-{len(generated):04d}", shown.pdf))

    render()
    assert refusals <= {"glyph-missing", "value-missing", "text-has-control-characters"}
    assert len(generated) >= GENERATED * 0.8
    return [*files, *generated]


def _sealed(services: Services, folder: Path) -> list[Path]:
    files = []
    for form, name in variants():
        values, signatures = example(form, name)
        language = "es" if name.startswith("es") else "en"
        record = complete(
            services, BY, CompletionRequest(form=form, values=values, signatures=signatures, language=language)
        ).record
        files.append(
            _write(folder, f"sealed-{form}-{name or 'usual'}", open_document(services, BY, record.document_id))
        )
    return files


def _unsealed(services: Services, folder: Path) -> list[Path]:
    files = []
    for form in ("lead-agreement", "social-referral"):
        for language in ("en", "es"):
            values = example(form)[0]
            for kind, given_values in ((PaperKind.PRESENTED, values), (PaperKind.BLANK, {}), (PaperKind.BLANK, values)):
                shown = present(
                    services, BY, PaperRequest(form=form, values=given_values, language=language, kind=kind)
                )
                name = "prefilled" if kind is PaperKind.BLANK and given_values else str(kind)
                files.append(_write(folder, f"{name}-{form}-{language}", shown.pdf))
    return files


def _write(folder: Path, name: str, pdf: bytes) -> Path:
    file = folder / f"{name}.pdf"
    file.write_bytes(pdf)
    return file


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def assert_said(shown: Presented) -> None:
    """Find every line of a paper in its page, by an independent reader."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=shown.pdf, capture_output=True, check=True)
    said = _folded(done.stdout.decode())
    for line in (*shown.paper.lines, *shown.paper.control):
        assert _folded(line.text) in said or _folded(line.value) in said, (line.id, line.text)


def test_every_file_conforms_to_pdf_a_3a_and_pdf_ua_1(made):
    """No rule of either standard fails in any file."""
    assert failures(made) == []


def test_every_file_is_sound(made):
    """Qpdf finds no fault in any file's structure."""
    for file in made:
        done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (file.name, done.stdout, done.stderr)


def test_every_sealed_file_has_a_valid_seal_over_all_of_it(made):
    """pdfsig, which knows nothing of us, calls each seal valid and the whole file signed."""
    sealed = [file for file in made if file.name.startswith("sealed-")]
    assert len(sealed) == len(variants())
    for file in sealed:
        said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in said, (file.name, said)
        assert "Total document signed" in said, (file.name, said)


def test_a_file_that_does_not_conform_is_told(tmp_path):
    """The judge itself can say no: a page with its claims' content broken fails."""
    spoiled = tmp_path / "spoiled.pdf"
    spoiled.write_bytes(weasyprint.HTML(string="<p>plain").write_pdf())
    assert failures([spoiled])
