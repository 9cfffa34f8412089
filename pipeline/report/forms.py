"""The forms of a result, of two sides or of many groups alike: Markdown, CSV, the picture, lines in the terminal, a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import Diff, Timeline
from pipeline.report import console, drawing, markdown, tables, timeline, words
from pipeline.report.timeline import words as timeline_words

if TYPE_CHECKING:
    from rich.console import RenderableType


def to_markdown(result: Diff | Timeline) -> str:
    """A result as one Markdown document that GitHub renders."""
    return timeline.to_markdown(result) if isinstance(result, Timeline) else markdown.to_markdown(result)


def to_csv(result: Diff | Timeline) -> str:
    """The numbers of a result as CSV text: a row a theme or named target; of a timeline a row a number."""
    return timeline.timeline_to_csv(result) if isinstance(result, Timeline) else tables.to_csv(result)


def figure(result: Diff | Timeline) -> str:
    """The picture of a result as SVG text that stands alone; what changed comes first."""
    return timeline.figure(result) if isinstance(result, Timeline) else drawing.figure(result)


def terminal(result: Diff | Timeline) -> RenderableType:
    """What a person reads after a run, 80 columns or wider; a rich renderable in which text of the corpus is never markup."""
    return timeline.terminal(result) if isinstance(result, Timeline) else console.terminal(result)


def repr_html(result: Diff | Timeline) -> str:
    """A result as a notebook shows it: the answer, what it rests on, and the picture.

    ``IPython.display.HTML(repr_html(diff))`` shows it; a diff on the last line of a cell shows its table.
    """
    told = timeline_words if isinstance(result, Timeline) else words
    headline, caveat = told.headline(result), told.caveat(result)  # type: ignore[arg-type]
    said = f"<p><strong>{drawing.escaped(headline)}</strong></p><p>{drawing.escaped(caveat)}</p>"
    return f'<div lang="en">{said}{figure(result)}</div>'
