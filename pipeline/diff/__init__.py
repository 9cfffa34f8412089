"""The diff: what changed between two sides of a corpus, from the mentions of its themes and the stances on them."""

from __future__ import annotations

from pipeline.diff.comparing import compare as compare
