"""Stances beside the segments that count: whose they are, how many, and their mean in each speech."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.diff.counting import Counted
from pipeline.records import Theme

LABELS = ("favour", "against", "none")
KEYS = ["speech_id", "start", "end"]


def own_stances(counted: Counted, stances: pd.DataFrame | None) -> pd.DataFrame:
    """Stances on the segments of a side, with ``speech``, ``segment``, ``stance``, ``probability`` and ``own``.

    ``own`` is False where the segment reports somebody else's position: then it is quoted, and not counted as the speaker's.
    """
    columns = [
        "speech",
        "segment",
        "speech_id",
        "start",
        "end",
        "text",
        "speaker",
        "mode",
        "target",
        "theme",
        "stance",
        "probability",
        "own",
    ]
    if stances is None or stances.empty or not set(KEYS) <= set(counted.rows.columns):
        return pd.DataFrame(columns=columns)
    segments = counted.rows.drop_duplicates("segment")
    segments = segments[[*KEYS, "speech", "segment", *(c for c in ("text", "speaker", "mode") if c in segments.columns)]]
    table = stances[
        [c for c in (*KEYS, "target", "theme", "label", "p_favour", "p_against", "p_none", "holder") if c in stances.columns]
    ]
    joined = segments.merge(table.astype({"speech_id": object}), on=KEYS, how="inner")
    label = joined["label"].where(joined["label"].isin(LABELS), "none")
    joined["stance"] = label
    joined["probability"] = np.select(
        [label == name for name in LABELS], [pd.to_numeric(joined[f"p_{name}"]) for name in LABELS], np.nan
    )
    holder = joined["holder"] if "holder" in joined.columns else pd.Series(None, index=joined.index, dtype=object)
    joined["own"] = holder.isna() | (holder.astype(object) == joined["speaker"].astype(object))
    return joined.reindex(columns=columns).sort_values(["speech", "start", "end", "target"], kind="stable", ignore_index=True)


def on_their_theme(stances: pd.DataFrame, themes: Mapping[str, Theme]) -> pd.DataFrame:
    """The stances with a null theme where the target does not name it: praise of a scheme is no stance on its sentence's themes.

    A target names a theme when the last word of the one stands in the other (its label or its terms), singular or plural.
    """
    words = {key: {w for term in (theme.label, *theme.terms) for w in _words(term)} for key, theme in themes.items()}
    heads = {key: _words(theme.label)[-1:] for key, theme in themes.items()}

    def named(target: object, theme: object) -> bool:
        if not isinstance(target, str) or not isinstance(theme, str) or theme not in words:
            return isinstance(theme, str)
        of_target = _words(target)
        return bool(of_target) and (of_target[-1] in words[theme] or bool(set(heads[theme]) & set(of_target)))

    kept = [named(target, theme) for target, theme in zip(stances["target"], stances["theme"])]
    return stances.assign(theme=stances["theme"].where(pd.Series(kept, index=stances.index, dtype=bool), None))


def _words(phrase: str) -> list[str]:
    return [word.removesuffix("s") for word in re.findall(r"[^\W\d_]{3,}", phrase.lower())]


def foreign_stances(counted: Counted, column: str) -> pd.DataFrame:
    """The same for a table coded elsewhere, whose rows carry a stance on their theme in ``column``.

    Raises
    ------
    ValueError
        When the column holds anything but favour, against and none.
    """
    rows = counted.rows
    label = (
        rows[column]
        .map(lambda value: value.strip().lower() if isinstance(value, str) else "")
        .replace({"": "none", "favor": "favour"})
    )
    wrong = sorted(set(label) - set(LABELS))
    if wrong:
        raise ValueError(f"The column {column!r} must hold favour, against or none. Got {wrong[0]!r}.")
    kept = [
        c for c in ("speech", "segment", "speech_id", "start", "end", "text", "speaker", "mode", "theme") if c in rows.columns
    ]
    return rows[kept].assign(target=None, stance=label, probability=np.nan, own=True)


def strongest(stances: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row a (segment, ``column``): the likeliest stance that is taken, else none."""
    if stances.empty:
        return stances
    taken = (stances["stance"] != "none").astype(int)
    probability = pd.to_numeric(stances["probability"]).fillna(0)
    order = stances.assign(_taken=taken, _p=probability).sort_values(
        ["_taken", "_p", "target"], ascending=[False, False, True], kind="stable", na_position="last"
    )
    return order.drop_duplicates(["segment", column]).drop(columns=["_taken", "_p"]).sort_index()


def balance(stances: pd.DataFrame, speeches: int) -> tuple[NDArray[np.float64], NDArray[np.int64], dict[str, int]]:
    """Per speech the mean of favour (1), none (0) and against (-1), NaN without any; how many; and the three counts."""
    value = stances["stance"].map({"favour": 1.0, "against": -1.0, "none": 0.0}).to_numpy(float)
    speech = stances["speech"].to_numpy(np.int64)
    number = np.bincount(speech, minlength=speeches).astype(np.int64)
    total = np.bincount(speech, weights=value, minlength=speeches)
    mean = np.divide(total, number, out=np.full(speeches, np.nan), where=number > 0)
    return mean, number, {name: int((stances["stance"] == name).sum()) for name in LABELS}
