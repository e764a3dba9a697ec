"""Files that hold secrets: nobody but the service's user may read them, and nobody else may own them.

What is written here is written whole beside its place, on the disk, with its mode from the first byte, and then put in.

Source: DUTIES of a key holder; as ``ssh`` asks for its keys.
"""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from forms_service.errors import SecretFileExposedError

OTHERS = stat.S_IRWXG | stat.S_IRWXO
ROOT_USER = 0
OWNER_ONLY = 0o600


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


def write_new(file: Path, content: bytes) -> None:
    """Write a file for its owner only, where none is.

    Raises:
        FileExistsError: There is one; it stays as it is.
        OSError: The disk refused; nothing is there.
    """
    with _draft(file, content, OWNER_ONLY) as draft:
        os.link(draft, file)


def write_over(file: Path, content: bytes, mode: int = OWNER_ONLY) -> None:
    """Write a file in place of what may be there.

    Raises:
        OSError: The disk refused; what was there is there.
    """
    with _draft(file, content, mode) as draft:
        draft.replace(file)


@contextmanager
def _draft(file: Path, content: bytes, mode: int) -> Iterator[Path]:
    draft = file.with_name(f"{file.name}.{uuid.uuid4().hex}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)
