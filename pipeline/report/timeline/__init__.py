"""The report of many groups: a timeline as a page, Markdown, CSV, a picture, and lines in the terminal."""

from pipeline.report.timeline.console import terminal
from pipeline.report.timeline.drawing import figure
from pipeline.report.timeline.markdown import to_markdown
from pipeline.report.timeline.page import pages
from pipeline.report.timeline.tables import timeline_rows, timeline_to_csv

__all__ = ["figure", "pages", "terminal", "timeline_rows", "timeline_to_csv", "to_markdown"]
