"""Signed checkpoints as files of a folder: ``0000000042.p7m``, a CMS message that any verifier opens.

A file is written beside its place and linked in at once; its name never changes, and nothing is written over.
Of two checkpoints with one count, the later one is ``0000000042-2.p7m``. An outside time stamp over a checkpoint's file
lies beside it as ``0000000042.tsr``.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from itertools import count as counting
from pathlib import Path

from forms_service.archive.disk import Disk
from forms_service.errors import CheckpointWriteError

ENDING, STAMP_ENDING, DRAFT_ENDING = ".p7m", ".tsr", ".new"


class CheckpointFolder:
    """The port ``Checkpoints`` on a folder, made at first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._disk = Disk()

    def put(self, count: int, signed: bytes) -> None:
        """Keep a checkpoint.

        Raises:
            CheckpointWriteError: The disk refused.
        """
        self._keep(signed, lambda draft: self._link(draft, count))

    def put_stamp(self, name: str, stamp: bytes) -> None:
        """Keep a time stamp beside the checkpoint of that name.

        Raises:
            CheckpointWriteError: The disk refused, or one lies there.
        """
        place = (self._folder / name).with_suffix(STAMP_ENDING)
        self._keep(stamp, lambda draft: os.link(draft, place))

    def _keep(self, content: bytes, put_in_place: Callable[[Path], None]) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f"{uuid.uuid4().hex}{DRAFT_ENDING}"
            self._disk.write_new({draft: content})
            try:
                put_in_place(draft)
            finally:
                draft.unlink()
            self._disk.sync_folder(self._folder)
        except OSError as error:
            raise CheckpointWriteError(reason=errno.errorcode.get(error.errno or 0, type(error).__name__)) from error

    def stamps(self) -> Mapping[str, bytes]:
        """Give the time stamps, by the name of the checkpoint that each lies beside."""
        found = sorted(self._folder.glob(f"*{STAMP_ENDING}"))
        return {file.with_suffix(ENDING).name: file.read_bytes() for file in found}

    def _link(self, draft: Path, count: int) -> None:
        for number in counting(1):
            name = f"{count:010d}{'' if number == 1 else f'-{number}'}{ENDING}"
            try:
                os.link(draft, self._folder / name)
            except FileExistsError:
                continue
            return

    def signed(self) -> Sequence[tuple[str, bytes]]:
        """Give name and content of each checkpoint, in the order of their counts."""
        return [(file.name, file.read_bytes()) for file in sorted(self._folder.glob(f"*{ENDING}"))]

    def shares_disk_with(self, other: Path) -> bool:
        """Say whether the folder lies on the same disk as another file."""
        return self._folder.exists() and other.exists() and self._folder.stat().st_dev == other.stat().st_dev

    def leftovers(self) -> Sequence[str]:
        """Give the names of what a crash left half-written."""
        return sorted(file.name for file in self._folder.glob(f"*{DRAFT_ENDING}"))

    def ping(self) -> None:
        """Raise CheckpointWriteError when nothing can be kept there."""
        probe = self._folder / f"{uuid.uuid4().hex}.probe"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._disk.write_new({probe: b"ready"})
            probe.unlink()
        except OSError as error:
            raise CheckpointWriteError(reason=errno.errorcode.get(error.errno or 0, type(error).__name__)) from error
