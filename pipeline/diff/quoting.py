"""Evidence: the quotations that a statement about a theme or a target rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.diff.counting import Counted
from pipeline.diff.stances import strongest
from pipeline.records import Evidence

MOST = 6
"""Quotations a side of a theme: enough to judge by, few enough to read."""

READABLE = (8, 45)
"""Words of a quotation that can be read by itself: below it stands too little, above it is a paragraph."""


def quote(counted: Counted, rows: pd.DataFrame, side: str, *, most: int = MOST) -> tuple[Evidence, ...]:
    """The best quotations among ``rows``, at most ``most``, from as many speeches as there are.

    Parameters
    ----------
    counted : the side that the rows belong to; ``side`` is what the quotations call it.
    rows : rows with ``text``; ``weight`` (0 to 1), ``target``, ``stance`` and ``probability`` are used where present.
    """
    if rows.empty or "text" not in rows.columns:
        return ()
    rows = rows[rows["text"].map(lambda text: isinstance(text, str) and bool(text.strip()))]
    if rows.empty:
        return ()
    ranked = (
        rows.assign(score=_score(rows))
        .sort_values(
            ["score", *(c for c in ("speech_id", "start", "end") if c in rows.columns), "text"],
            ascending=[False, *(True for c in ("speech_id", "start", "end") if c in rows.columns), True],
            kind="stable",
        )
        .drop_duplicates("text")
    )
    turn = ranked.groupby("speech", sort=False).cumcount()
    chosen = ranked.assign(turn=turn).sort_values(["turn"], kind="stable").head(most)
    return tuple(_evidence(row, side) for row in chosen.sort_values("score", ascending=False, kind="stable").to_dict("records"))


def quotations_of(
    counted: Counted, stances: pd.DataFrame, column: str, side: str, *, most: int = MOST
) -> dict[str, tuple[Evidence, ...]]:
    """The best quotations of a side by theme or by target, whichever ``column`` names.

    Parameters
    ----------
    stances : stances on the segments of the side; of a theme's segments the strongest own one is told.
    """
    if "text" not in counted.rows.columns:
        return {}
    rows = stances if column == "target" else counted.rows[counted.rows["theme"].notna()]
    if column == "theme" and len(stances):
        best = strongest(stances[stances["theme"].notna() & stances["own"].astype(bool)], "theme")
        best = best[["segment", "theme", "target", "stance", "probability"]]
        rows = rows[[name for name in rows.columns if name not in ("target", "stance", "probability")]].merge(
            best, on=["segment", "theme"], how="left"
        )
    return {str(name): quote(counted, group, side, most=most) for name, group in rows.groupby(column, sort=False)}


def _score(rows: pd.DataFrame) -> np.ndarray:
    """Weight of the theme, half the probability of a stance, less one for a length that cannot be read by itself."""
    weight = (
        pd.to_numeric(rows["weight"], errors="coerce").fillna(0).to_numpy(float)
        if "weight" in rows.columns
        else np.zeros(len(rows))
    )
    words = np.array([len(text.split()) for text in rows["text"]], dtype=float)
    odd = (words < READABLE[0]) | (words > READABLE[1])
    stance = np.zeros(len(rows))
    if "stance" in rows.columns and "probability" in rows.columns:
        taken = rows["stance"].isin(["favour", "against"]).to_numpy()
        stance = np.where(taken, pd.to_numeric(rows["probability"], errors="coerce").fillna(0).to_numpy(float), 0)
    return np.round(weight + stance / 2 - odd, 6)


def _evidence(row: dict, side: str) -> Evidence:
    text = row["text"]
    start = _whole(row.get("start"))
    end = _whole(row.get("end"))
    if start is None or end is None:  # a table without offsets: the quotation is the row itself
        start, end = 0, len(text)
    probability = _number(row.get("probability"))
    return Evidence(
        speech_id=str(row["speech_id"]),
        side=side,
        start=start,
        end=end,
        text=text,
        speaker=_name(row.get("speaker")),
        mode=_name(row.get("mode")) or "",
        target=_name(row.get("target")),
        stance=_name(row.get("stance")),
        probability=None if probability is None else round(probability, 4),
    )


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return None if np.isnan(number) else number


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
