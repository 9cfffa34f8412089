"""The diff of a corpus that does not fit in memory: partition after partition, of which only counts and quotations stay.

The themes of a codebook as in :func:`pipeline.run.walk`, without stances; without a codebook, themes that are discovered in a
sample of the speeches. What a theme's weight in one speech takes from all the others is sums (the mean segment, what the segments
tell of each theme, the acronyms that the texts explain), so three passes over the partitions find it: sums, themes, counts. The
text of a partition is held while a worker has it and never all of it.
"""

from __future__ import annotations

from pipeline.bulk.reading import read_batches as read_batches
from pipeline.bulk.walking import compare as compare

__all__ = ["compare", "read_batches"]
