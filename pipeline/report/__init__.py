"""The report room: a diff or a timeline as a page, Markdown, CSV, JSON, a picture, and lines in the terminal."""

from pipeline.report.beside import tables_beside
from pipeline.report.forms import figure, repr_html, terminal, to_csv, to_markdown
from pipeline.report.picture import checked as check_figure
from pipeline.report.picture import write_figure
from pipeline.report.serial import from_dict, from_json, read_result, schema, to_dict, to_json
from pipeline.report.writing import write_report

__all__ = [
    "check_figure",
    "figure",
    "from_dict",
    "from_json",
    "read_result",
    "repr_html",
    "schema",
    "tables_beside",
    "terminal",
    "to_csv",
    "to_dict",
    "to_json",
    "to_markdown",
    "write_figure",
    "write_report",
]
