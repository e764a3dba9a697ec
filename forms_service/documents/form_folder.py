"""``templates/<form>/<version>/`` -> ``FormVersion``; all faults of a folder are reported together.

Nothing in a form folder is code but the layout of its engine, which runs sandboxed in ``html_renderer.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from forms_service.documents.form_checks import FolderReading, check_folder
from forms_service.documents.form_parsing import definition_from, pack_from
from forms_service.documents.form_source import TomlSource, read_source
from forms_service.documents.word_checks import check_word
from forms_service.domain.evidence import canonical_json, sha256_hex
from forms_service.domain.forms import FormVersion, LanguagePack
from forms_service.errors import Fault, FormFolderError, UnknownFormError

_VERSION = re.compile(r"[1-9][0-9]{0,3}")
_FORM = re.compile(r"[a-z][a-z0-9-]{0,63}")
LAYOUT_FILES = {"html": ("form.html", "form.css"), "docx": ("form.docx",)}
_MOST_FILE_BYTES = 4 * 1024 * 1024  # a picture of a letterhead is far smaller


class FormFolders:
    """The form library of a templates folder.

    Args:
        folder: ``templates/``.
        font_digests: File name to SHA-256 of each bundled font; part of every form's digest.
        families: The fonts' families, which a Word layout may name; without any that is not judged.
    """

    def __init__(
        self, folder: Path, font_digests: Mapping[str, str], *, families: frozenset[str] = frozenset()
    ) -> None:
        self._folder = folder
        self._families = families
        self._font_digests = dict(font_digests)
        self._read: dict[tuple[str, int], tuple[tuple[object, ...], FormVersion]] = {}

    def forms(self) -> tuple[FormVersion, ...]:
        """Give every form version, by form and version.

        Raises:
            FormFolderError: With every fault of every folder.
        """
        found: list[FormVersion] = []
        faults: list[Fault] = []
        for form, version in self._versions():
            try:
                found.append(self._load(form, version))
            except FormFolderError as error:
                faults.extend(error.faults)
        if faults:
            raise FormFolderError(faults)
        return tuple(found)

    def form(self, name: str, version: int | None = None) -> FormVersion:
        """Give a form version, the newest when none is named."""
        versions = [number for form, number in self._versions() if form == name]
        if not versions or (version is not None and version not in versions):
            known = ", ".join(sorted({form for form, _ in self._versions()}))
            raise UnknownFormError(form=name[:64], known=known)
        return self._load(name, version or max(versions))

    def folder(self, folder: Path) -> FormVersion:
        """Give the form version of any folder ``<form>/<version>``."""
        return load_folder(folder, self._font_digests, families=self._families)

    def archived(self, name: str, version: int, files: Mapping[str, bytes]) -> FormVersion:
        """Give a form version from the files the archive kept."""
        return read_form(name, version, files, self._font_digests)

    def _versions(self) -> list[tuple[str, int]]:
        return sorted(
            (path.parent.name, int(path.name))
            for path in self._folder.glob("*/*")
            if path.is_dir() and _VERSION.fullmatch(path.name) and _FORM.fullmatch(path.parent.name)
        )

    def _load(self, form: str, version: int) -> FormVersion:
        """Read a folder once, and again only when a file in it changed (practice lets agencies edit)."""
        folder = self._folder / form / str(version)
        state = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.iterdir()))
        cached = self._read.get((form, version))
        if cached and cached[0] == state:
            return cached[1]
        loaded = load_folder(folder, self._font_digests, families=self._families)
        self._read[form, version] = (state, loaded)
        return loaded


def load_folder(
    folder: Path, font_digests: Mapping[str, str], *, families: frozenset[str] = frozenset()
) -> FormVersion:
    """Read one folder named ``<form>/<version>``.

    Raises:
        FormFolderError: With every fault, each with file and line.
    """
    form, version = folder.parent.name, folder.name
    if not (folder.is_dir() and _VERSION.fullmatch(version) and _FORM.fullmatch(form)):
        message = "expected a folder <form>/<version>, the version a whole number"
        raise FormFolderError([Fault(slug="form-folder-name", place=folder.name, message=message)])
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.is_symlink() or path.stat().st_size > _MOST_FILE_BYTES:
            faults.append(Fault(slug="form-file-kind", place=path.name, message="expected a plain file below 4 MiB"))
        else:
            files[path.name] = path.read_bytes()
    layout = files.get("form.docx")
    faults += check_word(layout, families) if layout is not None else ()
    return read_form(form, int(version), files, font_digests, faults=faults)


def read_form(
    form: str,
    version: int,
    files: Mapping[str, bytes],
    font_digests: Mapping[str, str],
    *,
    faults: list[Fault] | None = None,
) -> FormVersion:
    """Read a form version from its files' bytes, from a folder or from the archive.

    Raises:
        FormFolderError: With every fault, each with file and line.
    """
    found = list(faults or ())
    source = _source(files, "form.toml", "form", found)
    found += _layout_faults(str(source.data["engine"]) if source else "html", files)
    languages = _language_sources(source, files, found)
    if source is None or found:
        raise FormFolderError(found)
    packs: dict[str, LanguagePack] = {tag: pack_from(one.data) for tag, one in languages.items()}
    definition = definition_from(form, version, source.data, packs, form_digest(files, font_digests))
    found = check_folder(FolderReading(definition=definition, form=source, languages=languages))
    if found:
        raise FormFolderError(found)
    return FormVersion(definition=definition, files=dict(files))


def _layout_faults(engine: str, files: Mapping[str, bytes]) -> list[Fault]:
    return [
        Fault(slug="form-file-missing", place=name, message=f"the {engine} engine needs this file")
        for name in LAYOUT_FILES[engine]
        if name not in files
    ]


def _source(files: Mapping[str, bytes], name: str, schema: str, faults: list[Fault]) -> TomlSource | None:
    if name not in files:
        faults.append(Fault(slug="form-file-missing", place=name, message="this file is needed"))
        return None
    source, found = read_source(name, files[name], schema)
    faults.extend(found)
    return source


def _language_sources(
    source: TomlSource | None, files: Mapping[str, bytes], faults: list[Fault]
) -> dict[str, TomlSource]:
    declared = source.data.get("languages") if source else None
    tags = declared or sorted(
        name.removesuffix(".toml") for name in files if name.endswith(".toml") and name != "form.toml"
    )
    found: dict[str, TomlSource] = {}
    for tag in tags if isinstance(tags, list) else []:
        one = _source(files, f"{tag}.toml", "language", faults)
        if one is not None and one.data.get("language") != tag:
            faults.append(one.fault("form-name-unknown", f"expected language = {tag!r}", "language"))
        elif one is not None:
            found[tag] = one
    return found


def form_digest(files: Mapping[str, bytes], font_digests: Mapping[str, str]) -> str:
    """Give the digest that names a form version: over its files and the fonts it is set in."""
    listed = {name: sha256_hex(content) for name, content in files.items()}
    return sha256_hex(canonical_json({"v": "form/1", "files": listed, "fonts": dict(font_digests)}))
