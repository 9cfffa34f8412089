"""The report of many groups: a timeline as a page, Markdown, CSV, a picture, and lines in the terminal."""

from pipeline.report.timeline.tables import timeline_rows, timeline_to_csv

__all__ = ["timeline_rows", "timeline_to_csv"]
