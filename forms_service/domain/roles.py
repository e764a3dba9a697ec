"""Roles: named sets of permissions, what two people must do together, and which records exist for whom.

* A permission is the name of an act, or of a *sight*: which records exist for whoever holds it.
* One person may hold several roles, never both halves of an act that two people must do (CJIS AC-5).
* A position is the set of roles that one person of a small office holds.

Example::

    table = parse_role_table(tomllib.loads(text))
    table.permissions(["officer"])  # frozenset({"present", "complete", ..., "own_records"})
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms_service.domain.record import Record, RecordState
from forms_service.errors import Fault, RoleTableError

OWN_RECORDS, RECENT_RECORDS, ALL_RECORDS, CLOSED_RECORDS = (
    "own_records",
    "recent_records",
    "all_records",
    "closed_records",
)
SIGHTS = frozenset({OWN_RECORDS, RECENT_RECORDS, ALL_RECORDS, CLOSED_RECORDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Which records exist for somebody; any part that holds is enough, but a closed one needs ``closed`` as well.

    Attributes:
        own: Actor id whose own records exist; empty for nobody's.
        contact_since: Records of a contact at this local time or later (``YYYY-MM-DDTHH:MM``); empty for none.
        everything: Whether every record exists.
        closed: Whether records under a court's sealing order exist.
    """

    own: str = ""
    contact_since: str = ""
    everything: bool = False
    closed: bool = False

    def shows(self, record: Record) -> bool:
        """Say whether a record exists here."""
        if record.state is RecordState.CLOSED and not self.closed:
            return False
        is_own = bool(self.own) and record.officer_id == self.own
        is_recent = bool(self.contact_since) and record.contact_at >= self.contact_since
        return self.everything or is_own or is_recent


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPersonAct:
    """An act of two halves, each a permission, that two different people do."""

    name: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTable:
    """What ``config/roles.toml`` says.

    Attributes:
        roles: Role to its permissions.
        two_persons: Acts of two halves.
        positions: Position to the roles it holds.
        recent_hours: How long a contact counts as recent.
    """

    roles: Mapping[str, frozenset[str]]
    two_persons: tuple[TwoPersonAct, ...]
    positions: Mapping[str, tuple[str, ...]]
    recent_hours: int

    def permissions(self, held: Iterable[str]) -> frozenset[str]:
        """Give every permission of these roles; a role that is no more gives none."""
        return frozenset().union(*(self.roles.get(role, frozenset()) for role in held))

    def conflicts(self, held: Iterable[str]) -> tuple[str, ...]:
        """Give the two-person acts of which these roles together hold both halves."""
        permissions = self.permissions(held)
        return tuple(one.name for one in self.two_persons if {one.first, one.second} <= permissions)

    def unstaffed(self, staff: Sequence[Sequence[str]]) -> tuple[str, ...]:
        """Give what nobody can do, or no two people can do together.

        Args:
            staff: The roles of each person who may sign in.
        """
        holders: dict[str, set[int]] = {}
        for number, held in enumerate(staff):
            for permission in self.permissions(held):
                holders.setdefault(permission, set()).add(number)
        missing = self.permissions(self.roles) - set(holders)
        return (*sorted(missing), *(one.name for one in self.two_persons if not _two_people(one, holders)))


def _two_people(act: TwoPersonAct, holders: Mapping[str, set[int]]) -> bool:
    first, second = holders.get(act.first, set()), holders.get(act.second, set())
    return bool(first) and bool(second) and len(first | second) > 1


def parse_role_table(data: Mapping[str, object]) -> RoleTable:
    """Read ``config/roles.toml``.

    Args:
        data: Parsed TOML: ``[roles]``, ``[two_persons]``, ``[positions]`` and ``recent_hours``.

    Raises:
        RoleTableError: With every fault.
    """
    roles = {name: frozenset(texts) for name, texts in _lists(data.get("roles"))}
    pairs = dict(_lists(data.get("two_persons")))
    positions = {name: tuple(texts) for name, texts in _lists(data.get("positions"))}
    hours = data.get("recent_hours", 14)
    table = RoleTable(
        roles=roles,
        two_persons=tuple(
            TwoPersonAct(name=name, first=halves[0], second=halves[1])
            for name, halves in pairs.items()
            if len(halves) == 2
        ),
        positions=positions,
        recent_hours=hours if isinstance(hours, int) else 0,
    )
    faults = [_fault(place, problem) for place, problem in _problems(data, table, pairs)]
    if faults:
        raise RoleTableError(faults)
    return table


def _lists(configured: object) -> Iterator[tuple[str, list[str]]]:
    """Give name and texts of each list; what is none is an empty list, and a fault."""
    for name, one in (configured if isinstance(configured, Mapping) else {}).items():
        good = isinstance(one, list) and all(isinstance(text, str) for text in one)
        yield str(name), one if good else []


def _problems(
    data: Mapping[str, object], table: RoleTable, pairs: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    for key in sorted(set(data) - {"roles", "two_persons", "positions", "recent_hours"}):
        yield key, "unknown key"
    if not table.roles:
        yield "roles", "expected roles, each with its permissions"
    if not 1 <= table.recent_hours <= 168:
        yield "recent_hours", "expected a whole number from 1 to 168"
    known = table.permissions(table.roles)
    for name, halves in pairs.items():
        if len(halves) != 2 or not set(halves) <= known:
            yield f"two_persons.{name}", "expected two permissions that roles hold"
    yield from _holding_problems(table)


def _holding_problems(table: RoleTable) -> Iterator[tuple[str, str]]:
    for role, permissions in table.roles.items():
        if not permissions:
            yield f"roles.{role}", "expected a list of texts"
    for position, held in table.positions.items():
        if not held:
            yield f"positions.{position}", "expected a list of texts"
        for role in sorted(set(held) - set(table.roles)):
            yield f"positions.{position}", f"unknown role {role}"
    for name, held in (*table.positions.items(), *((role, (role,)) for role in table.roles)):
        for act in table.conflicts(held):
            yield name, f"holds both halves of {act}"


def _fault(place: str, problem: str) -> Fault:
    return Fault(slug="role-table-shape", place=f"roles.toml: {place}", message=problem)
