"""Files that hold secrets: nobody but the service's user may read them, and nobody else may own them.

Source: DUTIES of a key holder; as ``ssh`` asks for its keys.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from forms_service.errors import SecretFileExposedError

OTHERS = stat.S_IRWXG | stat.S_IRWXO
ROOT_USER = 0


def exposures(files: Iterable[Path]) -> list[str]:
    """Give one line for each secret file that others can reach; files that are not there are nobody's secret."""
    return [
        problem
        for file in files
        if file.exists()
        for found in [file.stat()]
        if (problem := exposure(file, found.st_mode, owner=found.st_uid, user=os.geteuid()))
    ]


def exposure(file: Path, mode: int, *, owner: int, user: int) -> str:
    """Say what is wrong with a secret file; empty when nothing is."""
    if owner not in (user, ROOT_USER):
        return f"{file} belongs to another user; chown it to the service's"
    if mode & OTHERS:
        return f"{file} has mode {stat.S_IMODE(mode):04o}, so that others can reach it; chmod 600 it"
    return ""


def refuse_exposed(files: Iterable[Path]) -> None:
    """Refuse to start with a secret that others can reach.

    Raises:
        SecretFileExposedError: With every such file.
    """
    problems = exposures(files)
    if problems:
        raise SecretFileExposedError(problem="; ".join(problems))
