"""Build the Flask application: settings and services in, a WSGI application out.

Views are thin: parse, call one use case, answer. Nothing is built at import time.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    desk,
    error_answers,
    form_definitions,
    health,
    officer,
    person,
    record,
    second_factor,
    security,
    signin,
    verify,
)
from forms_service.web.current import EXTENSION, current_account, current_actor, may
from forms_service.web.page_words import MONTHS, register_filters

HERE = Path(__file__).resolve().parent
BLUEPRINTS = (
    signin.views, officer.views, person.views, record.views, desk.views, verify.views, form_definitions.views,
    health.views, second_factor.views, account.views, accounts.views,
)  # fmt: skip


def create_app(settings: Settings, services: Services) -> Flask:
    """Make the application.

    Args:
        settings: The same that ``services`` was built from.
        services: Every port.
    """
    app = Flask(__name__, template_folder=str(HERE / "pages"), static_folder=str(HERE / "static"))
    app.extensions[EXTENSION] = services
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.set_up(app, settings, services)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    error_answers.register(app)
    register_filters(app, settings)
    digests = static_digests(HERE / "static")
    app.context_processor(lambda: _page_facts(settings, services, digests))
    return app


def static_digests(folder: Path) -> Mapping[str, str]:
    """Give the start of the SHA-256 of every static file, by its name under the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def _page_facts(settings: Settings, services: Services, digests: Mapping[str, str]) -> dict[str, object]:
    def asset(name: str) -> str:
        return url_for("static", filename=name, v=digests[name])

    def token() -> Markup:
        return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())

    return {
        "asset": asset,
        "token": token,
        "months": MONTHS,
        "agency_name": settings.agency.get("name", ""),
        "practice": not settings.production,
        "account": current_account(),
        "may": may,
        "actor_id": current_actor().id,
        "verify_is_open": settings.verify_open_to_strangers,
        "app_version": services.build.get("forms-service", ""),
    }
