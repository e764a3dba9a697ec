"""The folder from which another web server gives copies out: the page that opens them, and ciphertext.

``c/index.html`` is the page, ``static/…`` what it needs, ``copies/<SHA-256 of a token>.jwe`` a copy. Everything here may be
read by everybody: without the key in the person's link it says nothing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import posixpath
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import forms_service
from forms_service.errors import PickUpWriteError

PAGE, COPIES, ENDING, DRAFT = "c/index.html", "copies", ".jwe", ".new"
FOLDER_MODE, FILE_MODE = 0o755, 0o644  # another server's user reads them, whatever our umask is
STATIC = Path(forms_service.__file__).parent / "web" / "static"
ASKS_HERE = b'data-copies=""'
_IMPORT = re.compile(r'^(?:import|}) .*? from "(\.[^"]+)"', re.MULTILINE)
ASKS_FOLDER = b'data-copies="/copies/"'


class PickUpFolderOnDisk:
    """The port ``PickUpFolder``.

    Args:
        folder: The other server's root.
        lock: File by which those that push take turns; it lies elsewhere, on a disk of this machine.
    """

    def __init__(self, folder: Path, *, lock: Path) -> None:
        self._folder, self._lock = folder, lock

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the only one that pushes, of all threads and processes, until the end."""
        with _told():
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with _told():
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def put_page(self) -> None:
        """Bring the page and what it needs up to date."""
        with _told():
            for name in page_files():
                self._put(self._folder / "static" / name, (STATIC / name).read_bytes())
            page = (STATIC / "pickup" / "index.html").read_bytes()
            self._put(self._folder / PAGE, page.replace(ASKS_HERE, ASKS_FOLDER))

    def put(self, token_sha256: str, ciphertext: str) -> None:
        """Put a copy there, in one step."""
        with _told():
            self._put(self._place(token_sha256), ciphertext.encode("ascii"))

    def remove(self, token_sha256: str) -> None:
        """Take a copy away."""
        with _told():
            self._place(token_sha256).unlink(missing_ok=True)

    def names(self) -> frozenset[str]:
        """Give the digests of the tokens whose copies lie there; what a broken push left half written is taken away."""
        with _told():
            try:
                there = list((self._folder / COPIES).iterdir())
            except FileNotFoundError:  # nothing was pushed yet
                return frozenset()
            for draft in (file for file in there if file.suffix == DRAFT):
                draft.unlink(missing_ok=True)
        return frozenset(file.stem for file in there if file.suffix == ENDING)

    def _place(self, token_sha256: str) -> Path:
        return self._folder / COPIES / f"{token_sha256}{ENDING}"

    def _put(self, place: Path, content: bytes) -> None:
        if place.is_file() and place.read_bytes() == content:
            return
        _make(place.parent)
        draft = place.with_name(f"{uuid.uuid4().hex}{DRAFT}")
        try:
            with draft.open("xb") as opened:
                os.fchmod(opened.fileno(), FILE_MODE)
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)


def _make(folder: Path) -> None:
    """Make a folder, and those above it that are missing; the mode of what is there is its owner's."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(folder.stat().st_mode | FOLDER_MODE)


def page_files() -> tuple[str, ...]:
    """Give the names of what the page needs, under ``static``: its own files, and what they import."""
    found = {"pickup/page.css"}
    waiting = ["pickup/page.js"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            named = _IMPORT.findall((STATIC / name).read_text("utf-8"))
            waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in named]
    return tuple(sorted(found))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PickUpWriteError(reason=errno.errorcode.get(error.errno or 0, type(error).__name__)) from error
