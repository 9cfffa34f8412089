"""Statistics of a diff: arrays in, numbers out. The speech is the unit of inference; its segments are not independent."""

from __future__ import annotations

from pipeline.stats.means import MeanTest as MeanTest
from pipeline.stats.means import compare_means as compare_means
from pipeline.stats.multiple import adjust as adjust
from pipeline.stats.shares import ShareTest as ShareTest
from pipeline.stats.shares import compare_shares as compare_shares
