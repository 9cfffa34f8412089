"""A coding as a table: one row a segment and theme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.records import MENTIONS, SEGMENTS, conform
from pipeline.topics.coded import Coded


def mentions(segments: pd.DataFrame, coded: Coded) -> pd.DataFrame:
    """The mentions of n coded segments, in their order: the themes of a segment by weight, those of equal weight in the order of
    the themes; a segment of no theme has one row with a null theme.

    Parameters
    ----------
    segments : the n rows; the result is ``records.MENTIONS`` where they are ``records.SEGMENTS``.
    """
    row, theme = np.nonzero(coded.weights > 0)
    weight = coded.weights[row, theme]
    none = np.setdiff1d(np.arange(len(segments)), row)
    row, theme = np.r_[row, none], np.r_[theme, np.full(len(none), -1)]
    weight = np.r_[weight, np.full(len(none), np.nan)]
    order = np.lexsort((theme, -weight, row))
    row, theme, weight = row[order], theme[order], weight[order]
    ids = np.array([*(known.id for known in coded.themes), None], object)
    literal = np.zeros(len(row), bool)
    literal[theme >= 0] = coded.literal[row[theme >= 0], theme[theme >= 0]]
    made = segments.iloc[row].reset_index(drop=True)
    made["theme"] = pd.Series(ids[theme], dtype=object)
    made["weight"] = np.array([round(value, 4) for value in weight.tolist()], float)
    why = np.array(["literal", "similar", None], object)
    made["why"] = pd.Series(why[np.where(theme < 0, 2, np.where(literal, 0, 1))], dtype=object)
    return conform(made, MENTIONS) if all(name in made for name in SEGMENTS.schema.names) else made
