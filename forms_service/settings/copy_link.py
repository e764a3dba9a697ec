"""The link by which a person fetches their copy: what ``[copy_link]`` of service.toml says, and what is wrong with it.

Off unless it is switched on: a link is one more door, and the agency decides whether it wants that door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from forms_service.settings.sign_on import LOOPBACK

KEYS = frozenset({"enabled", "days", "most_fetches", "origin", "folder"})
MOST_DAYS, MOST_FETCHES = 90, 20
TABLE = "service.toml: copy_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLinkSettings:
    """How a person fetches their copy by a link.

    Attributes:
        origin: Where links point to: the service's own, or that of the web server that serves the pick-up folder.
        days: How long a link opens something.
        most_fetches: How often; not held where another server gives the files out.
    """

    origin: str
    days: int
    most_fetches: int


def read_copy_link(configured: Mapping[str, object], own_origin: str) -> tuple[CopyLinkSettings | None, list[str]]:
    """Read the table.

    Returns:
        None and no problem where it is off; None and every problem where it can not be used.
    """
    if configured.get("enabled", False) is False:
        return None, []
    folder, origin = configured.get("folder", ""), configured.get("origin", "")
    numbers = {"days": configured.get("days", 30), "most_fetches": configured.get("most_fetches", 5)}
    problems = [
        *_switch(configured["enabled"]), *_numbers(numbers), *_texts({"origin": origin}),
    ] or _place(str(folder), str(origin), own_origin)  # fmt: skip
    if problems:
        return None, [f"{TABLE} {one}" for one in problems]
    return CopyLinkSettings(
        origin=str(origin).rstrip("/") or own_origin,
        **numbers,  # type: ignore[arg-type]  # checked above
    ), []  # fmt: skip


def read_pick_up_folder(configured: Mapping[str, object]) -> tuple[Path | None, list[str]]:
    """Read where page and ciphertext are pushed to, also where links are off: no copy may stay there then.

    Returns:
        None and no problem where this service answers itself; None and the problem where it can not be used.
    """
    folder = configured.get("folder", "")
    if not isinstance(folder, str):
        return None, [f"{TABLE} {one}" for one in _texts({"folder": folder})]
    return Path(folder).absolute() if folder else None, []


def _switch(value: object) -> list[str]:
    return [] if value is True else ["enabled: expected true or false"]


def _numbers(given: Mapping[str, object]) -> list[str]:
    limits = {"days": MOST_DAYS, "most_fetches": MOST_FETCHES}
    return [
        f"{name}: expected a whole number from 1 to {limits[name]}"
        for name, value in given.items()
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= limits[name]
    ]


def _texts(given: Mapping[str, object]) -> list[str]:
    return [f"{name}: expected text" for name, value in given.items() if not isinstance(value, str)]


def _place(folder: str, origin: str, own_origin: str) -> list[str]:
    """Judge where links point to; the key behind the hash is safe only where no page can be altered on its way."""
    if bool(folder) is not bool(origin):
        return ["origin and folder are given together: the folder is what that other web server serves"]
    parts = urlsplit(origin or own_origin)
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        return ["origin: expected https://name[:port], nothing after it"]
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        return ["origin: expected https: whoever alters the page on its way would read the copy"]
    return []
