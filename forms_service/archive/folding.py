"""Fold names, case numbers and document ids so that what a clerk types finds what is stored.

* Case, accents and punctuation do not count: ``José`` is ``jose``; ``O'Brien``, ``obrien`` and ``o brien`` are one.
* Document ids are read as Crockford reads them: ``O`` is 0, ``I`` and ``L`` are 1.
"""

from __future__ import annotations

import re
import unicodedata

LEAST_FRAGMENT = 3  # characters; shorter fragments of a number match too much

_LONGEST_RUN = 3  # name words written together: "de la cruz" is found by "delacruz"
_PARTS = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_CROCKFORD = str.maketrans({"o": "0", "i": "1", "l": "1"})


def folded(text: str) -> str:
    """Give text without case and accents; punctuation and spaces stay."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one for one in plain if unicodedata.category(one) != "Mn")
    return kept.casefold().translate(_LETTERS)


def parts_of(text: str) -> list[str]:
    """Give the folded runs of letters and digits of a text."""
    return _PARTS.findall(folded(text))


def joined(text: str) -> str:
    """Give the folded letters and digits of a text, written together."""
    return "".join(parts_of(text))


def name_keys(name: str) -> set[str]:
    """Give every key whose beginning finds a name: each word, and neighbouring words written together."""
    parts = parts_of(name)
    runs = {
        "".join(parts[start : start + length])
        for length in range(1, _LONGEST_RUN + 1)
        for start in range(len(parts) - length + 1)
    }
    return runs | {joined(word) for word in name.split() if joined(word)}


def document_key(document_id: str) -> str:
    """Give the key of a document id, or of a fragment of one."""
    return joined(document_id).translate(_CROCKFORD)
