"""The diff: what changed between two sides of a corpus, or among many groups, from the mentions of its themes."""

from __future__ import annotations

from pipeline.diff.comparing import compare as compare
from pipeline.diff.following import follow as follow
