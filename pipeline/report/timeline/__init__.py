"""The report of many groups: a timeline as a page, Markdown, CSV, a picture, and lines in the terminal."""
