"""How words stand in a document. A module of its own, so that the command line knows the modes without loading the tables."""

from __future__ import annotations

from typing import Literal, get_args

Mode = Literal["spoken", "quoted", "reported", "narrated", "furniture"]
"""How words stand in a document: said in a speech, inside quotation marks, reported of somebody, told by the
writer, or no prose at all (headings, captions, navigation, adverts)."""

MODES: tuple[Mode, ...] = get_args(Mode)
COUNTED_MODES: tuple[Mode, ...] = ("spoken", "quoted", "reported")
"""Modes that count as somebody's own statements: what a diff compares unless told otherwise."""
