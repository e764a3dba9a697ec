"""What a draft holds between two pages, as JSON in the ledger.

* ``answers``: of screening; ``values``: of the form, as entered.
* ``papers``: by language, the numbered text that was shown: ``document_id, digest, presented_on``.
* ``presentation`` and ``blocks``: as ``signatures.json`` has them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """A draft's content.

    Attributes:
        language: The language that the person reads and signs; empty before the hand-over.
        sections_done: Ids of the form's sections that were sent without a fault.
    """

    answers: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    sections_done: tuple[str, ...] = ()
    language: str = ""
    papers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    presentation: Mapping[str, object] = field(default_factory=dict)
    blocks: Mapping[str, object] = field(default_factory=dict)

    def to_text(self) -> str:
        """Give the JSON that the ledger keeps."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> DraftContent:
        """Read what ``to_text`` wrote."""
        data = json.loads(text)
        return cls(**{**data, "sections_done": tuple(data.get("sections_done", ()))})

    def with_values(self, values: Mapping[str, object], *, section: str) -> DraftContent:
        """Give the content after a section was sent; what was shown before no longer counts."""
        done = (*(one for one in self.sections_done if one != section), section)
        return replace(self, values=values, sections_done=done, papers={}, blocks={}, presentation={}, language="")

    @property
    def paper(self) -> Mapping[str, str]:
        """Give the numbered text in the language that is shown, empty before the hand-over."""
        return self.papers.get(self.language, {})
