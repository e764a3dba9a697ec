"""Every answer that refuses is in the audit trail once, written before it is sent.

* What an error says is told by its slug; a form that a view shows again with its faults is ``invalid-input``.
* Pages that are not there and requests of strangers are in the log only: nobody fills the trail from outside.
"""

from __future__ import annotations

from flask import Flask, Response, g, request

from forms_service.errors import FormsServiceError
from forms_service.web.current import current_account, current_actor, current_services
from forms_service.workflow.asked import ask, asked
from forms_service.workflow.refusals import NO_ACT, Refusal, note_refusal, refusal_of

OPEN_DOORS = frozenset({"signin.first_account", "verify.judge", "tablet.enrol"})  # strangers' refusals that are told
OWN_ENTRY = frozenset(
    {"signin.sign_in_page", "signin.take_back", "static", "health.health", "sign_on.begin", "sign_on.back"}
)
FAILED = 500
REASONS = {400: "form-post-invalid", 403: "not-allowed-now", 404: "not-found", 409: "not-allowed-now"}


def set_up(app: Flask) -> None:
    """Watch every answer; to be called before other parts, so that it sees the answer as it leaves."""
    app.before_request(forget)
    app.after_request(write_down)


def forget() -> None:
    """Begin a request without what the one before asked for."""
    ask("")


def remember_act() -> None:
    """Keep what was asked for, before a page asks what else its reader may do."""
    g.setdefault("asked", asked())


def remember_error(error: FormsServiceError) -> None:
    """Keep the error that an answer tells, also one that a view tells on its own page."""
    remember_act()
    g.refused = error


def write_down(response: Response) -> Response:
    """Write the entry of an answer that refuses."""
    if response.status_code >= 400 and _is_told():
        note_refusal(current_services(), current_actor(), _refusal(response.status_code))
    return response


def _is_told() -> bool:
    if request.endpoint is None or request.endpoint in OWN_ENTRY:
        return False
    return current_account() is not None or request.endpoint in OPEN_DOORS


def _refusal(status: int) -> Refusal:
    given, act = dict(request.view_args or {}), str(g.get("asked", asked()) or NO_ACT)
    error = g.get("refused")
    if error is not None:
        told = refusal_of(error, given)
        return Refusal(reason=told.reason, act=act, outcome=told.outcome, given=given)
    if status >= FAILED:
        return Refusal(reason="error", act=act, outcome="failed", given=given)
    return Refusal(reason=REASONS.get(status, "invalid-input"), act=act, given=given)
