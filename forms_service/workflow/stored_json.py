"""Read JSON that this service stored."""

from __future__ import annotations

import json
from collections.abc import Mapping


def read_json(content: bytes) -> Mapping[str, object]:
    """Give the object a stored file holds.

    Raises:
        ValueError, TypeError: It is not UTF-8 JSON of one object.
    """
    found = json.loads(content.decode("utf-8"))
    if not isinstance(found, dict):
        raise TypeError(type(found).__name__)
    return found
