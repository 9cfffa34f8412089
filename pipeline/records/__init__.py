"""The nouns of the house: the five tables that travel between stages, and the results of a comparison.

A table is a :class:`pandas.DataFrame` that conforms to a declared :class:`Table`; document variables of the corpus
(``presidency``, ``party``, ``year`` ...) travel behind its own columns. A result is a frozen dataclass.
Offsets are half-open, in Unicode code points of the decoded source, and hold ``text == speech.text[start:end]``.
"""

from __future__ import annotations

from pipeline.modes import COUNTED_MODES as COUNTED_MODES
from pipeline.modes import MODES as MODES
from pipeline.modes import Mode as Mode
from pipeline.records.results import Change as Change
from pipeline.records.results import Diff as Diff
from pipeline.records.results import Estimate as Estimate
from pipeline.records.results import Evidence as Evidence
from pipeline.records.results import KeyWord as KeyWord
from pipeline.records.results import Share as Share
from pipeline.records.results import Side as Side
from pipeline.records.results import StanceCount as StanceCount
from pipeline.records.results import StanceDiff as StanceDiff
from pipeline.records.results import StanceLabel as StanceLabel
from pipeline.records.results import StanceVerdict as StanceVerdict
from pipeline.records.results import Theme as Theme
from pipeline.records.results import ThemeDiff as ThemeDiff
from pipeline.records.results import Verdict as Verdict
from pipeline.records.results import WordUse as WordUse
from pipeline.records.tables import MENTIONS as MENTIONS
from pipeline.records.tables import SEGMENTS as SEGMENTS
from pipeline.records.tables import SPEECHES as SPEECHES
from pipeline.records.tables import STANCES as STANCES
from pipeline.records.tables import TABLES as TABLES
from pipeline.records.tables import UTTERANCES as UTTERANCES
from pipeline.records.tables import Table as Table
from pipeline.records.tables import conform as conform
from pipeline.records.tables import docvars as docvars
from pipeline.records.timeline import Changepoint as Changepoint
from pipeline.records.timeline import GroupContrast as GroupContrast
from pipeline.records.timeline import StanceContrast as StanceContrast
from pipeline.records.timeline import StanceLine as StanceLine
from pipeline.records.timeline import ThemeLine as ThemeLine
from pipeline.records.timeline import Timeline as Timeline
from pipeline.records.timeline import TrendVerdict as TrendVerdict
