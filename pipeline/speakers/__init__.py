"""Who says what: quotations, reported speech and turns of a text, each with its speaker.

A text is read as its source allows: turns that the source marks, a ``NAME:`` transcript, a speech from end to end, or an article.
An article goes paragraphs -> quotation marks -> furniture -> masked parse -> frames and reported clauses -> names -> utterances.
"""

from pipeline.speakers.attribution import attribute_text
from pipeline.speakers.spans import Utterance
from pipeline.speakers.tables import attribute, attribute_rows

__all__ = ["Utterance", "attribute", "attribute_rows", "attribute_text"]
