"""Runs LibreOffice for ``office.py``; a program of its own, for the machine's Python, which alone has ``uno``.

* Documents come by stdin and go by stdout, LibreOffice listens on a pipe below its own profile: no port is opened.
* Where the kernel lets it, the whole group has no network at all; memory, file sizes and core files are limited.
* When stdin ends (the service stopped, or died), the whole process group is killed, LibreOffice with it.

Frames: eight digits of length, then the bytes. Each answer is ``.`` or ``!``, then a frame: a PDF, or what went wrong.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Queue
from tempfile import gettempdir
from typing import BinaryIO

MOST_MEMORY_BYTES = 4 * 1024**3  # of addresses: LibreOffice maps far more than it uses
MOST_FILE_BYTES = 256 * 1024**2
START_S = 60
FIRST_RUN = 81  # LibreOffice made its profile and asks to be started again
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
PDF_OPTIONS = (
    "SelectPdfVersion=3", "UseTaggedPDF=true", "UseLosslessCompression=true", "ReduceImageResolution=false",
    "ExportFormFields=false", "ExportBookmarks=false", "ExportNotes=false", "ConvertOOoTargetToPDFTarget=false",
    "ExportLinksRelativeFsys=false", "AllowDuplicateFieldNames=false", "IsAddStream=false", "EmbedStandardFonts=true",
)  # fmt: skip


def main(soffice: str, place: str, packages: str) -> None:
    """Start LibreOffice and convert what comes, until nothing comes.

    Args:
        soffice: ``soffice.bin`` itself: the scripts before it leave processes behind.
        place: A folder of our own, with ``profile`` and ``tmp``; it goes with us.
        packages: The folder that holds unoserver.
    """
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever LibreOffice says must not stand among the answers
    _limit()
    has_network = not _leave_network()  # before any thread: the kernel gives no user namespace to a process with two
    jobs: Queue[bytes] = Queue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs, place), daemon=True).start()
    pipe = f"forms{os.getpid()}"
    office = _Office(soffice, f"{place}/profile", pipe)
    sys.path.append(packages)
    converter = _connected(office, pipe)
    _answer(answers, b".", b"network" if has_network else b"alone")
    while True:
        _convert(converter, jobs.get(), Path(gettempdir()), answers)


class _Office:
    """LibreOffice, started again when its first run only made the profile."""

    def __init__(self, soffice: str, profile: str, pipe: str) -> None:
        self._command = [
            soffice, "--headless", "--invisible", "--nocrashreport", "--nodefault", "--nologo", "--nofirststartwizard",
            "--norestore", f"-env:UserInstallation=file://{profile}", f"--accept=pipe,name={pipe};urp;",
        ]  # fmt: skip
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603  # fixed words

    def look_after(self) -> None:
        """Start it again after its first run; end when it ended otherwise."""
        ended = self._process.poll()
        if ended == FIRST_RUN:
            self._process = self._started()
        elif ended is not None:
            os._exit(1)


def _listen(stdin: BinaryIO, jobs: Queue[bytes], place: str) -> None:
    while head := stdin.read(8):
        jobs.put(stdin.read(int(head)))
    shutil.rmtree(place, ignore_errors=True)  # a person's words may stand in it
    os.killpg(0, signal.SIGKILL)


def _answer(answers: BinaryIO, kind: bytes, content: bytes) -> None:
    left = memoryview(kind + b"%08d" % len(content) + content)
    while left:
        left = left[answers.write(left) :]


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES), (resource.RLIMIT_FSIZE, MOST_FILE_BYTES), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))


def _leave_network() -> bool:
    """Go where there is no network; say whether the kernel let us.

    Without root's rights that takes a user namespace, in which we stay who we are.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
    return True


def _connected(office: _Office, pipe: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  # unoserver is untyped
    """Give unoserver's converter, as soon as LibreOffice answers."""
    import uno  # noqa: PLC0415  # only the machine's Python has it
    from com.sun.star.connection import NoConnectException  # noqa: PLC0415  # as above
    from unoserver.converter import UnoConverter  # noqa: PLC0415  # found only now

    class OverPipe(UnoConverter):  # type: ignore[misc]  # as above
        """Its own way in is a port, which anybody on the machine could use."""

        def __init__(self) -> None:
            context = uno.getComponentContext()
            resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
            self.context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            self.service = self.context.ServiceManager
            self.desktop = self._service("frame.Desktop")
            self.filter_service = self._service("document.FilterFactory")
            self.type_service = self._service("document.TypeDetection")
            self.temp_dir = None
            self._export_filters = self._import_filters = None

        def _service(self, name: str) -> object:
            return self.service.createInstanceWithContext(f"com.sun.star.{name}", self.context)

    give_up = time.monotonic() + START_S
    while True:
        try:
            return OverPipe()
        except NoConnectException:
            if time.monotonic() > give_up:
                os._exit(1)
            office.look_after()
            time.sleep(0.05)


def _convert(converter, docx: bytes, folder: Path, answers: BinaryIO) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # as above
    source, target = folder / "page.docx", folder / "page.pdf"
    source.write_bytes(docx)
    try:
        converter.convert(
            inpath=str(source), outpath=str(target), infiltername="MS Word 2007 XML", filtername="writer_pdf_Export",
            filter_options=list(PDF_OPTIONS), update_index=False,
        )  # fmt: skip
        kind, content = b".", target.read_bytes()
    except Exception as error:  # noqa: BLE001  # whatever LibreOffice raises: it is told, and the next is tried
        kind, content = b"!", type(error).__name__.encode("ascii", "replace")
    for file in (source, target):
        file.unlink(missing_ok=True)
    _answer(answers, kind, content)


if __name__ == "__main__":
    main(*sys.argv[1:4])
