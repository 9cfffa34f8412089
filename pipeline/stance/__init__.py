"""Stance: who is for and against what, and where nobody takes a side.

``find_targets`` pairs segments with the proposals, schemes, bodies and policies they name; ``tag`` reads the stance of each pair.
"""

from pipeline.stance.tagging import tag, tag_rows
from pipeline.stance.targets import find_targets
from pipeline.stance.wanted import Target, read_targets

__all__ = ["Target", "find_targets", "read_targets", "tag", "tag_rows"]
