"""One renderer for all forms: each form names the engine that its layout is written for."""

from __future__ import annotations

from collections.abc import Mapping

from forms_service.domain.forms import FormVersion
from forms_service.ports import Renderer, RenderJob


class Engines:
    """Gives each job to its form's engine.

    Args:
        engines: By the name that stands in ``form.toml``.
    """

    def __init__(self, engines: Mapping[str, Renderer]) -> None:
        self._engines = dict(engines)

    def render(self, job: RenderJob) -> bytes:
        """Render a page, before stamp and seal.

        Raises:
            RenderingError: Whatever that engine refuses.
        """
        return self._engines[job.form.definition.engine].render(job)

    def lacking(self, form: FormVersion) -> str:
        """Name the program that a form's engine needs and this machine has not; empty when it lacks none."""
        return self._engines[form.definition.engine].lacking(form)
