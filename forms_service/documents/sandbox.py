"""The sandbox in which a form's own layout runs, whatever engine sets it; the only file that knows Jinja.

No loader, no globals, a few filters, nothing that changes what it is given, and every unknown name is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forms_service.errors import TemplateSyntaxFaultError, TemplateUndefinedNameError, TemplateUnsafeError

FILTERS = frozenset({"e", "escape", "length", "first", "last", "batch"})
GIVEN = frozenset({"signature", "gap"})  # what they are called with is not written
_STATEMENTS = (
    nodes.Output, nodes.For, nodes.If, nodes.Assign, nodes.AssignBlock, nodes.With, nodes.Scope,
    nodes.ScopedEvalContextModifier,
)  # fmt: skip
_RAW = re.compile(r"\{%[-+]?\s*raw\b")
_WORD = re.compile(r"\w")


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
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:
        problem = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise TemplateSyntaxFaultError(place=place(_line(error)), problem=problem) from error


def words_in_tags(source: str, place: Callable[[int], str]) -> list[tuple[str, str]]:
    """Give each word or number that stands in a tag so that it could be written, with its place.

    What is compared, looked up by, or given to ``GIVEN`` is never written. What stands outside of tags is not looked at.

    Args:
        source: The layout's text with its tags.
        place: Gives the words for a line of it, from 1.

    Raises:
        TemplateSyntaxFaultError: A tag is not understood, or is none that a layout may hold.
    """
    with layout_faults(place):
        tree = layout_environment().parse(source)
        if found := _RAW.search(source):
            raise TemplateSyntaxError("raw can not stand in a layout", 1 + source.count("\n", 0, found.start()))
        for name in tree.find_all(nodes.Name):
            if name.name in GIVEN and name.ctx != "load":
                raise TemplateSyntaxError(f"{name.name} can not be another", name.lineno)
        return [(place(line), words) for line, words in _written(tree)]


def _written(node: nodes.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.Const):
        if not isinstance(node.value, bool) and node.value is not None and _WORD.search(str(node.value)):
            yield node.lineno, str(node.value)
        return
    for child in _that_may_be_written(node):
        yield from _written(child)


def _that_may_be_written(node: nodes.Node) -> Iterator[nodes.Node]:
    kind = type(node).__name__.lower()
    if isinstance(node, nodes.Stmt) and not isinstance(node, _STATEMENTS):
        raise TemplateSyntaxError(f"{kind} can not stand in a layout", node.lineno)
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise TemplateSyntaxError(f"there is no filter {node.name}", node.lineno)
    if isinstance(node, nodes.Compare | nodes.Test | nodes.TemplateData):
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GIVEN:
        return
    unwritten = ("test",) if isinstance(node, nodes.If | nodes.For | nodes.CondExpr) else ()
    unwritten = ("arg",) if isinstance(node, nodes.Getitem) else unwritten
    numbers = node.args[:1] if isinstance(node, nodes.Filter) and node.name == "batch" else []
    yield from (one for one in node.iter_child_nodes(exclude=(*unwritten, "options")) if one not in numbers)


def _line(error: BaseException) -> int:
    """Give the line of the layout on which an error arose."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
