"""What the tablet keeps: the list of files with their digests, and the page, manifest and worker made from it.

* The list is read from the very files that are served, so that cache and deploy can not disagree.
* The page and the manifest say nothing of any session: the same bytes for everybody, or no digest could fit.
* ``build`` names the whole: another byte anywhere is another build.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

PAGE_PATH = "/tablet/"
MANIFEST_PATH = "/tablet/manifest.webmanifest"
WORKER_FILE = "tablet/service_worker.js"
READER_PATH, READER_FILE = "/tablet/reader.js", "tablet/scan/worker.js"
JOURNAL_FILE = "tablet/journal_worker.js"
JOURNAL_PATH = "/tablet/journal_worker.js"  # below the app's own address: the worker of the cache answers only there
# The design system's scripts, the sprite and the server pages' own scripts are not the tablet's.
KEPT = (
    "tablet/**/*.js", "qr/*.mjs", "tablet/**/*.css", "tablet/**/*.png", "jose/**/*.js", "zxing/**/*.js", "zxing/*.wasm", "pad/*.js",
    "conditions.js", "person/voices.js", "forms.css", "icon.svg", "uswds/css/*.css", "uswds/fonts/**/*.woff2", "uswds/img/*.svg",
    "uswds/img/usa-icons/*.svg", "uswds/img/usa-icons-bg/*.svg",
)  # fmt: skip
LEFT_OUT = frozenset({
    WORKER_FILE, READER_FILE, JOURNAL_FILE, "pad/start.js", "uswds/img/sprite.svg", "jose/jwe/compact/decrypt.js",
    "jose/lib/jwe_decrypt.js",
})  # fmt: skip
# Pictures that the design system's style sheet names for parts which the tablet never shows.
ABSENT_PARTS = ("usa-file-input", "usa-date-picker", "usa-link--external", "usa-checklist", "usa-breadcrumb")
OF_ABSENT_PARTS = frozenset(f"uswds/img/{name}.svg" for name in (
    "file", "file-pdf", "loader", "usa-icons/calendar_today", "usa-icons/navigate_far_before", "usa-icons/navigate_far_next",
    "usa-icons/launch", "usa-icons-bg/launch--white", "usa-icons-bg/check--blue-60v", "usa-icons/arrow_back",
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """One file of the list: its address on this service, the SHA-256 (hex) of its bytes, and how many they are."""

    path: str
    sha256: str
    length_bytes: int

    @classmethod
    def of(cls, path: str, content: bytes) -> KeptFile:
        """Describe content by its digest."""
        return cls(path=path, sha256=sha256(content).hexdigest(), length_bytes=len(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """One build of the tablet's app."""

    page: bytes
    manifest: bytes
    worker: bytes
    reader: bytes
    journal: bytes
    build: str
    files: tuple[KeptFile, ...]


def kept_names(static: Path) -> tuple[str, ...]:
    """Give the name of every static file that the tablet keeps, sorted."""
    found = {path.relative_to(static).as_posix() for pattern in KEPT for path in static.glob(pattern)}
    return tuple(sorted(found - LEFT_OUT - OF_ABSENT_PARTS))


def modules(static: Path) -> tuple[str, ...]:
    """Give the addresses of the modules that the page's own module imports, each once, itself first."""
    found: dict[str, None] = {}
    waiting = ["tablet/app.js"]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            named = imports_of((static / name).read_text("utf-8"))
            waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in named]
    return tuple(f"/static/{name}" for name in found)


def imports_of(text: str) -> Iterator[str]:
    """Give what a module imports, as it is written there; our own and the vendored ones write it on one line's end."""
    for line in text.splitlines():
        _, found, rest = line.rpartition(' from "')
        if found and not line.lstrip().startswith(("*", "//")):
            yield rest.partition('"')[0]


def make_shell(static: Path, *, page: bytes, manifest: bytes) -> Shell:
    """Put one build together from the static folder and what was made for this agency."""
    reader, journal = (static / READER_FILE).read_bytes(), (static / JOURNAL_FILE).read_bytes()
    files = (
        KeptFile.of(PAGE_PATH, page),
        KeptFile.of(MANIFEST_PATH, manifest),
        KeptFile.of(READER_PATH, reader),
        KeptFile.of(JOURNAL_PATH, journal),
        *(KeptFile.of(f"/static/{name}", (static / name).read_bytes()) for name in kept_names(static)),
    )
    source = (static / WORKER_FILE).read_bytes()
    listed = [{"path": one.path, "sha256": one.sha256, "bytes": one.length_bytes} for one in files]
    build = sha256(json.dumps(listed).encode() + source).hexdigest()[:12]
    head = f"const SHELL = {json.dumps({'build': build, 'page': PAGE_PATH, 'files': listed})};\n"
    worker = head.encode() + source
    return Shell(page=page, manifest=manifest, worker=worker, reader=reader, journal=journal, build=build, files=files)


def manifest_of(agency: Mapping[str, object]) -> bytes:
    """Write the web app's manifest.

    Source: W3C Web Application Manifest, 1.
    """
    icons = [
        {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"},
        {"src": "/static/tablet/icons/192.png", "sizes": "192x192", "type": "image/png"},
        {"src": "/static/tablet/icons/512.png", "sizes": "512x512", "type": "image/png"},
        {"src": "/static/tablet/icons/maskable.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    content = {
        "id": PAGE_PATH, "name": f"{agency.get('name', '')} forms".strip(), "short_name": "LEAD forms", "lang": "en",
        "start_url": PAGE_PATH, "scope": PAGE_PATH, "display": "standalone", "background_color": "#162e51",
        "theme_color": "#162e51", "icons": icons,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False).encode()
