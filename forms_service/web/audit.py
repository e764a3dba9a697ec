"""The audit trail's pages: search, who saw a record, what somebody did, the weekly review, export."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from forms_service.ports import TrailSearch
from forms_service.web import session
from forms_service.web.audit_words import (
    KINDS,
    OUTCOMES,
    SIGN_LOOKS,
    SIGN_WORDS,
    act_words,
    finding_words,
    trail_line,
)
from forms_service.web.current import current_actor, current_services
from forms_service.web.posted import read_day
from forms_service.workflow.audit_trail import check_trail
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.trail import (
    TrailPage,
    local_instants,
    search_trail,
    trail_of_account,
    trail_of_record,
)
from forms_service.workflow.trail_export import TrailFormat, export_trail
from forms_service.workflow.trail_review import open_review, sign_off

views = Blueprint("audit", __name__, url_prefix="/audit")
TEXTS = ("actor", "act", "object_kind", "object_id", "outcome", "source")
LONGEST = 80
CONTENT_TYPES = {TrailFormat.CSV: "text/csv; charset=utf-8", TrailFormat.JSON: "application/json"}


@views.get("")
def search() -> ResponseReturnValue:
    """Search the trail, newest first."""
    permit(current_actor(), Act.READ_TRAIL)  # a filter that is wrong tells nothing to who may not read
    wanted, errors = wanted_entries(request.args)
    page = None if errors else search_trail(current_services(), current_actor(), replace(wanted, before=_before()))
    given = {name: value for name, value in request.args.items() if name != "before" and value}
    acts = sorted(((str(act), act_words(act)) for act in Act), key=lambda one: one[1])
    return render_template(
        "audit/search.html", page=page, lines=shown(page), given=given, errors=errors, acts=acts, kinds=KINDS,
        outcomes=OUTCOMES,
    ), (422 if errors else 200)  # fmt: skip


@views.get("/records/<document_id>")
def of_record(document_id: str) -> ResponseReturnValue:
    """Say who saw a record."""
    record, page = trail_of_record(current_services(), current_actor(), document_id, before=_before())
    return render_template("audit/record.html", record=record, page=page, lines=shown(page))


@views.get("/people/<account_id>")
def of_account(account_id: str) -> ResponseReturnValue:
    """Say what somebody did, or what happened to their account."""
    to_account = request.args.get("side") == "account"
    account, page = trail_of_account(
        current_services(), current_actor(), account_id, to_account=to_account, before=_before()
    )
    return render_template("audit/person.html", person=account, page=page, lines=shown(page), to_account=to_account)


@views.post("/export")
def export() -> ResponseReturnValue:
    """Give the entries that match as a file."""
    session.proved(Act.EXPORT_TRAIL)
    wanted, errors = wanted_entries(request.form)
    known = request.form.get("format") in tuple(TrailFormat)
    if errors or not known:
        return redirect(url_for("audit.search"))
    kind = TrailFormat(request.form["format"])
    content = export_trail(current_services(), current_actor(), wanted, kind)
    name = f"audit-trail-{current_services().clock.now():%Y%m%dT%H%M%SZ}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=CONTENT_TYPES[kind], headers=headers)


@views.get("/review")
def review() -> ResponseReturnValue:
    """Show what happened since the last sign-off."""
    found = open_review(current_services(), current_actor())
    highlights = [(one, [trail_line(row, found.names) for row in one.newest]) for one in found.highlights]
    checked = trail_line(found.checked, found.names) if found.checked else None
    findings = str(found.checked.entry.facts.get("found", "")).split("; ") if found.checked else []
    return render_template(
        "audit/review.html", review=found, highlights=highlights, checked=checked, signs=SIGN_WORDS, looks=SIGN_LOOKS,
        findings=[finding_words(one) for one in findings if one],
        last=trail_line(found.last, found.names) if found.last else None,
        counts=[(act_words(act), done, not_done, act) for act, done, not_done in found.counts],
    )  # fmt: skip


@views.post("/review")
def sign_off_review() -> ResponseReturnValue:
    """Sign the review off, up to the entry that the page showed."""
    sign_off(current_services(), current_actor(), _number(request.form.get("up_to", "")))
    return redirect(url_for("audit.review"))


@views.post("/check")
def check() -> ResponseReturnValue:
    """Walk the whole trail now."""
    check_trail(current_services(), current_actor())
    return redirect(url_for("audit.review", _anchor="trail"))


def shown(page: TrailPage | None) -> list[object]:
    """Give a page's entries in words."""
    return [trail_line(row, page.names) for row in page.rows] if page else []


def wanted_entries(given: MultiDict[str, str]) -> tuple[TrailSearch, dict[str, str]]:
    """Read a search from an address or a form; dates that are none are told."""
    errors: dict[str, str] = {}
    first, last = (read_day(given, name, errors) for name in ("first_day", "last_day"))
    if first and last and last < first:
        errors["last_day"] = "The last day comes before the first."
    begins, ends = local_instants(current_services().settings.zone, first, last)
    actor, act, object_kind, object_id, outcome, source = (given.get(name, "").strip()[:LONGEST] for name in TEXTS)
    return TrailSearch(
        actor=actor, act=act, object_kind=object_kind, object_id=object_id, outcome=outcome, source=source,
        from_at=begins, to_at=ends,
    ), errors  # fmt: skip


def _before() -> int:
    """Give the number of the last entry seen, to go on from."""
    return _number(request.args.get("before", ""))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
