"""The final lines of a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import pytest

from forms_service.documents.fonts import FontFolder
from forms_service.documents.form_folder import FormFolders
from forms_service.domain.forms import PageLine, PaperKind
from forms_service.domain.wording import PEN_LINE, digest_lines, page_lines, show, time_of_day
from forms_service.settings import ROOT

LEAD = FormFolders(ROOT / "templates", FontFolder(ROOT / "config/fonts").digests).form("lead-agreement").definition
OFFENCES = [
    {"plain_words": "Noise", "kind": "city_code", "happened_on": "2026-11-20"},
    {
        "plain_words": "Taking food",
        "code": "ORS 164.043",
        "kind": "misdemeanor",
        "happened_on": "2026-11-19",
        "place": "Main Street 100",
    },
]
VALUES = {
    "person_name_as_given": "Tal",
    "diverted_offences": OFFENCES,
    "period_last_day": "2027-01-19",
    "period_days": 60,
    "manner": "drawn",
}


def lines(language="en", paper=PaperKind.PRESENTED, **change) -> dict[str, str]:
    """Give line id to text."""
    return {line.id: line.text for line in page_lines(LEAD, language, {**VALUES, **change}, paper)}


def test_each_offence_has_its_line():
    """A group's items stand one below the other, numbered in their ids."""
    found = lines()
    assert found["offence-1"] == "What this is about: Noise (November 20, 2026) (city code offense)"
    assert (
        found["offence-2"]
        == "What this is about: Taking food (November 19, 2026) ORS 164.043 (misdemeanor) Main Street 100"
    )


def test_city_code_has_its_own_consequence():
    """A city code offense speaks of no warrant; a mixed list says both."""
    assert {"L-6", "L-6c"} <= set(lines())
    assert "L-6" not in lines(diverted_offences=OFFENCES[:1])
    assert "L-6c" not in lines(diverted_offences=OFFENCES[1:])


def test_the_prosecutors_approval_is_printed_only_when_it_is_recorded():
    """L-5a stands with a date, or not at all."""
    assert "L-5a" not in lines(prosecutor="polk_da")
    found = lines(prosecutor="polk_da", prosecutor_approved_on="2026-07-01")
    assert found["L-5a"] == "The Polk County District Attorney agreed to this deal on July 1, 2026."


def test_a_completed_page_says_what_was_presented():
    """Ink changes no word."""
    assert lines(paper=PaperKind.COMPLETED) == lines()


def test_a_blank_has_pen_lines_for_what_is_not_there():
    """What is unknown is left for the pen; hand-over lines stand on blanks only."""
    found = {line.id: line.text for line in page_lines(LEAD, "en", {}, PaperKind.BLANK)}
    assert found["v-person"] == f"Name: {PEN_LINE}"
    assert PEN_LINE in found["pen-offence-words"]
    assert "pen-bh-called-at" in found
    assert "pen-bh-called-at" not in lines()


def test_a_blank_from_a_stack_does_not_print_a_last_day():
    """Sixty days from the day of printing would be a wrong date; a paper with a name on it is for today."""
    days = {"period_days": 60, "period_start": "2026-11-20", "period_last_day": "2027-01-19"}
    stack = {line.id: line.text for line in page_lines(LEAD, "en", days, PaperKind.BLANK)}
    assert stack["pen-last-day"] == f"Your last day: {PEN_LINE}"
    assert not any("2027" in text for text in stack.values())
    assert lines(paper=PaperKind.BLANK)["last-day-prefilled"] == "Your last day: January 19, 2027"
    assert "pen-last-day" not in lines()


def test_another_language_is_followed_by_its_english_lines():
    """The digest covers both."""
    signed = page_lines(LEAD, "es", VALUES, PaperKind.PRESENTED)
    control = page_lines(LEAD, "en", VALUES, PaperKind.PRESENTED, control=True)
    found = digest_lines(signed, control)
    assert "control" not in {line.id for line in signed}
    assert ("en:control", LEAD.pack("en").lines["control"]) in found
    assert found[0] == ("title", "Acuerdo LEAD: tratamiento en vez de tribunal")
    assert ("en:title", "LEAD agreement: treatment instead of court") in found


@pytest.mark.parametrize(
    ("hour", "en", "es"),
    [(0, "12:05 a.m.", "12:05 a. m."), (12, "12:05 p.m.", "12:05 p. m."), (15, "3:05 p.m.", "3:05 p. m.")],
)
def test_times_are_written_in_the_languages_own_way(hour, en, es):
    """Noon and midnight have twelve o'clock."""
    moment = datetime(2026, 11, 20, hour, 5)  # noqa: DTZ001  # local time has no zone
    assert (time_of_day(moment, LEAD.pack("en")), time_of_day(moment, LEAD.pack("es"))) == (en, es)


def test_values_are_shown_by_their_type():
    """Lists are joined, times can be cut to date or time, yes is a word."""
    pack = LEAD.pack("en")
    aids, contact = LEAD.field_named("aids"), LEAD.field_named("contact_at")
    assert (
        show(["read_aloud", "interpreter", "guardian"], field=aids, wanted="", pack=pack, option_key="aids")
        == "read aloud, interpreter and guardian"
    )
    assert show(["guardian"], field=aids, wanted="", pack=pack, option_key="aids") == "guardian"
    assert show("2026-11-20T15:05", field=contact, wanted="time", pack=pack, option_key="contact_at") == "3:05 p.m."
    assert (
        show("2026-11-20T15:05", field=contact, wanted="date_long", pack=pack, option_key="contact_at")
        == "November 20, 2026"
    )
    assert (
        show(value=True, field=LEAD.field_named("guardian_order_seen"), wanted="", pack=pack, option_key="x") == "yes"
    )


def test_words_that_name_no_field_are_the_loaders_bug():
    """The loader refuses such words; past it they are a programming error."""
    pack = LEAD.pack("en")
    broken = replace(pack, lines=MappingProxyType({**pack.lines, "L-12": "{nothing}"}))
    definition = replace(LEAD, packs={"en": broken})
    with pytest.raises(RuntimeError, match="nothing"):
        page_lines(definition, "en", {**VALUES, "nothing": "x"}, PaperKind.PRESENTED)


def test_a_line_for_one_paper_stands_on_that_paper_only():
    """A page line names the papers it stands on."""
    assert isinstance(LEAD.page[0], PageLine)
    assert "facts" not in {line.id for line in page_lines(LEAD, "en", {}, PaperKind.BLANK)}


def test_a_group_without_items_leaves_one_line_for_the_pen_on_a_blank():
    """Nobody knows yet how many there will be; a page that is signed shows none."""
    line = next(line for line in LEAD.page if line.id == "offence")
    form = replace(LEAD, page=(replace(line, papers=tuple(PaperKind)),))
    assert [one.id for one in page_lines(form, "en", {}, PaperKind.BLANK)] == ["offence-1"]
    assert PEN_LINE in page_lines(form, "en", {}, PaperKind.BLANK)[0].text
    assert page_lines(form, "en", {}, PaperKind.PRESENTED) == ()
