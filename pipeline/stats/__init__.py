"""Statistics of a diff: arrays in, numbers out. The speech is the unit of inference; its segments are not independent."""

from __future__ import annotations

from pipeline.stats.adjusted import compare_adjusted as compare_adjusted
from pipeline.stats.adjusted import compare_miscoded as compare_miscoded
from pipeline.stats.groups import all_pairs as all_pairs
from pipeline.stats.groups import each_against_rest as each_against_rest
from pipeline.stats.keyness import Keyness as Keyness
from pipeline.stats.keyness import keyness as keyness
from pipeline.stats.lines import line as line
from pipeline.stats.meanlines import adjusted_means as adjusted_means
from pipeline.stats.meanlines import mean_line as mean_line
from pipeline.stats.means import MeanTest as MeanTest
from pipeline.stats.means import compare_means as compare_means
from pipeline.stats.measurement import by_error_rates as by_error_rates
from pipeline.stats.measurement import rectified as rectified
from pipeline.stats.multiple import adjust as adjust
from pipeline.stats.ordered import Step as Step
from pipeline.stats.ordered import step as step
from pipeline.stats.ordered import trend as trend
from pipeline.stats.permutation import permute as permute
from pipeline.stats.scores import score as score
from pipeline.stats.shares import ShareTest as ShareTest
from pipeline.stats.shares import compare_shares as compare_shares
