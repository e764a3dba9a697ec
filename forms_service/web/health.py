"""Says whether the service can do its work; the one page that needs no sign-in."""

from __future__ import annotations

import logging

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from forms_service.errors import FormsServiceError
from forms_service.web.current import current_services

views = Blueprint("health", __name__)
log = logging.getLogger(__name__)


@views.get("/health")
def health() -> ResponseReturnValue:
    """Ask each port; 200 when all answer, 503 with the names of those that do not."""
    services = current_services()
    failing = []
    for name, port in (("archive", services.archive), ("database", services.database), ("seal", services.sealer)):
        try:
            port.ping()
        except FormsServiceError as error:
            log.warning("not healthy", extra={"port": name, "slug": error.slug})
            failing.append(name)
    state = {"status": "failing" if failing else "ok", "failing": failing}
    return jsonify(state), 503 if failing else 200
