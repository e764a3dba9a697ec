"""Runs a call in a thread of its own.

pyHanko's plain functions start an event loop of their own, which fails where one is running already.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def in_own_thread(act: Callable[[], Result]) -> Result:
    """Give what the call gives; what it raises is raised here."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(act).result()
