"""``form``: the form folders."""

from __future__ import annotations

import argparse
from pathlib import Path

from forms_service.cli.terminal import say
from forms_service.domain.forms import FormVersion
from forms_service.ports import Actor, Services
from forms_service.workflow.form_report import check_form_folder, grades_of


def form_list(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """List every form version."""
    del by, arguments
    for form in services.forms.forms():
        say(_form_line(form))
    return 0


def _form_line(form: FormVersion) -> str:
    one = form.definition
    packs = ", ".join(f"{tag} ({one.packs[tag].status})" for tag in one.languages)
    return f"{one.form} {one.version}  {one.code}  {packs}  {one.digest[:12]}"


def form_check(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Report every fault and the reading grades."""
    del by
    forms = (check_form_folder(services, Path(arguments.folder)),) if arguments.folder else services.forms.forms()
    passed = True
    for form in forms:
        say(_form_line(form))
        for grade in grades_of(services, form):
            passed = passed and grade.within_cap
            say(f"  {grade.line()}")
    return 0 if passed else 1
