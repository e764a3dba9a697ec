"""The counter of a device: what is missing, what came twice, what does not follow.

* Counters go from 1 by one; each envelope names the digest of the one before.
* A missing number is an envelope that the device made and that is not here: still unsent, set aside, or lost.
* Nothing of this refuses an envelope: ink is kept first, and the fault is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One envelope in a device's chain."""

    counter: int
    digest: str
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """How a device's chain stands.

    Attributes:
        highest: Highest counter that was seen or told.
        missing: First and last of each run of counters that are not here.
        repeated: Counters of more than one envelope.
        broken: Counters whose envelope does not follow the one before, which is here.
    """

    highest: int
    missing: tuple[tuple[int, int], ...]
    repeated: tuple[int, ...]
    broken: tuple[int, ...]

    @property
    def missing_count(self) -> int:
        """Give how many counters are not here."""
        return sum(last - first + 1 for first, last in self.missing)

    @property
    def faults(self) -> int:
        """Give how many counters came twice or do not follow."""
        return len(set(self.repeated) | set(self.broken))


def judge_chain(links: Iterable[Link], told: int = 0) -> Chain:
    """Judge a device's chain.

    Args:
        links: Every envelope of the device, in any order.
        told: The counter of its newest envelope, as the device said last.
    """
    here: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        here[link.counter].append(link)
    return Chain(
        highest=max([told, *here]),
        missing=_missing(sorted(here), told),
        repeated=tuple(sorted(counter for counter, found in here.items() if len(found) > 1)),
        broken=tuple(sorted(counter for counter, found in here.items() if _is_broken(found, here.get(counter - 1)))),
    )


def _missing(counters: list[int], told: int) -> tuple[tuple[int, int], ...]:
    runs = []
    expected = 1
    for counter in [*counters, max([told, *counters]) + 1]:
        if counter > expected:
            runs.append((expected, counter - 1))
        expected = counter + 1
    return tuple(runs)


def _is_broken(found: list[Link], before: list[Link] | None) -> bool:
    """Say whether one of these names another predecessor than what is here; the first of all has none."""
    if found[0].counter == 1:
        return any(link.previous for link in found)
    known = {link.digest for link in before or ()}
    return bool(known) and any(link.previous not in known for link in found)
