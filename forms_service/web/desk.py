"""The clerk's desk: what needs me, and every record, searched and listed."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.domain.addition import AdditionContent
from forms_service.domain.envelope_content import SignatureContent
from forms_service.domain.forms import FormDefinition
from forms_service.domain.record import RecordState
from forms_service.errors import NotFoundError
from forms_service.ports import Search
from forms_service.web.audit_words import actor_words
from forms_service.web.current import current_actor, current_services
from forms_service.web.page_words import LANGUAGE_NAMES, STATES, envelope_words, need_words, shown_values
from forms_service.web.posted import read_day
from forms_service.workflow.find import find
from forms_service.workflow.held_envelopes import open_held_envelope, settle_envelope, try_again
from forms_service.workflow.hold import HoldReason, settle
from forms_service.workflow.needs import Need, what_needs_me
from forms_service.workflow.open_held import open_held
from forms_service.workflow.permission import Act, permit

views = Blueprint("desk", __name__, url_prefix="/desk")
PAGE_ROWS = 25
HELD = frozenset(map(str, HoldReason))


@views.get("")
def needs() -> ResponseReturnValue:
    """Show what waits for a person, oldest first, each with its one next step."""
    waiting, after = what_needs_me(current_services(), current_actor()), request.args.get("after", "")
    left = [one for one in waiting if one.key > after]
    return render_template(
        "desk/needs.html", needs=[(one, _link(one)) for one in left[:PAGE_ROWS]], count=len(waiting), begun=bool(after),
        following=left[PAGE_ROWS - 1].key if len(left) > PAGE_ROWS else "",
    )  # fmt: skip


def _link(need: Need) -> str:
    if need.source == "envelope":
        return url_for("desk.envelope", held_id=need.object_id)
    if need.kind == "device-gap":
        return url_for("devices.one", device_id=need.object_id)
    if need.kind in HELD:
        return url_for("desk.held", held_id=need.object_id)
    if need.kind == "review-overdue":
        return url_for("audit.review")
    return url_for("record.page", document_id=need.document_id) if need.document_id else ""


@views.get("/held/<held_id>")
def held(held_id: str) -> ResponseReturnValue:
    """Show everything that was sent with something that is held."""
    services = current_services()
    opened = open_held(services, current_actor(), held_id)
    one, sender = opened.held, opened.sender
    sent = json.loads(one.sent)
    definition = services.forms.form(one.form).definition
    blocks = sorted(sent.get("signatures", {}).get("blocks", {}))
    pack = definition.pack(definition.control_language)
    names = ["The person" if block == "person" else pack.labels.get(f"block.{block}", block) for block in blocks]
    language = str(sent.get("language", ""))
    return render_template(
        "desk/held.html", held=one, words=need_words(one.reason), title=pack.title, blocks=names,
        values=shown_values(definition, sent.get("values", {})), language=LANGUAGE_NAMES.get(language, language),
        sent_by=actor_words(one.held_by, {sender.id: sender.full_name} if sender else {}),
    )  # fmt: skip


@views.post("/held/<held_id>/settle")
def settle_held(held_id: str) -> ResponseReturnValue:
    """Mark something held as looked at."""
    settle(current_services(), current_actor(), held_id)
    return redirect(url_for("desk.needs"))


@views.get("/envelopes/<held_id>")
def envelope(held_id: str) -> ResponseReturnValue:
    """Show what a tablet sent and waits, as far as it can be read."""
    services = current_services()
    held = open_held_envelope(services, current_actor(), held_id)
    content, title, block, values = held.content, "", "", []
    if content is not None:
        definition = _definition_of(content)
        pack = definition.pack(definition.control_language) if definition else None
        form, name = (content.form, content.block) if isinstance(content, SignatureContent) else ("", "")
        title = pack.title if pack else form
        block = pack.labels.get(f"block.{name}", name) if pack and name else name
        values = shown_values(definition, content.values) if definition else []
    return render_template(
        "desk/envelope.html", held=held, one=held.stored, words=envelope_words(held.stored), title=title, block=block,
        values=values, detail=need_words(held.stored.detail)[0] if held.stored.detail else "",
    )  # fmt: skip


def _definition_of(content: SignatureContent | AdditionContent) -> FormDefinition | None:
    """Give the form that something was made from; an addition names only its paper, whose number begins with the code."""
    known = [one.definition for one in current_services().forms.forms()]
    if isinstance(content, SignatureContent):
        return next((one for one in known if one.form == content.form), None)
    return next((one for one in known if one.code == content.document_id.partition("-")[0]), None)


@views.post("/envelopes/<held_id>/<act>")
def decide_envelope(held_id: str, act: str) -> ResponseReturnValue:
    """Try a held envelope again, take it up, or settle it."""
    services, by = current_services(), current_actor()
    if act == "settle":
        settle_envelope(services, by, held_id)
        return redirect(url_for("desk.needs"))
    if act not in ("again", "take-up"):
        permit(by, Act.SETTLE)
        raise NotFoundError(kind="act", name=act[:40])
    kept = try_again(services, by, held_id, take_up=act == "take-up")
    return redirect(url_for("desk.envelope", held_id=held_id) if kept.is_open else url_for("desk.needs"))


@views.get("/records")
def records() -> ResponseReturnValue:
    """List and search the records, newest signature first."""
    services = current_services()
    permit(current_actor(), Act.FIND)  # a filter that is wrong tells nothing to who may not search
    wanted, errors = _search()
    found = (
        list(find(services, current_actor(), replace(wanted, limit=PAGE_ROWS + 1), shown=PAGE_ROWS))
        if not errors
        else []
    )
    shown, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
    forms = {one.definition.form: one.definition.pack("en").title for one in services.forms.forms()}
    parts = {name: value for name, value in request.args.items() if name != "after" and value}
    return render_template(
        "desk/records.html", records=shown, forms=forms, states=_shown_states(), given=request.args, errors=errors,
        next_after=shown[-1].document_id if more else "", parts=parts, is_search=bool(parts),
    ), (422 if errors else 200)  # fmt: skip


def _shown_states() -> dict[str, str]:
    return {state: words for state, words in STATES.items() if state != RecordState.CLOSED}


def _search() -> tuple[Search, dict[str, str]]:
    """Read the search from the address; dates that are none are told."""
    errors: dict[str, str] = {}
    dates = {name: read_day(request.args, name, errors) for name in ("date_of_birth", "signed_from", "signed_to")}
    born = dates["date_of_birth"]
    wanted = Search(
        words=request.args.get("words", "").strip()[:200],
        date_of_birth=born.isoformat() if born else "",
        officer=request.args.get("officer", "").strip()[:80],
        form=request.args.get("form", "")[:80],
        state=request.args.get("state", "")[:20],
        signed_from=dates["signed_from"],
        signed_to=dates["signed_to"],
        after=request.args.get("after", "")[:40],
    )
    return wanted, errors
