"""What Chromium's main thread did between an input and the paint that answers it, read from its own trace.

Work is the thread's CPU time, so that a busy machine does not count; the time to the paint is that of the clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

CATEGORIES = "devtools.timeline,disabled-by-default-devtools.timeline,blink.user_timing"
INPUTS = {"click": "tap", "keydown": "key", "pointermove": "pen", "pointerup": "pen"}
PADS = ("paper/sign/", "paper/officer")  # elsewhere a pointer is only a part of a tap
MARK = "screen:"
# Notes in the trace when another screen stands; the app knows nothing of it.
MARKS = f"""addEventListener("DOMContentLoaded", () => {{
  const main = document.querySelector("main");
  if (main) new MutationObserver(() => performance.mark("{MARK}" + main.dataset.screen)).observe(main, {{ attributes: true, attributeFilter: ["data-screen"] }});
}})"""
NO_PAINT_US = 100_000  # an input after which nothing is painted is over with its own task
Event = Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What followed on one input.

    Attributes:
        kind: ``tap``, ``key`` or ``pen``.
        work_ms: CPU time of the main thread until the next paint was handed over.
        paint_ms: Time until then.
        screen_ms: Time until the next screen was painted, if the input led to one; the writes to the disk are in it.
        task_ms: CPU time of the longest task until then.
    """

    screen: str
    kind: str
    work_ms: float
    paint_ms: float
    screen_ms: float | None
    task_ms: float


@contextmanager
def traced(page: Page, session: CDPSession) -> Iterator[list[Event]]:
    """Trace what happens inside; the events are there at the end."""
    events: list[Event] = []
    ended: list[bool] = []
    session.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"transferMode": "ReportEvents", "categories": CATEGORIES})
    yield events
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)


def answers(events: Sequence[Event], first_screen: str) -> list[Answer]:
    """Read every input on the thread that showed the screens, in order."""
    return list(_Thread(events, first_screen).answers())


class _Thread:
    """The main thread of one trace."""

    def __init__(self, events: Sequence[Event], first_screen: str) -> None:
        marks = sorted((one for one in events if one["name"].startswith(MARK)), key=_start)
        if not marks:
            raise RuntimeError("no screen was shown while the trace ran")
        place = (marks[0]["pid"], marks[0]["tid"])
        mine = sorted((one for one in events if (one["pid"], one["tid"]) == place and one["ph"] == "X"), key=_start)
        self._first = first_screen
        self._marks = [(one["ts"], one["name"].removeprefix(MARK)) for one in marks]
        self._tasks = [one for one in mine if one["name"] == "RunTask"]
        self._starts = [one["ts"] for one in self._tasks]
        self._paints = [one["ts"] + one["dur"] for one in mine if one["name"] == "Commit"]
        self._inputs = self._tasks_of_inputs(mine)

    def _tasks_of_inputs(self, events: Sequence[Event]) -> list[tuple[Event, str]]:
        """Give the tasks that brought an input, each once."""
        found: dict[int, tuple[Event, str]] = {}
        for one in events:
            kind = (
                INPUTS.get(one.get("args", {}).get("data", {}).get("type", ""))
                if one["name"] == "EventDispatch"
                else None
            )
            at = bisect_right(self._starts, one["ts"]) - 1
            if kind and at >= 0:
                found.setdefault(at, (self._tasks[at], kind))
        return list(found.values())

    def answers(self) -> Iterator[Answer]:
        for at, (task, kind) in enumerate(self._inputs):
            start, screen = task["ts"], self._screen_at(task["ts"])
            if kind == "pen" and not screen.startswith(PADS):
                continue
            paint = self._paint_after(start)
            until = self._inputs[at + 1][0]["ts"] if at + 1 < len(self._inputs) else float("inf")
            changed = self._change_between(start, until)
            shown = None if changed is None else self._paint_after(changed)
            tasks = self._between(start, shown or paint)
            yield Answer(
                screen=screen, kind=kind, paint_ms=(paint - start) / 1000,
                work_ms=sum(one["tdur"] for one in self._between(start, paint)) / 1000,
                screen_ms=None if shown is None else (shown - start) / 1000,
                task_ms=max(one["tdur"] for one in tasks) / 1000,
            )  # fmt: skip

    def _paint_after(self, moment: float) -> float:
        at = bisect_right(self._paints, moment)
        if at < len(self._paints) and self._paints[at] - moment <= NO_PAINT_US:
            return self._paints[at]
        task = self._tasks[bisect_right(self._starts, moment) - 1]
        return task["ts"] + task["dur"]

    def _between(self, start: float, end: float) -> list[Event]:
        return self._tasks[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _change_between(self, start: float, end: float) -> float | None:
        return next((moment for moment, _ in self._marks if start <= moment < end), None)

    def _screen_at(self, moment: float) -> str:
        return next((name for at, name in reversed(self._marks) if at < moment), self._first)


def _start(event: Event) -> float:
    return event["ts"]
