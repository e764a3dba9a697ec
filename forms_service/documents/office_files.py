"""What LibreOffice finds when it starts: settings that reach nowhere, the bundled fonts, and a page to warm up with."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import quoteattr
from zipfile import ZipFile

# Path in LibreOffice's registry, name, value: no macros, no links, no Java, no news.
SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "DisableOLEAutomation", "true"),
    ("Office.Common/Save/Document", "CreateBackup", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
)
_REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
{items}
</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "application/vnd.openxmlformats-"
_SMALL = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_TYPES}package.relationships+xml"/><Override PartName="/word/document.xml"'
    f' ContentType="{_TYPES}officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{_WORDS}"><w:body><w:p><w:r><w:t>Ready.</w:t></w:r></w:p></w:body>'
    "</w:document>",
}


def write_profile(place: Path, fonts: Path) -> dict[str, str]:
    """Write what LibreOffice reads below an empty folder; give the variables it runs with, and no others."""
    user, temporary = place / "profile" / "user", place / "tmp"
    for folder in (user, temporary):
        folder.mkdir(parents=True)
    items = "\n".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in SETTINGS)
    (user / "registrymodifications.xcu").write_text(_REGISTRY.format(items=items), "utf-8")
    config = _FONTS.format(fonts=_text(fonts.resolve()), cache=_text(place / "fonts"))
    (place / "fonts.conf").write_text(config, "utf-8")
    return {
        "HOME": str(place), "TMPDIR": str(temporary), "FONTCONFIG_FILE": str(place / "fonts.conf"),
        "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "SAL_USE_VCLPLUGIN": "svp",
    }  # fmt: skip


def _text(path: Path) -> str:
    return quoteattr(str(path))[1:-1]


@cache
def small_document() -> bytes:
    """Give the smallest document there is."""
    written = BytesIO()
    with ZipFile(written, "w") as package:
        for name, text in _SMALL.items():
            package.writestr(name, text)
    return written.getvalue()
