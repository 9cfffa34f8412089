"""The comparison itself: counts to shares, shares to verdicts, with stances and quotations beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.diff import errors, verdicts, wording
from pipeline.diff.counting import Counted, count, tables_of
from pipeline.diff.errors import Coder
from pipeline.diff.quoting import quotations_of
from pipeline.diff.settings import program, settings
from pipeline.diff.stances import foreign_stances, on_their_theme, own_stances
from pipeline.diff.standing import stance_diffs
from pipeline.diff.units import Chosen, gather, note
from pipeline.records import (
    Diff,
    Estimate,
    KeyWord,
    Share,
    Theme,
    ThemeDiff,
)


def compare(
    mentions: pd.DataFrame,
    *,
    by: str,
    before: str,
    after: str,
    speech: str = "speech_id",
    theme: str = "theme",
    stance: str | None = None,
    stances: pd.DataFrame | None = None,
    themes: Iterable[Theme] | None = None,
    modes: Sequence[str] | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    hand_codes: pd.DataFrame | None = None,
    error_rates: pd.DataFrame | None = None,
    words: bool = False,
) -> Diff:
    """What changed between two sides, theme by theme and target by target.

    Parameters
    ----------
    mentions : table of mentions (:data:`pipeline.records.MENTIONS`), or any table of one row a segment that holds the columns
        ``by``, ``speech`` and ``theme``. A row without a theme stays in the denominator and is no theme.
    by, before, after : the grouping variable and its two sides: a value, a list ``a,b``, or a range ``2009-2016``.
    speech, theme : names of the columns of the speech and of the code.
    stance : name of a column of favour, against or none, in a table coded elsewhere.
    stances : table of stances (:data:`pipeline.records.STANCES`) on segments of ``mentions``.
    themes : labels and terms of the codes; a code that is not among them is its own label.
    modes : modes of speech that count in a table of mentions; None is spoken, quoted and reported of the president of that side,
        and where a speech names no president all that is not furniture.
    cluster : column whose value several speeches share, as a speaker or a session: the unit of every test in their place.
    covariates : columns of one value a speech, numbers or kinds, that are held equal in the differences of shares and stances;
        ``length`` needs no column.
    hand_codes : codes by hand of a random sample of each side's segments: ``theme`` (or ``code``; empty is no theme), and
        ``speech_id`` with ``start`` and ``end`` or ``position``, or ``id``. They correct the differences of shares.
    error_rates : ``theme`` (``*`` for all others), ``sensitivity`` and ``specificity`` of the coder, and if known ``n_with`` and
        ``n_without``, the segments that these rest on. They correct the differences and their intervals, not p.
    words : whether the words of each theme are compared as well; they need the column ``text``.

    Returns
    -------
    A :class:`pipeline.records.Diff`: themes of either side by the size of their difference, then named targets likewise.

    Raises
    ------
    ValueError
        When a column is missing, a side names no rows, nothing that counts is left on one, a speech has several values of a
        cluster or covariate, the covariates tell the sides apart by themselves, or hand codes are too few or fit no segment.

    Notes
    -----
    ``difference`` is the share after minus the share before (0 to 1): above zero, there is more of it after. ``p`` is the
    probability of a difference at least so large, if speeches of both sides came from one source; ``q`` is the false discovery
    rate at which it would be claimed, over all themes tested together.
    """
    unit = Chosen(cluster, tuple(covariates))
    told = tuple(themes or ())
    if hand_codes is not None and error_rates is not None:
        raise ValueError("The coder's errors must be told by hand codes or by error rates. Got both.")
    coder = Coder(None, (), error_rates, told) if hand_codes is None else errors.by_hand(mentions, hand_codes, told)
    extra = (*((stance,) if stance else ()), *unit.columns(mentions), *coder.columns())
    sides = count(mentions, by=by, before=before, after=after, speech=speech, theme=theme, modes=modes, extra=extra)
    known = {entry.id: entry for entry in told}
    taken = [foreign_stances(side, stance) if stance else on_their_theme(own_stances(side, stances), known) for side in sides]
    names = coder.names([side.rows["theme"] for side in sides])
    said = wording.words(sides, names) if words else {}
    targets = sorted({name for table in taken for name in table["target"].dropna()}) if not stance else []
    return Diff(
        by=by,
        before=sides[0].side,
        after=sides[1].side,
        themes=_diffs(sides, taken, names, "theme", known, unit, coder, said),
        positions=_diffs(sides, taken, targets, "target", {}, unit, Coder()),
        settings=settings(modes, speech, theme, stance=stance, **unit.settings(), **coder.settings()),
        versions=program(),
        notes=(*note(sides, unit), *coder.note(sides, names)),
    )


def compare_counted(
    sides: tuple[Counted, Counted], *, by: str, themes: Iterable[Theme], modes: Sequence[str] | None = None
) -> Diff:
    """The same from sides that are counted already and have no stances; of their rows only quotations are taken."""
    known = {entry.id: entry for entry in themes}
    ids = sorted(known)
    names = [name for name, many in zip(ids, sum(side.counts("theme", ids).sum(axis=0) for side in sides)) if many]
    return Diff(
        by=by,
        before=sides[0].side,
        after=sides[1].side,
        themes=_diffs(sides, [own_stances(side, None) for side in sides], names, "theme", known, Chosen(), Coder()),
        settings=settings(modes, "speech_id", "theme", stance=None),
        versions=program(),
    )


def _diffs(
    sides: tuple[Counted, Counted],
    taken: list[pd.DataFrame],
    names: list[str],
    column: str,
    known: dict[str, Theme],
    chosen: Chosen,
    coder: Coder,
    said: dict[str, tuple[KeyWord, ...]] | None = None,
) -> tuple[ThemeDiff, ...]:
    """One :class:`ThemeDiff` for each name in ``column``: of the rows for themes, of the stances for targets."""
    if not names:
        return ()
    tables = tables_of(sides, taken, names, column)
    speeches = coder.rectify(gather(sides, tables, chosen), sides, names)
    units = speeches.within_groups() if chosen.cluster else speeches
    test = coder.compare(units, names)
    stances = stance_diffs(sides, taken, names, column, speeches)
    quotations = [quotations_of(side, table, column, name) for side, table, name in zip(sides, taken, ("before", "after"))]
    made = []
    for k, name in enumerate(names):
        segments = [int(table[:, k].sum()) for table in tables]
        shares = [
            Share(
                segments[i],
                int((tables[i][:, k] > 0).sum()),
                verdicts.rounded(test.share[i, k])[0] or 0.0,
                *verdicts.rounded(test.share_low[i, k], test.share_high[i, k]),
            )
            for i in (0, 1)
        ]
        estimate = Estimate(*verdicts.rounded(test.difference[k], test.low[k], test.high[k], test.p[k], test.q[k]))
        theme = known.get(name, Theme(name, name))
        evidence = tuple(quotation for found in quotations for quotation in found.get(name, ()))
        change = verdicts.change(segments[0], segments[1], *test.share[:, k])
        verdict = verdicts.verdict(test.q[k], test.difference[k], segments[0], segments[1], bool(test.stable[k]))
        made.append(
            ThemeDiff(
                theme.id,
                theme.label,
                tuple(theme.terms),
                shares[0],
                shares[1],
                estimate,
                change,
                verdict,
                stances.get(name),
                evidence,
                (said or {}).get(name, ()),
            )
        )
    return tuple(sorted(made, key=lambda diff: (-abs(diff.difference.value or 0.0), diff.id)))
