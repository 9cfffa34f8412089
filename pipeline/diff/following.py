"""Themes over many groups: each against the rest, pairs, and along their order trends and steps that hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import sides, stats
from pipeline.diff import verdicts
from pipeline.diff.counting import Counted, count_groups
from pipeline.diff.ordering import Order, arrange
from pipeline.diff.quoting import quote
from pipeline.diff.settings import program, settings
from pipeline.diff.stepping import steps
from pipeline.diff.units import Chosen, Units, gather, note
from pipeline.records import Estimate, Evidence, GroupContrast, Share, Theme, ThemeLine, Timeline, TrendVerdict
from pipeline.stats.groups import Contrast

MOST_PAIRED = 12
"""Groups of which all pairs are compared: 66 pairs. Above it neighbours are, which is what an order is read for."""

LEAST_GROUPS = 3
"""Groups that have a trend: through two any line goes, and their difference is tested as such."""

QUOTATIONS = 24
"""Quotations a theme, shared among the groups; each has one at least."""


def follow(
    mentions: pd.DataFrame,
    *,
    by: str,
    order: str | Sequence[str] | None = None,
    speech: str = "speech_id",
    theme: str = "theme",
    themes: Iterable[Theme] | None = None,
    modes: Sequence[str] | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
) -> Timeline:
    """How themes differ among all groups of a variable, and how they move along its order.

    Parameters
    ----------
    mentions, by, speech, theme, themes, modes, cluster, covariates : as in :func:`pipeline.diff.compare`.
    order : the groups that are wanted in their order, each a value of ``by``, a list or a range (``2009-2016``); a single range
        for every value in it; ``time`` for all in the order of the dates of their speeches; ``none`` for no order. None finds
        it: numbers and dates are ordered, and so are groups whose speeches do not overlap in time.

    Returns
    -------
    A :class:`pipeline.records.Timeline`: themes by how far their shares lie apart.

    Raises
    ------
    ValueError
        When a column is missing, there are fewer than two groups, or nothing that counts is left in one that was named.

    Notes
    -----
    The speech is the unit of every test. ``q`` is adjusted over all themes and groups of ``against_rest`` together, over all
    themes and pairs, over the trends of all themes, and over their steps. A trend takes each speech for a draw of its own
    time: where neighbouring speeches resemble each other for another reason, as those of one speaker do, it can be that reason.
    """
    named = None if order is None or isinstance(order, str) else list(order)
    if named and len(named) == 1:  # a range: every value in it is a group
        mentions, named = mentions[sides.rows_of(mentions, by, named[0])], None
    unit = Chosen(cluster, tuple(covariates))
    extra = unit.columns(mentions)
    groups = count_groups(mentions, by=by, groups=named, speech=speech, theme=theme, modes=modes, extra=extra)
    if len(groups) < 2:
        raise ValueError(f"The grouping variable {by!r} must have two groups with segments that count. Got {len(groups)}.")
    place = arrange([group.side.name for group in groups], [group.side.dates for group in groups], by=by, order=order if isinstance(order, str) else named)
    found = {group.side.name: group for group in groups}
    groups = tuple(found[name] for name in place.names)
    known = {entry.id: entry for entry in themes or ()}
    names = sorted({name for group in groups for name in pd.unique(group.rows["theme"]) if isinstance(name, str)})
    lines, notes = _lines(groups, names, place, known, unit) if names else ((), ())
    return Timeline(
        by=by,
        groups=tuple(group.side for group in groups),
        ordered=bool(place.times),
        themes=lines,
        times=place.times,
        unit=place.unit,
        settings=settings(modes, speech, theme, order=order if order is None or isinstance(order, str) else list(order), **unit.settings()),
        versions=program(),
        notes=(*notes, *note(groups, unit)),
    )


def _lines(
    groups: tuple[Counted, ...], names: list[str], place: Order, known: dict[str, Theme], chosen: Chosen
) -> tuple[tuple[ThemeLine, ...], tuple[str, ...]]:
    tables = [group.counts("theme", names) for group in groups]
    speeches = gather(groups, tables, chosen)
    units = speeches.within_groups() if chosen.cluster else speeches
    segments = dict(zip(place.names, (table.sum(axis=0) for table in tables)))
    whole = speeches.counts.sum(axis=0)
    label = [place.names[number] for number in units.group]
    rest = stats.each_against_rest(units.counts, units.totals, label, order=place.names, covariates=units.covariates)
    few = len(groups) <= MOST_PAIRED
    pairs: tuple[Contrast, ...] = ()
    if few or place.times:
        pairs = stats.all_pairs(
            units.counts, units.totals, label, order=place.names, neighbours=not few, covariates=units.covariates
        )
    trends, trend_verdicts = _trends(speeches, place, chosen)
    points = steps(speeches, place.names, clustered=chosen.cluster is not None) if place.times else [()] * len(names)
    quotations = _quotations(groups)
    made = []
    for k, name in enumerate(names):
        theme = known.get(name, Theme(name, name))
        shares = tuple(_share(table[:, k], one, k) for table, one in zip(tables, rest))
        made.append(
            ThemeLine(
                theme.id,
                theme.label,
                tuple(theme.terms),
                shares,
                against_rest=tuple(_contrast(one, k, int(whole[k] - segments[one.after][k]), segments) for one in rest),
                pairs=tuple(_contrast(one, k, int(segments[one.before][k]), segments) for one in pairs),
                trend=trends[k],
                trend_verdict=trend_verdicts[k],
                changepoints=points[k],
                evidence=quotations.get(name, ()),
            )
        )
    widest = sorted(made, key=lambda line: (-np.ptp([share.share for share in line.shares]), line.id))
    return tuple(widest), _notes(len(groups), few, place)


def _notes(groups: int, few: bool, place: Order) -> tuple[str, ...]:
    if few:
        return ()
    compared = "only neighbouring ones were compared with each other" if place.times else "they were not compared in pairs"
    return (f"With {groups} groups {compared}; each was compared with all the others.",)


def _share(counts: NDArray[np.int64], contrast: Contrast, k: int) -> Share:
    test = contrast.test
    low, high = verdicts.rounded(test.share_low[1, k], test.share_high[1, k])
    return Share(int(counts.sum()), int((counts > 0).sum()), verdicts.rounded(test.share[1, k])[0] or 0.0, low, high)


def _contrast(contrast: Contrast, k: int, before: int, segments: dict[str, NDArray[np.int64]]) -> GroupContrast:
    test, after = contrast.test, int(segments[contrast.after][k])
    estimate = Estimate(*verdicts.rounded(test.difference[k], test.low[k], test.high[k], test.p[k], contrast.q[k]))
    change = verdicts.change(before, after, *test.share[:, k])
    verdict = verdicts.verdict(contrast.q[k], test.difference[k], before, after, bool(test.stable[k]))
    return GroupContrast(contrast.before, contrast.after, estimate, change, verdict)


def _trends(speeches: Units, place: Order, chosen: Chosen) -> tuple[list[Estimate | None], list[TrendVerdict]]:
    """The trend of each theme and what may be claimed of it; nothing for two groups, without order, or of too few speeches."""
    themes = speeches.counts.shape[1]
    units, time = speeches, np.array(place.times)[speeches.group] if place.times else np.zeros(0)
    if chosen.cluster and place.times:
        units, time = speeches.across_groups(time)
    if len(place.times) < LEAST_GROUPS or len(units.totals) < stats.ordered.LEAST_SPEECHES or np.ptp(time) == 0:
        return [None] * themes, ["not_testable"] * themes
    test = stats.trend(units.counts, units.totals, time, covariates=units.covariates)
    columns = zip(test.slope, test.low, test.high, test.p, test.q)
    return [Estimate(*verdicts.rounded(*values)) for values in columns], [
        verdicts.trend_verdict(q, slope) for q, slope in zip(test.q, test.slope)
    ]


def _quotations(groups: tuple[Counted, ...]) -> dict[str, tuple[Evidence, ...]]:
    """Quotations of each theme, group by group."""
    made: dict[str, list[Evidence]] = {}
    for group in groups:
        if "text" not in group.rows.columns:
            continue
        rows = group.rows[group.rows["theme"].notna()]
        for name, own in rows.groupby("theme", sort=False):
            most = max(1, QUOTATIONS // len(groups))
            made.setdefault(str(name), []).extend(quote(group, own, group.side.name, most=most))
    return {name: tuple(quotations) for name, quotations in made.items()}
