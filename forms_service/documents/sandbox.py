"""The sandbox in which a form's own layout runs, whatever engine sets it; the only file that knows Jinja.

No loader, no globals, a few filters, nothing that changes what it is given, and every unknown name is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forms_service.errors import TemplateSyntaxFaultError, TemplateUndefinedNameError, TemplateUnsafeError

FILTERS = frozenset({"e", "escape", "length", "first", "last", "batch"})


def layout_environment(finalize: Callable[[object], object] | None = None) -> ImmutableSandboxedEnvironment:
    """Give an environment for layouts.

    Args:
        finalize: What is done to each value before it is escaped and written.
    """
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=finalize)
    made.globals.clear()
    made.filters = {name: one for name, one in made.filters.items() if name in FILTERS}
    return made


@contextmanager
def layout_faults(place: Callable[[int], str]) -> Iterator[None]:
    """Turn whatever a layout raises into our refusals.

    Args:
        place: Gives the words for a line of the layout, from 1.

    Raises:
        TemplateSyntaxFaultError, TemplateUndefinedNameError, TemplateUnsafeError: With that place.
    """
    try:
        yield
    except TemplateSyntaxError as error:
        raise TemplateSyntaxFaultError(place=place(error.lineno), problem=str(error.message)) from error
    except UndefinedError as error:
        raise TemplateUndefinedNameError(place=place(_line(error)), problem=str(error.message)) from error
    except SecurityError as error:
        raise TemplateUnsafeError(place=place(_line(error)), problem=str(error.message)) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        problem = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise TemplateSyntaxFaultError(place=place(_line(error)), problem=problem) from error


def _line(error: BaseException) -> int:
    """Give the line of the layout on which an error arose."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
