"""The bundled fonts: the only ones a page is set in, and what they can write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from forms_service.domain.evidence import sha256_hex
from forms_service.errors import GlyphMissingError, NoFontsError

FAMILY = "Paper"
_SPACES = frozenset(" \u00a0")


class FontFolder:
    """The fonts of ``config/fonts/``.

    Args:
        folder: Holds ``<Family>-<Weight>.ttf``; ``Regular`` is needed, ``Bold`` is used where it is there.

    Raises:
        NoFontsError: The folder holds no regular font that can be read.
    """

    def __init__(self, folder: Path) -> None:
        self.files: Mapping[str, bytes] = {path.name: path.read_bytes() for path in sorted(folder.glob("*.ttf"))}
        self._folder = folder
        if not self.regular:
            raise NoFontsError(folder=str(folder))

    @property
    def regular(self) -> tuple[str, ...]:
        """Give the file names of the regular fonts, in the order of the stack."""
        return tuple(name for name in self.files if name.endswith("-Regular.ttf"))

    def path(self, name: str) -> Path:
        """Give the place of a font file."""
        return self._folder / name

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Give file name to SHA-256 of every font; part of each form version's digest."""
        return {name: sha256_hex(content) for name, content in self.files.items()}

    @cached_property
    def characters(self) -> frozenset[int]:
        """Give every code point that some font of the stack has a glyph for, in each of its weights."""
        return frozenset().union(
            *(self._code_points(name) & self._code_points(self.bold(name)) for name in self.regular)
        )

    @cached_property
    def _names(self) -> Mapping[int, frozenset[str]]:
        """Give what the fonts call themselves: family (1) and PostScript name (6)."""
        found: dict[int, set[str]] = {1: set(), 6: set()}
        for content in self.files.values():
            with TTFont(BytesIO(content), lazy=True) as font:
                for kind, names in found.items():
                    names.add(str(font["name"].getDebugName(kind)))
        return {kind: frozenset(names) for kind, names in found.items()}

    @property
    def family_names(self) -> frozenset[str]:
        """Give the families by the names under which other programs know them."""
        return self._names[1]

    @property
    def postscript_names(self) -> frozenset[str]:
        """Give the names under which the fonts stand in a PDF."""
        return self._names[6]

    @property
    def place(self) -> Path:
        """Give the folder."""
        return self._folder

    def bold(self, regular: str) -> str:
        """Give the file name of a regular font's bold, or its own where there is none."""
        bold = regular.replace("-Regular.ttf", "-Bold.ttf")
        return bold if bold in self.files else regular

    def _code_points(self, name: str) -> frozenset[int]:
        try:
            with TTFont(BytesIO(self.files[name]), lazy=True) as font:
                return frozenset(font.getBestCmap())
        except (TTLibError, KeyError) as error:
            raise NoFontsError(folder=str(self._folder)) from error

    def check(self, texts: Iterable[tuple[str, str]]) -> None:
        """Refuse a text that holds a character no font has.

        Args:
            texts: Line id and text.

        Raises:
            GlyphMissingError: With line id and code point, never the text.
        """
        for place, text in texts:
            for character in text:
                if character not in _SPACES and ord(character) not in self.characters:
                    raise GlyphMissingError(place=place, code_point=f"U+{ord(character):04X}")

    @cached_property
    def face_rules(self) -> str:
        """Give the ``@font-face`` rules; families ``Paper``, ``Paper2``, ... in the order of the stack."""
        rules = []
        for number, regular in enumerate(self.regular, start=1):
            rules.append(_face(number, regular, "normal"))
            rules.append(_face(number, self.bold(regular), "bold"))
        return "\n".join(rules)

    @cached_property
    def families(self) -> frozenset[str]:
        """Give the names of the families that the pages may be set in."""
        return frozenset(_family(number) for number in range(1, len(self.regular) + 1))

    @cached_property
    def stack(self) -> str:
        """Give the CSS ``font-family`` value that every page inherits."""
        return ", ".join(f'"{_family(number)}"' for number in range(1, len(self.regular) + 1))


def _family(number: int) -> str:
    return FAMILY if number == 1 else f"{FAMILY}{number}"


def _face(number: int, name: str, weight: str) -> str:
    return f'@font-face {{ font-family: "{_family(number)}"; font-weight: {weight}; src: url("fonts:///{name}"); }}'
