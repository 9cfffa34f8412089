"""The units of inference: speeches, or what is above them, with their counts and what is held equal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import stats
from pipeline.diff.counting import APART, Counted

LENGTH = "length"
"""A covariate that needs no column: the logarithm of the segments of a speech that count."""

MOST_KINDS = 12
"""Values of a covariate in words, each a parameter: above it, it is a name of speeches and not a kind of them."""


class Chosen(NamedTuple):
    """What makes a unit, and what is held equal; columns of the table, by default none."""

    cluster: str | None = None
    covariates: tuple[str, ...] = ()

    def columns(self, table: pd.DataFrame) -> tuple[str, ...]:
        """The columns of ``table`` that are needed."""
        made = {LENGTH} - {str(column) for column in table.columns}
        return tuple(name for name in (self.cluster, *self.covariates) if name is not None and name not in made)

    def settings(self) -> dict[str, object]:
        """As they stand in the settings of a result; nothing where nothing was chosen."""
        said: dict[str, object] = {"cluster": self.cluster} if self.cluster else {}
        return said | ({"covariates": list(self.covariates)} if self.covariates else {})


@dataclass(frozen=True)
class Units:
    """One row a unit: segments of each theme (units, themes), of all (units,), its group, and covariates (units, c) or None.

    ``cluster`` is the number of the cluster that each speech belongs to, itself where none was asked for; ``rectified`` are
    counts that hand codes corrected, or None.
    """

    counts: NDArray[np.int64]
    totals: NDArray[np.int64]
    group: NDArray[np.int64]
    cluster: NDArray[np.int64]
    covariates: NDArray[np.float64] | None = None
    rectified: NDArray[np.float64] | None = None

    def compare(self) -> stats.ShareTest:
        """The second group against the first."""
        later = self.group == 1
        if self.covariates is None and self.rectified is None:
            return stats.compare_shares(self.counts, self.totals, later)
        return stats.compare_adjusted(self.counts, self.totals, later, self.covariates, rectified=self.rectified)

    def within_groups(self) -> Units:
        """One unit a cluster and group."""
        return self._pooled(self._within())

    def mean_within_groups(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mean over the speeches of each unit of :meth:`within_groups` of ``values`` (speeches, series), NaN left out."""
        return _means(values, self._within())

    def mean_across_groups(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same for the units of :meth:`across_groups`."""
        return _means(values, np.unique(self.cluster, return_inverse=True)[1])

    def _within(self) -> NDArray[np.int64]:
        """The unit of each speech when those of one cluster and group are one."""
        keys = self.group * (int(self.cluster.max(initial=0)) + 1) + self.cluster
        places: NDArray[np.int64] = np.unique(keys, return_inverse=True)[1]
        return places

    def across_groups(self, values: NDArray[np.float64]) -> tuple[Units, NDArray[np.float64]]:
        """One unit a cluster, whatever groups it belongs to, and the mean over its segments of its speeches' ``values``.

        The group of a unit is the one nearest to the mean number of its own.
        """
        places = np.unique(self.cluster, return_inverse=True)[1]
        whole = np.bincount(places, self.totals)
        mean = np.bincount(places, self.totals * values) / whole
        near = np.floor(np.bincount(places, self.totals * self.group) / whole + 0.5).astype(np.int64)
        return replace(self._pooled(places), group=near), mean

    def _pooled(self, places: NDArray[np.int64]) -> Units:
        many = int(places.max(initial=-1)) + 1
        totals, counts = np.zeros(many, np.int64), np.zeros((many, self.counts.shape[1]), np.int64)
        np.add.at(totals, places, self.totals)
        np.add.at(counts, places, self.counts)
        held = None
        if self.covariates is not None:
            held = np.zeros((many, self.covariates.shape[1]))
            np.add.at(held, places, self.covariates * self.totals[:, None])
            held /= totals[:, None]
        right = None
        if self.rectified is not None:
            right = np.zeros((many, self.rectified.shape[1]))
            np.add.at(right, places, self.rectified)
        first = np.unique(places, return_index=True)[1]  # of units within groups all speeches are of one
        return Units(counts, totals, self.group[first], self.cluster[first], held, right)


def _means(values: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean of ``values`` (speeches, series) at each place, NaN left out; NaN where nothing is left."""
    number, total = np.zeros((2, int(places.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(number, places, np.isfinite(values).astype(float))
    np.add.at(total, places, np.nan_to_num(values))
    means: NDArray[np.float64] = np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)
    return means


def gather(groups: Sequence[Counted], tables: Sequence[NDArray[np.int64]], chosen: Chosen) -> Units:
    """The speeches of all groups with their counts in ``tables``.

    Parameters
    ----------
    chosen : ``cluster`` is a column whose value several speeches share (a speaker, a session); a speech without one is its own.
        ``covariates`` are columns of one value a speech, numbers or kinds; ``length`` is the logarithm of its segments where no
        column is called so. Kinds become one column each but the first; one that is missing is a kind of its own.

    Raises
    ------
    ValueError
        When a speech has several values in a column, or a covariate is neither numbers nor at most ``MOST_KINDS`` kinds.
    """
    totals = np.concatenate([group.totals() for group in groups])
    group = np.repeat(np.arange(len(groups)), [len(one.speeches) for one in groups])
    numbers = np.arange(len(totals))
    if chosen.cluster is not None:
        named = np.concatenate([of_speeches(one, chosen.cluster) for one in groups])
        named = np.array([f"{APART}{number}" if name is None else str(name) for number, name in enumerate(named)], dtype=object)
        numbers = pd.factorize(named)[0].astype(np.int64)
    columns = [column for name in chosen.covariates for column in _columns(groups, name, totals)]
    return Units(np.vstack(tables), totals, group, numbers, np.column_stack(columns) if columns else None)


def of_speeches(counted: Counted, column: str) -> NDArray[np.object_]:
    """The one value of each speech in a column, None where it has none. Raises ``ValueError`` when it has several."""
    found = counted.rows[["speech", column]].dropna().drop_duplicates()
    twice = found["speech"].duplicated()
    if twice.any():
        speech = counted.speeches[int(found.loc[twice, "speech"].iloc[0])].split(APART)[-1]
        raise ValueError(f"The column {column!r} must have one value a speech. Got several in {speech!r}.")
    values = np.full(len(counted.speeches), None, dtype=object)
    values[found["speech"].to_numpy(np.int64)] = found[column].to_numpy(object)
    return values


def _columns(groups: Sequence[Counted], name: str, totals: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """A covariate as columns of numbers, numbers centred."""
    if name == LENGTH and LENGTH not in groups[0].rows.columns:
        logs = np.log(totals)
        return [logs - logs.mean()]
    values = np.concatenate([of_speeches(group, name) for group in groups])
    numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(float)
    if np.isfinite(numbers).all():
        return [numbers - numbers.mean()]
    kinds = sorted({str(value) for value in values})
    if len(kinds) > MOST_KINDS:
        raise ValueError(f"The covariate {name!r} must be numbers or at most {MOST_KINDS} kinds. Got {len(kinds)}.")
    texts = np.array([str(value) for value in values], dtype=object)
    return [(texts == kind).astype(float) for kind in kinds[1:]]


def note(groups: Sequence[Counted], chosen: Chosen) -> tuple[str, ...]:
    """Sentences on what stands for a unit and what was held equal."""
    said = []
    if chosen.cluster is not None:
        many = ", ".join(f"{_clusters(one, chosen.cluster)} in {one.side.name}" for one in groups)
        said.append(f"The unit of every test is the {chosen.cluster}, not the speech: {many}.")
    if chosen.covariates:
        held = ", ".join(chosen.covariates)
        said.append(
            f"Differences of shares and stances, and what is claimed of them, hold {held} equal; the shares themselves do not."
        )
    return tuple(said)


def _clusters(counted: Counted, column: str) -> int:
    values = of_speeches(counted, column)
    return len({value for value in values if value is not None}) + sum(value is None for value in values)
