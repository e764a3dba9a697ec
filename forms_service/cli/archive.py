"""``archive``: check, rebuild, export."""

from __future__ import annotations

import argparse
from pathlib import Path

from forms_service.cli.terminal import say
from forms_service.errors import FileUnreadableError
from forms_service.ports import Actor, Services
from forms_service.workflow import upkeep


def archive_check(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Read every byte and name each thing that is wrong."""
    del arguments
    findings = upkeep.check(services, by)
    for finding in findings:
        say(f"{finding.kind}: {finding.name} ({finding.detail})")
    say("the archive is whole" if not findings else f"{len(findings)} findings")
    return 1 if findings else 0


def archive_rebuild(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Make the index anew from the archive alone."""
    del arguments
    say(f"{upkeep.rebuild(services, by)} records")
    return 0


def archive_export(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Write every record's files to a new folder."""
    folder = Path(arguments.folder)
    count = 0
    try:
        folder.mkdir(parents=True)
        for name, content in upkeep.export(services, by):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            count += 1
    except OSError as error:
        raise FileUnreadableError(name=str(folder), problem=error.strerror or "can not be written") from error
    say(f"{count} files")
    return 0
