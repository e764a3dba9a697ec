"""Reads the TOML of a form folder and keeps track of lines, so that each fault names file and line.

Structure is judged by JSON Schema (``schemas/*.json``); what only a reader of the whole folder can see
is judged in ``form_checks.py``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from forms_service.errors import Fault

_ERROR_LINE = re.compile(r"\(at line (\d+),")
_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.]+)\s*\]\]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlSource:
    """One TOML file: its data, JSON-ready, and where things stand in it.

    Attributes:
        lines: For each path (``fields.3.type``, ``lines.L-1``) the line number, from 1.
    """

    name: str
    data: Mapping[str, object]
    lines: Mapping[str, int]

    def place(self, *path: object) -> str:
        """Give ``file:line`` of a path, or of the nearest thing around it that has a line."""
        parts = [str(part) for part in path]
        while parts:
            if line := self.lines.get(".".join(parts)):
                return f"{self.name}:{line}"
            parts.pop()
        return f"{self.name}:1"

    def fault(self, slug: str, message: str, *path: object) -> Fault:
        """Make a fault at a path."""
        return Fault(slug=slug, place=self.place(*path), message=message)


def read_source(name: str, content: bytes, schema: str) -> tuple[TomlSource | None, list[Fault]]:
    """Read a TOML file and judge its structure.

    Args:
        name: File name, for faults.
        content: The file's bytes, UTF-8.
        schema: ``form`` or ``language``.

    Returns:
        The source, or None when its structure can not be used, and every fault found.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [Fault(slug="form-not-utf8", place=f"{name}:1", message=f"byte {error.start} is not UTF-8")]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _ERROR_LINE.search(str(error))
        line = found[1] if found else str(text.count("\n") + 1)
        return None, [Fault(slug="form-not-toml", place=f"{name}:{line}", message=str(error))]
    source = TomlSource(name=name, data=_json_ready(data), lines=_line_numbers(text))
    faults = [_schema_fault(source, error) for error in _validator(schema).iter_errors(source.data)]
    return (None if faults else source), faults


def _validator(schema: str) -> Draft202012Validator:
    text = resources.files(__package__).joinpath("schemas", f"{schema}.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


def _json_ready(value: object) -> dict[str, object]:
    def plain(one: object) -> object:
        if isinstance(one, dict):
            return {str(key): plain(item) for key, item in one.items()}
        if isinstance(one, list):
            return [plain(item) for item in one]
        return one.isoformat() if isinstance(one, date | datetime) else one

    ready = plain(value)
    return ready if isinstance(ready, dict) else {}


def _schema_fault(source: TomlSource, error: ValidationError) -> Fault:
    path = list(error.absolute_path)
    message = error.message if len(error.message) <= 200 else f"{error.message[:200]}…"
    if error.validator == "oneOf":
        message = "expected true, false, or one of all, any, not, or field with one of is, in, is_set, at_least"
    where = ".".join(str(part) for part in path) or "the file"
    return source.fault("form-structure", f"{where}: {message}", *path)


def _line_numbers(text: str) -> dict[str, int]:
    """Find the line of each table header and key by a plain scan; good enough to point a person there."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            prefix = _table_path(header[1], header[2], counts)
            found.setdefault(prefix, number)
        elif (key := _key(line)) is not None:
            found.setdefault(f"{prefix}.{key}" if prefix else key, number)
    return found


def _table_path(bracket: str, name: str, counts: dict[str, int]) -> str:
    """Give ``fields.3`` for the fourth ``[[fields]]`` and ``fields.3.items.0`` for an item below it."""
    *parents, last = name.split(".")
    path = ""
    for part in parents:
        path += part if not path else f".{part}"
        if path in counts:
            path += f".{counts[path]}"
    path = f"{path}.{last}" if path else last
    if bracket == "[[":
        counts[path] = counts.get(path, -1) + 1
        path = f"{path}.{counts[path]}"
    return path


def _key(line: str) -> str | None:
    found = re.match(r"""^\s*("([^"]+)"|[A-Za-z0-9_-]+)\s*=""", line)
    return None if found is None else (found[2] or found[1])
