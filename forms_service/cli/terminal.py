"""What the commands read and write: standard output, and files that somebody named."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from forms_service.domain.days import FIRST_YEAR, LAST_YEAR, parse_day
from forms_service.errors import FileUnreadableError, JsonUnreadableError

MOST_JSON_BYTES = 4 * 1024 * 1024


def say(text: str) -> None:
    """Write one line."""
    sys.stdout.write(text + "\n")


def typed_day(text: str) -> date:
    """Read a day that was given as an argument, or say how one is written."""
    try:
        return parse_day(text)
    except ValueError as error:
        words = f"{text!r} is no day; write YYYY-MM-DD, such as 2026-11-28, in a year from {FIRST_YEAR} to {LAST_YEAR}"
        raise argparse.ArgumentTypeError(words) from error


def read_json(name: str) -> object:
    """Read a JSON file of bounded size.

    Raises:
        FileUnreadableError, JsonUnreadableError: With the file's name and what is wrong.
    """
    content = read_file(name, MOST_JSON_BYTES + 1)
    if len(content) > MOST_JSON_BYTES:
        raise JsonUnreadableError(name=Path(name).name, problem=f"more than {MOST_JSON_BYTES} bytes")
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        problem = str(error) if isinstance(error, ValueError) else "nested too deep"
        raise JsonUnreadableError(name=Path(name).name, problem=problem) from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def read_json_object(name: str) -> dict[str, object]:
    """Read a JSON file that holds an object.

    Raises:
        FileUnreadableError, JsonUnreadableError: As ``read_json``, or it holds something else.
    """
    found = read_json(name)
    if not isinstance(found, dict):
        raise JsonUnreadableError(name=Path(name).name, problem="expected an object")
    return found


def read_file(name: str, most_bytes: int) -> bytes:
    """Read a file up to a bound.

    Raises:
        FileUnreadableError: It can not be read.
    """
    try:
        with Path(name).open("rb") as file:
            return file.read(most_bytes)
    except OSError as error:
        raise FileUnreadableError(name=Path(name).name, problem=error.strerror or "can not be read") from error


def write_file(name: str, content: bytes) -> None:
    """Write a file.

    Raises:
        FileUnreadableError: It can not be written.
    """
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise FileUnreadableError(name=Path(name).name, problem=error.strerror or "can not be written") from error
