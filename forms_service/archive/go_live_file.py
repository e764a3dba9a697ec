"""The signed go-live statements as one file; written beside its place and renamed in, so that none is half there."""

from __future__ import annotations

import errno
import uuid
from pathlib import Path

from forms_service.archive.disk import Disk
from forms_service.errors import GoLiveFileError


class GoLiveFile:
    """The port ``SignedFile`` on a file.

    Args:
        file: Where it lies; its folder is made at first use.
    """

    def __init__(self, file: Path) -> None:
        self._file = file.absolute()
        self._disk = Disk()

    def put(self, signed: bytes) -> str:
        """Keep the file, in place of an earlier one; give its printable place.

        Raises:
            GoLiveFileError: The disk refused.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft = self._file.with_name(f"{self._file.name}.{uuid.uuid4().hex}.new")
            self._disk.write_new({draft: signed})
            draft.replace(self._file)
            self._disk.sync_folder(self._file.parent)
        except OSError as error:
            raise GoLiveFileError(reason=errno.errorcode.get(error.errno or 0, type(error).__name__)) from error
        return str(self._file)

    def read(self) -> bytes:
        """Give the file's content, empty when there is none.

        Raises:
            GoLiveFileError: It is there and can not be read.
        """
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise GoLiveFileError(reason=errno.errorcode.get(error.errno or 0, type(error).__name__)) from error
