"""Which act was asked for last in this thread of work, so that a refusal can say what was refused."""

from __future__ import annotations

from contextvars import ContextVar

_LAST: ContextVar[str] = ContextVar("asked", default="")


def ask(act: str) -> None:
    """Remember what is being asked for; an empty text forgets."""
    _LAST.set(act)


def asked() -> str:
    """Give what was asked for last; empty when nothing was."""
    return _LAST.get()
