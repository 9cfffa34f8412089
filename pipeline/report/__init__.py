"""The report room: a diff as a page, Markdown, CSV, JSON, a picture, and lines in the terminal."""

from pipeline.report.console import terminal
from pipeline.report.drawing import figure, repr_html
from pipeline.report.markdown import to_markdown
from pipeline.report.picture import checked as check_figure
from pipeline.report.picture import write_figure
from pipeline.report.serial import from_dict, from_json, read_result, schema, to_dict, to_json
from pipeline.report.tables import to_csv
from pipeline.report.timeline.tables import timeline_to_csv
from pipeline.report.writing import write_report

__all__ = [
    "check_figure",
    "figure",
    "from_dict",
    "from_json",
    "read_result",
    "repr_html",
    "schema",
    "terminal",
    "timeline_to_csv",
    "to_csv",
    "to_dict",
    "to_json",
    "to_markdown",
    "write_figure",
    "write_report",
]
