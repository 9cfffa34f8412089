"""Who says what: quotations, reported speech and turns of a text, each with its speaker."""

from pipeline.speakers.attribution import attribute, attribute_rows, attribute_text
from pipeline.speakers.spans import Utterance

__all__ = ["Utterance", "attribute", "attribute_rows", "attribute_text"]
