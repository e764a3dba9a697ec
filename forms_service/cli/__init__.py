"""The use cases from a shell.

Results go to standard output. A refusal is one line on standard error, ``forms-service: <slug>: <why>``;
exit code 1 says "no", 2 says that the input can not be used.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Sequence

from forms_service.cli.parser import parser
from forms_service.cli.settings import CheckSetup, settings_check
from forms_service.errors import FormsServiceError, NotAllowedNowError, NotFoundError, UnknownFormError
from forms_service.ports import Actor, Services
from forms_service.workflow.refusals import note_refusal, refusal_of
from forms_service.workflow.roles_held import act_as


def run(build_services: Callable[[], Services], argv: Sequence[str], *, check_setup: CheckSetup | None = None) -> int:
    """Run one command and give its exit code.

    Args:
        build_services: Gives every port; called once the arguments are good, so that help needs no service.
        argv: Arguments after the program's name.
        check_setup: Looks at the settings for ``settings check``, which must run where no service can be built.
    """
    arguments = parser().parse_args(argv)
    by = Actor(id=f"operator:{getpass.getuser()}", source="shell")
    try:
        if arguments.practice:
            os.environ["FORMS_PRACTICE"] = "true"  # also for the server that this process may become
        if arguments.run == settings_check and check_setup is not None:
            return settings_check(check_setup, by, arguments)
        services = build_services()
        if arguments.account:
            by = act_as(services, by, arguments.account)
    except FormsServiceError as error:
        return refuse(error)
    try:
        code: int = arguments.run(services, by, arguments)
        sys.stdout.flush()
    except FormsServiceError as error:
        note_refusal(services, by, refusal_of(error, vars(arguments)))
        return refuse(error)
    except BrokenPipeError:  # whoever read along has seen enough, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def refuse(error: FormsServiceError) -> int:
    """Say a refusal in one line and give its exit code."""
    text = " ".join(str(error).split())
    line = text if text.startswith(f"{error.slug}: ") else f"{error.slug}: {text}"
    sys.stderr.write(f"forms-service: {line}\n")
    says_no = isinstance(error, NotAllowedNowError | NotFoundError) and not isinstance(error, UnknownFormError)
    return 1 if says_no else 2
