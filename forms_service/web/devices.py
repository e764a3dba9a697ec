"""Administration of tablets: the list, a code for a new one, and what can be done to one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.errors import InvalidInputError
from forms_service.web import session
from forms_service.web.current import current_actor, current_services
from forms_service.web.error_words import said
from forms_service.workflow import devices
from forms_service.workflow.enrol_device import LIFE, make_code
from forms_service.workflow.permission import Act

views = Blueprint("devices", __name__, url_prefix="/devices")
PAGE_ROWS = 25
REASONS: Mapping[str, str] = {
    "lost": "Lost", "stolen": "Stolen", "broken": "Broken", "replaced": "Replaced or handed in", "other": "Another reason",
}  # fmt: skip


@views.get("")
def listed() -> ResponseReturnValue:
    """List tablets by name; a page begins with a tablet, so that none is missed or shown twice."""
    begin = request.args.get("from", "")[:40]
    found, following = devices.devices_from(current_services(), current_actor(), begin, PAGE_ROWS)
    return render_template("devices/list.html", rows=found, following=following, begin=begin)


@views.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Make a code with which one tablet enrols, and show it once."""
    session.proved(Act.ENROL_DEVICE)
    if request.method != "POST":
        return render_template("devices/new.html", code="")
    services = current_services()
    code = make_code(services, current_actor())
    # After the hash: a browser never sends that part, so that no log on the way holds it.
    picture = services.one_time_codes.picture(f"{services.settings.origin}/tablet/#enrol={code}")
    grouped = "-".join(code[start : start + 4] for start in range(0, len(code), 4))
    ends_at = services.clock.now() + LIFE
    return render_template("devices/new.html", code=grouped, picture=picture, ends_at=ends_at)


@views.get("/<device_id>")
def one(device_id: str) -> ResponseReturnValue:
    """Show a tablet and what can be done to it."""
    return _page(device_id, {})


def _page(device_id: str, faults: Mapping[str, str]) -> ResponseReturnValue:
    device, chain, maker = devices.device_and_chain(current_services(), current_actor(), device_id)
    page = render_template("devices/one.html", one=device, chain=chain, maker=maker, faults=faults, reasons=REASONS)
    return (page, 422) if faults else page


@views.post("/<device_id>/name")
def rename(device_id: str) -> ResponseReturnValue:
    """Give a tablet another name."""
    session.proved(Act.ENROL_DEVICE)
    try:
        devices.rename_device(current_services(), current_actor(), device_id, request.form.get("label", ""))
    except InvalidInputError as error:
        return _page(device_id, {"label": said(error)})
    return redirect(url_for("devices.one", device_id=device_id))


@views.post("/<device_id>/revoke")
def revoke(device_id: str) -> ResponseReturnValue:
    """Trust a tablet no more."""
    session.proved(Act.REVOKE_DEVICE)
    try:
        devices.revoke_device(current_services(), current_actor(), device_id, request.form.get("reason", ""))
    except InvalidInputError as error:
        return _page(device_id, {"reason": said(error)})
    return redirect(url_for("devices.one", device_id=device_id))
