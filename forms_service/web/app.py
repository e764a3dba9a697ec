"""Build the Flask application: settings and services in, a WSGI application out.

Views are thin: parse, call one use case, answer. Nothing is built at import time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from forms_service.ports import Services
from forms_service.settings import Settings
from forms_service.web import (
    account,
    accounts,
    additions,
    audit,
    compression,
    copy_link,
    desk,
    devices,
    error_answers,
    form_definitions,
    go_live,
    health,
    in_force,
    officer,
    person,
    person_copy,
    record,
    refusals,
    second_factor,
    security,
    sign_on,
    signin,
    tablet,
    tablet_app,
    tablet_file,
    trust,
    verify,
)
from forms_service.web.current import EXTENSION, WATCH, current_account, current_actor, current_trouble
from forms_service.web.page_words import MONTHS, register_filters
from forms_service.workflow.permission import Act, allows
from forms_service.workflow.watched import WatchedDatabase

HERE = Path(__file__).resolve().parent
BLUEPRINTS = (
    tablet_app.views,
    tablet_file.views,
    signin.views, officer.views, person.views, record.views, desk.views, verify.views, form_definitions.views,
    go_live.views, in_force.views, audit.views, health.views, trust.views, second_factor.views, account.views,
    accounts.views, devices.views, sign_on.views, tablet.views, copy_link.views, person_copy.views, additions.views,
)  # fmt: skip


def create_app(settings: Settings, services: Services) -> Flask:
    """Make the application.

    Args:
        settings: The same that ``services`` was built from.
        services: Every port.
    """
    watched = WatchedDatabase(services.database, services.clock)
    services = replace(services, database=watched)
    watched.look()
    app = Flask(__name__, template_folder=str(HERE / "pages"), static_folder=str(HERE / "static"))
    app.extensions[EXTENSION] = services
    app.extensions[WATCH] = watched
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    refusals.set_up(app)
    security.set_up(app, settings, services)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    error_answers.register(app)
    register_filters(app, settings)
    tablet_app.set_up(app, services)
    app.after_request(compression.compress)
    digests = static_digests(HERE / "static")
    app.context_processor(lambda: _page_facts(settings, services, digests))
    return app


def static_digests(folder: Path) -> Mapping[str, str]:
    """Give the start of the SHA-256 of every static file, by its name under the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def _page_facts(settings: Settings, services: Services, digests: Mapping[str, str]) -> dict[str, object]:
    refusals.remember_act()

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=digests[name])

    def token() -> Markup:
        return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())

    by = current_actor()
    return {
        "asset": asset,
        "token": token,
        "months": MONTHS,
        "agency_name": settings.agency.get("name", ""),
        "practice": not settings.production,
        "account": current_account(),
        "actor_id": by.id,
        "may": lambda act: allows(by, Act(act)),
        "trouble": current_trouble(),
        "verify_is_open": settings.verify_open_to_strangers,
        "app_version": services.build.get("forms-service", ""),
    }
