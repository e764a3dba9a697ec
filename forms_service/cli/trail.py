"""``audit list``, ``audit review``, ``audit export``: the trail read, reviewed and taken out."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

from forms_service.cli.terminal import say, typed_day, write_file
from forms_service.domain.evidence import utc_text
from forms_service.ports import Actor, AuditRow, Services, TrailSearch
from forms_service.workflow.trail import actor_named, local_instants, search_trail
from forms_service.workflow.trail_export import TrailFormat, as_data, export_trail
from forms_service.workflow.trail_review import open_review, sign_off


def add_filters(command: argparse.ArgumentParser) -> None:
    """Let a command take which entries are wanted."""
    command.add_argument("--actor", default="", metavar="NAME", help="sign-in name, account:ID, operator: or visitor")
    command.add_argument("--act", default="", help="such as view, find, sign_in, export")
    command.add_argument("--object", default="", metavar="ID", help="document number, record id, account id")
    command.add_argument("--outcome", default="", help="done, refused or failed")
    command.add_argument("--from", dest="first", type=typed_day, metavar="YYYY-MM-DD", help="first local day")
    command.add_argument("--to", dest="last", type=typed_day, metavar="YYYY-MM-DD", help="last local day")


def _wanted(services: Services, by: Actor, arguments: argparse.Namespace) -> TrailSearch:
    begins, ends = local_instants(services.settings.zone, arguments.first, arguments.last)
    return TrailSearch(
        actor=actor_named(services, by, arguments.actor), act=arguments.act, object_id=arguments.object,
        outcome=arguments.outcome, from_at=begins, to_at=ends,
    )  # fmt: skip


def audit_list(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """List entries, newest first."""
    wanted = replace(_wanted(services, by, arguments), limit=max(arguments.limit, 1), before=arguments.before)
    page = search_trail(services, by, wanted)
    if arguments.json:
        say(json.dumps([as_data(row) for row in page.rows], ensure_ascii=False))
        return 0 if page.rows else 1
    for row in page.rows:
        say(_line(row))
    if page.has_more:
        say(f"older ones: --before {page.rows[-1].entry.sequence}")
    return 0 if page.rows else 1


def _line(row: AuditRow) -> str:
    entry = row.entry
    facts = " ".join(f"{name}={value}" for name, value in sorted(entry.facts.items()))
    thing = f"{entry.object_kind}:{entry.object_id}" if entry.object_id else entry.object_kind
    told = (str(entry.sequence), utc_text(entry.at), entry.actor, entry.source, entry.act, thing, entry.outcome, facts)
    return "  ".join(part for part in told if part)


def audit_review(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Say what happened since the last sign-off, and sign it off when asked to."""
    review = open_review(services, by)
    last = f"last signed off {utc_text(review.last.entry.at)} by {review.last.entry.actor}" if review.last else "never"
    say(f"{review.entries} entries since entry {review.after} ({last}){'  OVERDUE' if review.is_overdue else ''}")
    for one in review.highlights:
        say(f"  {one.kind:<16} {one.count}")
    for act, done, not_done in review.counts:
        say(f"  {act:<16} {done} done, {not_done} refused or failed")
    checked = review.checked
    verdict = "held" if checked and checked.entry.outcome == "done" else "DID NOT HOLD"
    say(f"  trail: {verdict}, {utc_text(checked.entry.at)}" if checked else "  trail: never checked (audit verify)")
    if arguments.sign_off:
        sign_off(services, by, review.up_to)
        say(f"signed off up to entry {review.up_to}")
    return 0


def audit_export(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Write entries to a file."""
    content = export_trail(services, by, _wanted(services, by, arguments), TrailFormat(arguments.format))
    write_file(arguments.file, content)
    say(f"{len(content)} bytes")
    return 0
