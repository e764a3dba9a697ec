"""What a layout is given: the same lines in the same order, grouped for setting."""

from __future__ import annotations

from forms_service.documents.page_layout import layout_page
from forms_service.domain.forms import LineKind
from forms_service.domain.signature import Ink, Point
from forms_service.domain.wording import PEN_LINE, Line
from forms_service.ports import PageBlock, PageContent

INK = Ink(strokes=((Point(100, 100, 0, None), Point(900, 700, 9, None)),))


def line(line_id: str, kind: LineKind, section: str, **more: str) -> Line:
    """Give a line whose text is made of label and value where it has them."""
    text = more.pop("text", "") or f"{more.get('label', line_id)}: {more.get('value', '')}"
    return Line(id=line_id, kind=kind, section=section, text=text, **more)


def value(line_id: str, label: str, shown: str, section: str = "who") -> Line:
    """Give a value line."""
    return line(line_id, LineKind.VALUE, section, label=label, value=shown)


def block(block_id: str, ink: Ink | None = None) -> PageBlock:
    """Give a signature box."""
    return PageBlock(
        id=block_id, label="Signature & mark", width_hundredths_mm=8000, height_hundredths_mm=1800, ink=ink
    )


def laid(*lines: Line, blocks: tuple[PageBlock, ...] = ()):
    """Lay lines out and give the items."""
    return layout_page(PageContent(language="en", title="T", lines=lines, blocks=blocks)).items


def test_short_values_share_a_row_and_long_ones_stand_alone():
    """Reading order is kept: a long value between two short ones keeps them apart."""
    (item,) = laid(
        value("a", "Name", "Tal"), value("b", "Born", "1990"), value("c", "Other", "x" * 80), value("d", "Phone", "5")
    )
    assert [[one.id for one in row] for row in item.rows] == [["a", "b"], ["c"], ["d"]]


def test_a_waiting_short_value_comes_before_the_long_one_after_it():
    """No line overtakes another."""
    (item,) = laid(value("a", "Name", "Tal"), value("b", "Other", "x" * 80))
    assert [[one.id for one in row] for row in item.rows] == [["a"], ["b"]]


def test_each_clause_takes_the_values_that_follow_it():
    """A value belongs to the clause before it."""
    (item,) = laid(
        line("L-1", LineKind.CLAUSE, "clauses", text="One."),
        line("L-2", LineKind.CLAUSE, "clauses", text="Two."),
        value("v", "Last day", "January 19, 2027", "clauses"),
        line("L-3", LineKind.CLAUSE, "clauses", text="Three."),
    )
    assert [[one.id for one in clause] for clause in item.clauses] == [["L-1"], ["L-2", "v"], ["L-3"]]


def test_gaps_for_the_pen_are_split_out():
    """A value that is nothing but a gap says so; a gap within words keeps the words around it."""
    (item,) = laid(
        value("a", "Name", PEN_LINE), line("b", LineKind.NOTE, "who", text=f"Badge {PEN_LINE}, phone {PEN_LINE}.")
    )
    name, note = item.lines
    assert name.is_pen
    assert not note.is_pen
    assert note.parts == ("Badge ", ", phone ", ".")


def test_boxes_that_follow_each_other_stand_together():
    """The person's and the officer's box are one item; a line of a block without a box stays a line."""
    items = laid(
        line("s", LineKind.STATEMENT, "signing", text="I choose this."),
        line("p", LineKind.STATEMENT, "signing", text="Tal", block="person"),
        line("o", LineKind.STATEMENT, "signing", text="Alex", block="officer"),
        line("w", LineKind.STATEMENT, "signing", text="Sam", block="witness"),
        blocks=(block("person", INK), block("officer")),
    )
    assert [[one.id for one in item.blocks] for item in items] == [[], ["person", "officer"], []]
    assert [one.id for item in items for one in item.lines] == ["s", "w"]


def test_ink_is_a_path_in_the_boxs_own_measures_with_a_name():
    """Who hears the page is told whose signature it is; words of the form can not break out of the drawing."""
    _, item = laid(
        line("s", LineKind.STATEMENT, "signing", text="I choose this."),
        line("p", LineKind.STATEMENT, "signing", text="<b>Tal</b>", block="person"),
        blocks=(block("person", INK),),
    )
    ink = item.blocks[0].ink
    assert 'width="80.0mm" height="18.0mm" viewBox="0 0 8000 1800"' in ink
    assert "<title>Signature &amp; mark: &lt;b&gt;Tal&lt;/b&gt;</title>" in ink
    assert 'd="M100 100L900 700"' in ink


def test_a_box_without_ink_is_empty():
    """Nothing is drawn where nobody signed."""
    (item,) = laid(line("p", LineKind.STATEMENT, "signing", text="Tal", block="person"), blocks=(block("person"),))
    assert item.blocks[0].ink == ""
