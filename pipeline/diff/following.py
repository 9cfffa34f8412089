"""Themes over many groups: each against the rest, pairs, and along their order trends and steps that hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import sides, stats
from pipeline.diff import errors, verdicts
from pipeline.diff.counting import Counted, count_groups, tables_of
from pipeline.diff.errors import Coder
from pipeline.diff.ordering import Order, arrange
from pipeline.diff.quoting import quotations_of
from pipeline.diff.settings import program, settings
from pipeline.diff.stances import foreign_stances, on_their_theme, own_stances
from pipeline.diff.standing import stance_lines
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
    stance: str | None = None,
    stances: pd.DataFrame | None = None,
    themes: Iterable[Theme] | None = None,
    modes: Sequence[str] | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    hand_codes: pd.DataFrame | None = None,
) -> Timeline:
    """How themes differ among all groups of a variable, and how they move along its order.

    Parameters
    ----------
    mentions, by, speech, theme, stance, stances, themes, modes, cluster, covariates : as in :func:`pipeline.diff.compare`.
    order : the groups that are wanted in their order, each a value of ``by``, a list or a range (``2009-2016``); a single range
        for every value in it; ``time`` for all in the order of the dates of their speeches; ``none`` for no order. None finds
        it: numbers and dates are ordered, and so are groups whose speeches do not overlap in time.

    hand_codes : codes by hand of a random sample of all segments, as in :func:`pipeline.diff.compare`. They correct every
        difference, trend and step of shares.

    Returns
    -------
    A :class:`pipeline.records.Timeline`: themes by how far their shares lie apart, then named targets likewise.

    Raises
    ------
    ValueError
        When a column is missing, there are fewer than two groups, nothing that counts is left in one that was named, or hand
        codes are too few or fit no segment.

    Notes
    -----
    The speech is the unit of every test. ``q`` is adjusted over all themes and groups of ``against_rest`` together, over all
    themes and pairs, over the trends of all themes, and over their steps; for stances likewise, by themselves. A trend takes each
    speech for a draw of its own time: where neighbouring speeches resemble each other for another reason, as those of one speaker
    do, it can be that reason.
    """
    named = None if order is None or isinstance(order, str) else list(order)
    asked = named or order
    if named and len(named) == 1:  # a range: every value in it is a group
        mentions, named = mentions[sides.rows_of(mentions, by, named[0])], None
    unit, told = Chosen(cluster, tuple(covariates)), tuple(themes or ())
    coder = Coder() if hand_codes is None else errors.by_hand(mentions, hand_codes, told)
    extra = (*((stance,) if stance else ()), *unit.columns(mentions), *coder.columns())
    groups = count_groups(mentions, by=by, groups=named, speech=speech, theme=theme, modes=modes, extra=extra)
    if len(groups) < 2:
        raise ValueError(f"The grouping variable {by!r} must have two groups with segments that count. Got {len(groups)}.")
    names, dates = [group.side.name for group in groups], [group.side.dates for group in groups]
    place = arrange(names, dates, by=by, order=order if isinstance(order, str) else named)
    found = {group.side.name: group for group in groups}
    groups = tuple(found[name] for name in place.names)
    known = {entry.id: entry for entry in told}
    taken = [foreign_stances(one, stance) if stance else on_their_theme(own_stances(one, stances), known) for one in groups]
    codes = coder.names([group.rows["theme"] for group in groups])
    targets = sorted({name for table in taken for name in table["target"].dropna()}) if not stance else []
    return Timeline(
        by=by,
        groups=tuple(group.side for group in groups),
        ordered=bool(place.times),
        themes=_lines(groups, taken, codes, "theme", place, known, unit, coder),
        positions=_lines(groups, taken, targets, "target", place, {}, unit, Coder()),
        times=place.times,
        unit=place.unit,
        settings=settings(modes, speech, theme, order=asked, **unit.settings(), **coder.settings()),
        versions=program(),
        notes=(*_notes(groups, codes, place), *note(groups, unit), *(coder.note(groups, codes, whole=True) if coder.key else ())),
    )


def _lines(
    groups: tuple[Counted, ...],
    taken: Sequence[pd.DataFrame],
    names: list[str],
    column: str,
    place: Order,
    known: dict[str, Theme],
    chosen: Chosen,
    coder: Coder,
) -> tuple[ThemeLine, ...]:
    """One :class:`ThemeLine` for each name in ``column``: of the rows for themes, of the stances for targets."""
    if not names:
        return ()
    tables = tables_of(groups, taken, names, column)
    clustered = chosen.cluster is not None
    speeches = coder.rectify(gather(groups, tables, chosen), groups, names, whole=True)
    units = speeches.within_groups() if clustered else speeches
    segments = dict(zip(place.names, (table.sum(axis=0) for table in tables)))
    whole = speeches.counts.sum(axis=0)
    rest, pairs = _contrasts(units, place)
    trends, trend_verdicts = _trends(speeches, place, clustered=clustered)
    points = steps(speeches, place.names, clustered=clustered) if place.times else [()] * len(names)
    times = place.times if len(place.times) >= LEAST_GROUPS else ()
    stances = stance_lines(groups, taken, names, column, speeches, times, clustered=clustered)
    quotations = _quotations(groups, taken, column)
    made = []
    for k, name in enumerate(names):
        theme = known.get(name, Theme(name, name))
        made.append(
            ThemeLine(
                theme.id,
                theme.label,
                tuple(theme.terms),
                tuple(_share(table[:, k], one, k) for table, one in zip(tables, rest)),
                against_rest=tuple(_contrast(one, k, int(whole[k] - segments[one.after][k]), segments) for one in rest),
                pairs=tuple(_contrast(one, k, int(segments[one.before][k]), segments) for one in pairs),
                trend=trends[k],
                trend_verdict=trend_verdicts[k],
                changepoints=points[k],
                stance=stances.get(name),
                evidence=quotations.get(name, ()),
            )
        )
    return tuple(sorted(made, key=lambda line: (-np.ptp([share.share for share in line.shares]), line.id)))


def _contrasts(units: Units, place: Order) -> tuple[tuple[Contrast, ...], tuple[Contrast, ...]]:
    """Each group against the rest; and pairs, all of them or neighbours, or none where many groups have no order."""
    label = [place.names[number] for number in units.group]
    given: dict[str, Any] = {"order": place.names, "covariates": units.covariates, "rectified": units.rectified}
    rest = stats.each_against_rest(units.counts, units.totals, label, **given)
    few = len(place.names) <= MOST_PAIRED
    if not few and not place.times:
        return rest, ()
    return rest, stats.all_pairs(units.counts, units.totals, label, neighbours=not few, **given)


def _notes(groups: Sequence[Counted], names: Sequence[str], place: Order) -> tuple[str, ...]:
    if len(groups) <= MOST_PAIRED or not names:
        return ()
    compared = "only neighbouring ones were compared with each other" if place.times else "they were not compared in pairs"
    return (f"With {len(groups)} groups {compared}; each was compared with all the others.",)


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


def _trends(speeches: Units, place: Order, *, clustered: bool) -> tuple[list[Estimate | None], list[TrendVerdict]]:
    """The trend of each theme and what may be claimed of it; nothing for two groups, without order, or of too few speeches."""
    themes = speeches.counts.shape[1]
    units, time = speeches, np.array(place.times)[speeches.group] if place.times else np.zeros(0)
    if clustered and place.times:
        units, time = speeches.across_groups(time)
    if len(place.times) < LEAST_GROUPS or len(units.totals) < stats.ordered.LEAST_SPEECHES or np.ptp(time) == 0:
        return [None] * themes, ["not_testable"] * themes
    test = stats.trend(units.counts, units.totals, time, covariates=units.covariates, rectified=units.rectified)
    columns = zip(test.slope, test.low, test.high, test.p, test.q)
    return [Estimate(*verdicts.rounded(*values)) for values in columns], [
        verdicts.trend_verdict(q, slope) for q, slope in zip(test.q, test.slope)
    ]


def _quotations(groups: Sequence[Counted], taken: Sequence[pd.DataFrame], column: str) -> dict[str, tuple[Evidence, ...]]:
    """Quotations of each name, group by group."""
    made: dict[str, list[Evidence]] = {}
    most = max(1, QUOTATIONS // len(groups))
    for group, table in zip(groups, taken):
        for name, found in quotations_of(group, table, column, group.side.name, most=most).items():
            made.setdefault(name, []).extend(found)
    return {name: tuple(quotations) for name, quotations in made.items()}
