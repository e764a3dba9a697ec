"""Answers and ink for the pages: the usual case of each form, as a browser would post it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forms_service.domain.record import Record
from forms_service.ports import Actor, Search, Services
from forms_service.workflow.find import find

if TYPE_CHECKING:  # where a record is made from this room
    from tests.web.conftest import Visitor

SCREENING = {
    "lead-agreement": {
        "mental_health_issue": "true",
        "probable_cause": "true",
        "supervision_person_crime": "no",
        "supervision_source": "leds",
        "supervision_checked_at": "2026-11-21T09:20",
        "victims.1.name": "Corner Shop",
        "victims.1.kind": "business",
        "victims.1.position": "no_objection",
        "person_chooses": "yes",
    },
    "social-referral": {
        "mental_health_issue": "true",
        "probable_cause": "false",
        "could_benefit_confirmed": "true",
        "person_chooses": "yes",
    },
}
CONTACT = {"contact_at": "2026-11-21T09:30", "contact_origin": "call_for_service", "contact_place": "100 Main Street"}
PERSON = {
    "person_name_as_given": "Rosa Marín",
    "date_of_birth.year": "1986",
    "date_of_birth.month": "4",
    "date_of_birth.day": "28",
    "language_spoken": "es",
    "interpreter_needed": "false",
}
SECTIONS = {
    "lead-agreement": {
        "contact": CONTACT,
        "person": PERSON,
        "offences": {
            "diverted_offences.1.plain_words": "Took food from a shop",
            "diverted_offences.1.kind": "misdemeanor",
            "diverted_offences.1.happened_on.year": "2026",
            "diverted_offences.1.happened_on.month": "11",
            "diverted_offences.1.happened_on.day": "20",
            "prosecutor": "city_prosecutor",
        },
        "treatment": {"treatment_from": "polk_bh"},
        "reach": {"reach_phone": "503-555-0199"},
        "signing": {"manner": "drawn"},
        "officer": {},
    },
    "social-referral": {
        "contact": CONTACT,
        "person": PERSON,
        "reach": {"no_phone": "true", "reach_message": "Her sister Ana"},
        "promise": {"may_share_contact": "true"},
        "signing": {"manner": "drawn"},
        "officer": {},
    },
}


def ink(seed: int) -> str:
    """Give a drawing that counts as signed and differs from any with another seed."""
    stroke = [[500 + step * 40, 900 + (step * (37 + seed) % 500), step * 12, None] for step in range(40)]
    return json.dumps([stroke])


def start(visitor: Visitor, form: str) -> str:
    """Open a draft and give its address."""
    answer = visitor.post("/drafts", {"form": form}, page="/")
    assert answer.status_code == 302
    return answer.headers["Location"]


def fill(visitor: Visitor, form: str, **sections: dict) -> str:
    """Answer screening and every section; give the draft's address."""
    draft = start(visitor, form)
    answer = visitor.post(f"{draft}/screening", SCREENING[form])
    assert answer.status_code == 302, answer.text
    for name, usual in SECTIONS[form].items():
        answer = visitor.post(f"{draft}/form/{name}", {**usual, **sections.get(name, {})})
        assert answer.status_code == 302, answer.text
    return draft


def hand_over(visitor: Visitor, form: str, language: str = "en", **sections: dict) -> str:
    """Fill the form and hand the device to the person."""
    draft = fill(visitor, form, **sections)
    answer = visitor.post(f"{draft}/present", {"language": language}, page=f"{draft}/check")
    assert answer.headers["Location"] == "/person", answer.text
    return draft


def read(visitor: Visitor, **ticks: str) -> None:
    """Read to the end and say back what is asked."""
    answer = visitor.post("/person/read", {"read_aloud": ticks.pop("read_aloud", "")})
    if answer.headers["Location"] == "/person/understood":
        names = ("say_back_sixty_days", "say_back_can_say_no", "say_back_what_if_not")
        visitor.post("/person/understood", {name: ticks.get(name, "true") for name in names})


def sign(visitor: Visitor, *blocks: str, seed: int = 1):
    """Sign the blocks in order and give the last answer."""
    answer = None
    for number, block in enumerate(blocks):
        drawn = {"strokes": ink(seed * 10 + number), "since_pen_up_ms": "800", "device": "tablet"}
        answer = visitor.post(f"/person/sign/{block}", drawn, page="/person/sign")
    return answer


def records(services: Services) -> list[Record]:
    """Give every record on the desk."""
    return list(find(services, Actor(id="operator:tester"), Search()))
