r"""Patterns that an agency writes, for its case numbers and for fields of its forms: read alike here and on a tablet.

* A pattern is matched whole. Letters, digits and marks stand for themselves; ``[...]``, ``(...)``, ``|``, ``.`` and the
  quantifiers mean what they mean everywhere; ``\d`` and ``\w`` are ASCII.
* What Python and JavaScript read differently, or one of them not at all, is refused when the pattern is loaded:
  look-around, back-references, names, flags, possessive quantifiers, other letters after a backslash.

The same patterns run in JavaScript: ``tests/vectors/patterns.json``.
"""

from __future__ import annotations

import re

_PLAIN = r"""[A-Za-z0-9 _/@:;,\#%&=~<>"'!-]|[^\x00-\x7f]"""
_ESCAPE = r"\\[dw.\\^$*+?(){}|/\[\]]"
_TOKEN = re.compile(
    rf"""
      {_PLAIN} | {_ESCAPE} | \. | \| | \)
    | \( (?: \?: | (?!\?) )
    | [\^$] (?! [?*+{{] )
    | \[ \^? (?: {_PLAIN} | {_ESCAPE} | \\- | [.*+?(){{}}|$] )+ \]
    | (?: [?*+] | \{{ [0-9]{{1,4}} (?: ,[0-9]{{0,4}} )? \}} ) \?? (?! [?*+{{] )
    """,
    re.VERBOSE,
)


def problem_of(pattern: str) -> str:
    """Say what is wrong with a pattern; empty when it may stand."""
    place = 0
    while found := _TOKEN.match(pattern, place):
        place = found.end()
    if place < len(pattern):
        return f"at character {place + 1}: not among what every client reads alike"
    try:
        re.compile(pattern, re.ASCII)
    except re.error as error:
        return str(error)
    return ""


def fits(pattern: str, text: str) -> bool:
    """Say whether a text is what the pattern asks for, from its first character to its last."""
    return re.fullmatch(pattern, text, re.ASCII) is not None
