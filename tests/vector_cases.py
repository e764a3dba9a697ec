"""The hand-picked cases of ``tests/vectors/values.json``: a change to an example, whose verdict ``script/vectors`` writes.

Each is ``(form, example, set, without)``; an empty example is the usual case.
"""

from __future__ import annotations

from collections.abc import Iterator

from forms_service.domain.values import BLANKS

LEAD, SR = "lead-agreement", "social-referral"
Case = tuple[str, str, dict, tuple[str, ...]]

OFFENCE = {"plain_words": "Noise", "kind": "violation", "happened_on": "2026-11-20"}
VICTIM = {"name": "Corner Store", "kind": "business", "position": "no_objection"}
WITNESS = {"witness_name": "Pat", "witness_relation": "neighbor"}
GUARDIAN = {"guardian_name": "Kim", "guardian_relation": "aunt", "guardian_order_seen": False}
INTERPRETER = {
    "aids": ["interpreter"], "interpreter_name": "Sam", "interpreter_language": "Mam", "interpreter_channel": "in_person",
}  # fmt: skip

# Changes that mean the same in both forms.
SHARED: tuple[tuple[dict, tuple[str, ...]], ...] = (
    ({}, ()),
    # Text: what it is, how long, what it may hold.
    ({"person_name_as_given": "Tal"}, ()),
    ({"person_name_as_given": "O'Brien-Núñez"}, ()),
    ({"person_name_as_given": "  Jose\u0301   Ejemplo "}, ()),
    ({"person_name_as_given": "Nguyễn\u00a0Thị\u3000Mẫu"}, ()),
    ({"person_name_as_given": "مریم\u200cسادات"}, ()),
    ({"person_name_as_given": "x" * 120}, ()),
    ({"person_name_as_given": "😀" * 120}, ()),
    ({"person_name_as_given": "e\u0301" * 120}, ()),
    ({"person_name_as_given": "x" * 121}, ()),
    ({"person_name_as_given": "😀" * 121}, ()),
    ({"person_name_as_given": "  " + "x" * 119 + "  y"}, ()),
    ({"person_name_as_given": ""}, ()),
    ({"person_name_as_given": "   "}, ()),
    ({"person_name_as_given": "\u00a0"}, ()),
    ({"person_name_as_given": "\u2003\u3000"}, ()),
    ({"person_name_as_given": "\u200d"}, ()),
    ({"person_name_as_given": BLANKS}, ()),
    ({"person_name_as_given": "\u200b"}, ()),
    ({"person_name_as_given": "Ἀ"}, ()),
    ({"person_name_as_given": "…"}, ()),
    ({"person_name_as_given": None}, ()),
    ({"person_name_as_given": 5}, ()),
    ({"person_name_as_given": True}, ()),
    ({"person_name_as_given": False}, ()),
    ({"person_name_as_given": ["Tal"]}, ()),
    ({"person_name_as_given": []}, ()),
    ({"person_name_as_given": {"first": "Tal"}}, ()),
    ({"person_name_as_given": "a\u0007b"}, ()),
    ({"person_name_as_given": "a\nb"}, ()),
    ({"person_name_as_given": "\n"}, ()),
    ({"person_name_as_given": "a\tb"}, ()),
    ({"person_name_as_given": "a\u0085b"}, ()),
    ({"person_name_as_given": "a\u00adb"}, ()),
    ({"person_name_as_given": "a\u202eb"}, ()),
    ({"person_name_as_given": "a\u2028b"}, ()),
    ({"person_name_as_given": "\ufeffTal"}, ()),
    ({"person_name_as_given": "a\ue000"}, ()),
    ({"person_name_as_given": "a\u0378"}, ()),
    ({"person_name_as_given": "a\U000e0041"}, ()),
    ({"person_name_as_given": "\ud800"}, ()),
    ({}, ("person_name_as_given",)),
    ({"contact_place": "x" * 201}, ()),
    ({"other_names": "Robbie"}, ()),
    # Dates and times: exactly one way to write them, none in the future.
    ({"contact_at": "2026-11-21T10:00"}, ()),
    ({"contact_at": "2026-11-21T10:01"}, ()),
    ({"contact_at": "2026-11-22T00:00"}, ()),
    ({"contact_at": "yesterday"}, ()),
    ({"contact_at": "2026-11-20"}, ()),
    ({"contact_at": "2026-11-20T13:20:00"}, ()),
    ({"contact_at": "2026-11-20T24:00"}, ()),
    ({"contact_at": "2026-11-20T23:60"}, ()),
    ({"contact_at": "2026-11-20 13:20"}, ()),
    ({"contact_at": "2026-11-20t13:20"}, ()),
    ({"contact_at": "20261120T140311Z"}, ()),
    ({"contact_at": "2026-W47-5T14:03"}, ()),
    ({"contact_at": "20261120T1403+01"}, ()),
    ({"contact_at": "2026-02-29T10:00"}, ()),
    ({"contact_at": "２026-11-20T13:20"}, ()),
    ({"contact_at": 20261120}, ()),
    ({"contact_at": ""}, ()),
    ({"date_of_birth": "2026-11-21"}, ()),
    ({"date_of_birth": "2026-11-22"}, ()),
    ({"date_of_birth": "01/02/1990"}, ()),
    ({"date_of_birth": "1990-13-01"}, ()),
    ({"date_of_birth": "1990-02-30"}, ()),
    ({"date_of_birth": "1900-02-29"}, ()),
    ({"date_of_birth": "2000-02-29"}, ()),
    ({"date_of_birth": "1990-W10-1"}, ()),
    ({"date_of_birth": "19900405"}, ()),
    ({"date_of_birth": "0000-01-01"}, ()),
    ({"date_of_birth": "0001-01-01"}, ()),
    ({"date_of_birth": "1800-01-01"}, ()),
    ({"date_of_birth": True}, ()),
    # Age: one of two ways to say it.
    ({}, ("date_of_birth",)),
    ({"approx_age": 30}, ()),
    ({"approx_age": 30}, ("date_of_birth",)),
    ({"approx_age": 0}, ("date_of_birth",)),
    ({"approx_age": -1}, ("date_of_birth",)),
    ({"approx_age": 120}, ("date_of_birth",)),
    ({"approx_age": 121}, ("date_of_birth",)),
    ({"approx_age": "30"}, ("date_of_birth",)),
    ({"approx_age": True}, ("date_of_birth",)),
    ({"approx_age": 30.5}, ("date_of_birth",)),
    ({"approx_age": 2**53 - 1}, ("date_of_birth",)),
    ({"approx_age": 17}, ("date_of_birth",)),
    ({"approx_age": 13}, ("date_of_birth",)),
    ({"approx_age": 13, **GUARDIAN}, ("date_of_birth",)),
    ({"date_of_birth": "2008-11-21"}, ()),
    ({"date_of_birth": "2008-11-22"}, ()),
    ({"date_of_birth": "2012-11-20"}, ()),
    ({"date_of_birth": "2012-11-21"}, ()),
    ({"date_of_birth": "2012-11-21", **GUARDIAN}, ()),
    ({"age": 3}, ()),
    ({"age": 200}, ()),
    # Choices, ticks, yes and no.
    ({"contact_origin": "tip"}, ()),
    ({"contact_origin": 5}, ()),
    ({"contact_origin": ["call_for_service"]}, ()),
    ({"manner": "stamp"}, ()),
    ({"manner": " drawn"}, ()),
    ({"interpreter_needed": "no"}, ()),
    ({"interpreter_needed": 0}, ()),
    ({"interpreter_needed": False}, ()),
    ({}, ("interpreter_needed",)),
    ({"lay_opinion_confirmed": False}, ()),
    ({"lay_opinion_confirmed": "yes"}, ()),
    ({"lay_opinion_confirmed": 1}, ()),
    ({"no_fixed_address": False, "lives_at": "Elm 3"}, ()),
    ({"no_fixed_address": True, "lives_at": "Elm 3"}, ()),
    ({"help_needed": ["mark", "large_print"]}, ()),
    ({"help_needed": ["other"], "help_needed_other": "A chair"}, ()),
    ({"help_needed_other": "A chair"}, ()),
    ({"help_needed": [["other"]]}, ()),
    ({"help_needed": [True, "True"]}, ()),
    ({"help_needed": [1, "1"]}, ()),
    # Manner and aids, and what each asks for.
    ({"manner": "mark"}, ()),
    ({"manner": "mark", **WITNESS}, ()),
    ({"manner": "directed", **WITNESS}, ()),
    ({"manner": "directed", "witness_name": "Pat"}, ()),
    ({"witness_name": "Pat"}, ()),
    ({"aids": []}, ()),
    ({"aids": ["guardian", "read_aloud"], "reader_name": "A", **GUARDIAN}, ()),
    ({"aids": ["read_aloud", "read_aloud"], "reader_name": "A"}, ()),
    ({"aids": ["read_aloud"]}, ()),
    ({"aids": "read_aloud"}, ()),
    ({"aids": ["magic"]}, ()),
    ({"aids": [None]}, ()),
    ({"aids": ["guardian"], "guardian_order_seen": "yes", "guardian_name": "K", "guardian_relation": "aunt"}, ()),
    (INTERPRETER, ()),
    ({**INTERPRETER, "interpreter_channel": "phone"}, ()),
    ({**INTERPRETER, "interpreter_channel": "video", "interpreter_id": "Oregon 0042"}, ()),
    ({"interpreter_channel": "phone"}, ()),
    ({**INTERPRETER, "interpreter_started_at": "2026-11-20T14:00", "interpreter_ended_at": "2026-11-20T13:59"}, ()),
    ({**INTERPRETER, "interpreter_started_at": "2026-11-20T14:00", "interpreter_ended_at": "2026-11-20T14:00"}, ()),
    ({**INTERPRETER, "interpreter_started_at": "later", "interpreter_ended_at": "before"}, ()),
    # How to reach the person.
    ({"reach_phone": "call me"}, ()),
    ({"reach_phone": "+1 (503) 555-0142 ext. 7"}, ()),
    ({"reach_phone": "503-555-0142x7"}, ()),
    ({"reach_phone": "٥٠٣"}, ()),
    ({"reach_phone": "503/555.0142"}, ()),
    ({"reach_phone": "5" * 26}, ()),
    ({"no_phone": True}, ()),
    ({"no_phone": True}, ("reach_phone",)),
    ({}, ("reach_phone",)),
    ({"reach_message": "The shelter"}, ("reach_phone",)),
    ({"reach_email": "robin@example.org"}, ("reach_phone",)),
    ({"reach_email": "nobody"}, ()),
    ({"reach_email": "a@b"}, ()),
    ({"reach_email": "a@b..c"}, ()),
    ({"reach_email": "a b@example.org"}, ()),
    ({"reach_email": "ñandú@example.org"}, ()),
    ({"reach_email": "x" * 65 + "@example.org"}, ()),
    ({"reach_email": "😀" * 64 + "@example.org"}, ()),
    ({"language_spoken": "es-419"}, ()),
    ({"language_spoken": "Spanish!"}, ()),
    ({"language_spoken": "e"}, ()),
    # What the service knows.
    ({}, ("officer_name", "officer_badge", "officer_phone")),
    ({"officer_badge": "1234567890123"}, ()),
    ({"agency": "Another Department"}, ()),
    ({"agency": ""}, ()),
    ({"crisis_phone": None}, ()),
    # Names that are none of this form, or not of this stage.
    ({"favourite_colour": "blue"}, ()),
    ({"bh_contact": [{"tried_at": "2026-11-20T14:30", "channel": "phone", "result": "reached"}]}, ()),
    ({"constructor": "x"}, ()),
    ({"toString": None}, ()),
    ({"case_number": "26-12345"}, ()),
    ({"case_number": "9" * 21}, ()),
    # Several faults at once, in the form's order.
    ({"manner": "stamp", "favourite_colour": "x", "reach_email": "nobody"}, ("contact_place",)),
)  # fmt: skip

LEAD_ONLY: tuple[tuple[dict, tuple[str, ...]], ...] = (
    ({"period_start": "2026-12-31"}, ()),
    ({"period_start": "2027-12-31"}, ()),
    ({"period_start": "9999-12-31"}, ()),
    ({"period_start": "soon"}, ()),
    ({}, ("period_start",)),
    ({"period_days": 1}, ()),
    ({"period_days": 3660}, ()),
    ({"period_days": 3661}, ()),
    ({"period_days": 0}, ()),
    ({"period_days": "60"}, ()),
    ({"period_days": True}, ()),
    ({"period_days": 2**60}, ()),
    ({"period_last_day": "2027-01-01"}, ()),
    ({"diverted_offences": [OFFENCE]}, ()),
    ({"diverted_offences": [OFFENCE, {**OFFENCE, "kind": "city_code", "code": "DCC 3.2"}]}, ()),
    ({"diverted_offences": [OFFENCE] * 6}, ()),
    ({"diverted_offences": [OFFENCE] * 7}, ()),
    ({"diverted_offences": []}, ()),
    ({"diverted_offences": None}, ()),
    ({"diverted_offences": "noise"}, ()),
    ({"diverted_offences": OFFENCE}, ()),
    ({"diverted_offences": ["noise"]}, ()),
    ({"diverted_offences": [None]}, ()),
    ({"diverted_offences": [OFFENCE, "noise"]}, ()),
    ({"diverted_offences": [[]]}, ()),
    ({"diverted_offences": [{}]}, ()),
    ({"diverted_offences": [{**OFFENCE, "victim": "x"}]}, ()),
    ({"diverted_offences": [{**OFFENCE, "valueOf": "x"}]}, ()),
    ({"diverted_offences": [OFFENCE, {"kind": "violation", "happened_on": "2026-11-20"}]}, ()),
    ({"diverted_offences": [{**OFFENCE, "happened_on": "2026-11-22"}]}, ()),
    ({"diverted_offences": [{**OFFENCE, "kind": "murder"}]}, ()),
    ({"diverted_offences": [{**OFFENCE, "plain_words": " Noise\u00a0 at night "}]}, ()),
    ({"diverted_offences": [{**OFFENCE, "plain_words": "a\u0000"}]}, ()),
    ({"diverted_offences": [{**OFFENCE, "place": "p" * 121}]}, ()),
    ({"supervision_person_crime": "yes"}, ()),
    ({"supervision_person_crime": "could_not_check"}, ()),
    ({"supervision_person_crime": "could_not_check"}, ("supervision_source",)),
    ({}, ("supervision_source",)),
    ({}, ("supervision_checked_at",)),
    ({"supervision_person_crime": "maybe"}, ()),
    ({"victims": [{"kind": "none"}]}, ()),
    ({"victims": [{"kind": "person", "name": "A. Neighbor"}]}, ()),
    ({"victims": [{**VICTIM, "position": "objects"}]}, ()),
    ({"victims": [{**VICTIM, "position": "not_reached"}]}, ()),
    ({"victims": [VICTIM] * 10}, ()),
    ({"victims": [VICTIM] * 11}, ()),
    ({}, ("victims",)),
    ({"voluntary": "no"}, ()),
    ({"voluntary": "not_now"}, ()),
    ({}, ("voluntary",)),
    ({"pc_confirmed": False}, ()),
    ({}, ("say_back_sixty_days",)),
    ({"say_back_can_say_no": False}, ()),
    ({"say_back_what_if_not": "no"}, ()),
    ({"treatment_from": "private"}, ()),
    ({"treatment_from": "private", "treatment_name": "Dr. Own", "treatment_phone": "503-555-0199"}, ()),
    ({"treatment_name": "Dr. Own"}, ()),
    ({"treatment_from": "not_known_yet"}, ()),
    ({"prosecutor": "polk_da", "prosecutor_approved_on": "2026-07-01"}, ()),
    ({}, ("prosecutor",)),
    ({"next_step": "y" * 201}, ()),
    ({}, ("next_step",)),
    ({"bh_called_at": "2026-11-20T14:30"}, ()),
    ({"victims": [{"kind": "none"}], "diverted_offences": [{}, {"kind": 1}], "voluntary": "no"}, ()),
)  # fmt: skip

SR_ONLY: tuple[tuple[dict, tuple[str, ...]], ...] = (
    ({"may_share_contact": False}, ()),
    ({"may_share_contact": "yes"}, ()),
    ({}, ("may_share_contact",)),
    ({"promise_own_words": "I will call on Monday."}, ()),
    ({"no_pc_confirmed": False}, ()),
    ({"could_benefit_confirmed": None}, ()),
    ({"diverted_offences": [OFFENCE]}, ()),
    ({"voluntary": "yes"}, ()),
    ({"period_days": 60}, ()),
)  # fmt: skip


def value_cases() -> Iterator[Case]:
    """Give every case."""
    for form, own in ((LEAD, LEAD_ONLY), (SR, SR_ONLY)):
        for change, without in (*SHARED, *own):
            yield form, "", change, without


# A pattern an agency may write, texts that fit it, and texts that do not.
PATTERNS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("[0-9]{2}-[0-9]{4,6}", ("26-12345",), ("26-123", "26-12345 ", "x26-12345", "٢6-12345", "")),
    (r"\d{2}-\d{4}", ("26-1234",), ("26-123٤", "26-12345")),
    (r"\w+", ("A_9",), ("é", "a b")),
    ("[A-Z]{2}(-[0-9]+)?", ("DP", "DP-7"), ("dp", "DP-")),
    ("(?:DP|PC)[0-9]{4}", ("DP0001", "PC1234"), ("XX1234",)),
    ("^DP.*$", ("DP", "DP anything"), ("xDP",)),
    (r"[^0-9]+\.[a-z]+?", ("x.y", "é😀.y"), ("1.y", "x.")),
    ("[é-ü]+", ("é", "ü"), ("e", "É")),
    (r"[\w.-]{1,4}", ("a-.b",), ("a-.bc",)),
    (r"a\/b\\c\[d\]", ("a/b\\c[d]",), ("a/b",)),
    (".{2}", ("ab", "😀é"), ("😀", "abc")),
)
REFUSED_PATTERNS = (
    "(?P<year>[0-9]{2})", "(?=x)x", "a*+", "[[]a]", r"\bx", r"(a)\1", "x{,3}", "(?i)dp", "[z-a]", "(", ")", "*a", "a**", r"\s",
    "a{2}{3}", "]", "{", r"\x41", r"[\s]", "a{99999}", "^*",
)  # fmt: skip

MANNERS = ("drawn", "mark", "directed")
AIDS = ("read_aloud", "interpreter", "guardian")
AID_FACTS = {"read_aloud": {"reader_name": "Alex Officer"}, "interpreter": INTERPRETER, "guardian": GUARDIAN}

LINE = [[[100, 100, 0, None], [100, 1100, 9, 500], [1000, 1100, 20, None]]]
SMALL = [[[100, 100, 0, None], [330, 100, 9, None]]]
DOT = [[[100, 100, 0, None]]]
OUTSIDE = [[[100, 100, 0, None], [100, 1801, 9, None]]]
# 500 hundredths of a millimetre to the last bit, in steps of 5, 12 and 13.
EXACT = [[[12 * at, 5 * at, at, None] for at in range(38)] + [[444, 185 + 19, 40, None]]]
# By block, for the ink of a paper with every manner's witness and no aid.
INKS: tuple[dict[str, list], ...] = (
    {},
    {"person": LINE},
    {"person": LINE, "officer": LINE},
    {"person": SMALL, "officer": LINE},
    {"person": SMALL, "officer": SMALL, "witness": LINE},
    {"person": DOT, "officer": OUTSIDE, "guardian": LINE},
    {"officer": EXACT, "person": LINE, "stranger": LINE, "another": LINE},
    {"officer": [], "person": LINE, "witness": LINE},
)


def manners_and_aids() -> Iterator[dict]:
    """Give the values of every manner with every set of aids."""
    for manner in MANNERS:
        for number in range(2 ** len(AIDS)):
            aids = [aid for at, aid in enumerate(AIDS) if number >> at & 1]
            facts = [WITNESS] if manner != "drawn" else []
            merged: dict = {}
            for one in (*facts, *(AID_FACTS[aid] for aid in aids)):
                merged.update(one)
            yield {**merged, "manner": manner, "aids": aids}


ADDED_LOCAL = "2026-11-20T16:00"
TRY = {"tried_at": "2026-11-20T14:10", "channel": "phone", "number": "503-623-9289", "result": "no_answer"}
CALLED = {"bh_contact": [TRY], "bh_called_at": "2026-11-20T14:10"}
ARRIVED = {"bh_arrived_at": "2026-11-20T14:40", "bh_staff_name": "Dana Wu", "bh_staff_role": "Crisis worker"}
RELEASED = {"officer_released_at": "2026-11-20T15:02", "released_by": "Dana Wu"}
LEFT = {"release_exception": "person_left", "release_exception_text": "He walked off."}


def addition_cases() -> Iterator[tuple[str, list[dict], dict]]:
    """Give form, what was told of the hand-over before, and what is told then."""
    yield LEAD, [], CALLED
    yield LEAD, [CALLED], ARRIVED
    yield LEAD, [CALLED, ARRIVED], RELEASED
    yield LEAD, [], {**CALLED, **ARRIVED, **RELEASED}
    yield LEAD, [RELEASED, ARRIVED], CALLED
    yield LEAD, [CALLED], LEFT
    yield LEAD, [LEFT], {**CALLED, **ARRIVED}
    yield LEAD, [CALLED, LEFT], {**ARRIVED, **RELEASED}
    yield LEAD, [], {"bh_staff_name": "  Dana   Wu "}
    yield LEAD, [], {"bh_contact": [{**TRY, "who_answered": "Night desk"}, {**TRY, "result": "reached"}]}
    yield LEAD, [{"bh_called_at": "2026-11-20T16:20"}], {"bh_contact": [TRY]}
    yield LEAD, [{"bh_called_at": "2026-11-20T16:20"}], {"bh_called_at": "2026-11-20T16:10"}
    yield SR, [], {"bh_contact": [TRY]}
    yield SR, [{"bh_contact": [TRY]}], {"next_step_later": "Call on Monday"}
    yield from ((LEAD, before, values) for before, values in _wrong_hand_overs())
    yield SR, [], {"bh_called_at": "2026-11-20T14:10"}


def _wrong_hand_overs() -> Iterator[tuple[list[dict], dict]]:
    yield [], {}
    yield [], {"bh_contact": []}
    yield [], {"bh_staff_name": " "}
    yield [], {"zz": 1, "outcome": "completed", "contact_at": "2026-11-20T10:00"}
    yield [], {"bh_called_at": "2026-11-20T13:19"}
    yield [], {"bh_called_at": "2026-11-20T16:01"}
    yield [], {"officer_released_at": "2026-11-20T13:00"}
    yield [CALLED], {"officer_released_at": "2026-11-20T14:09"}
    yield [CALLED, ARRIVED], {"bh_called_at": "2026-11-20T14:41"}
    yield [RELEASED], {"bh_arrived_at": "2026-11-20T15:03"}
    yield [], {"release_exception": "person_left"}
    yield [LEFT], {"release_exception": "emergency_call"}
    yield [], {"release_exception": "", "bh_staff_name": "Dana Wu"}
    yield [], {"release_exception": "tired", "release_exception_text": "So."}
    yield [], {"release_exception_text": "He ran."}
    yield [], {"bh_contact": [{"channel": "phone", "number": "no"}]}
    yield [], {"bh_contact": [{**TRY, "more": 1}]}
    yield [], {"bh_contact": [TRY] * 21}
    yield [], {"bh_contact": "yes", "bh_staff_name": 5}
