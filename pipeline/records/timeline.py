"""The results of a comparison of more than two groups, ordered in time or not, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pipeline.records.results import CLAIMS, Change, Estimate, Evidence, Share, Side, StanceCount, StanceVerdict, Verdict

TrendVerdict = Literal["grew", "shrank", "unclear", "not_testable"]
"""What may be claimed of a share over ordered groups."""


@dataclass(frozen=True)
class GroupContrast:
    """One group against another, or against all the others (``before`` is then "rest"); ``difference`` is after minus before."""

    before: str
    after: str
    difference: Estimate
    change: Change
    verdict: Verdict


@dataclass(frozen=True)
class Changepoint:
    """A step in a theme's share that holds: between which two neighbouring groups, and the share after it minus that before it.

    The two levels are those of the groups from the changepoint before (or the first group) to the one that follows (or the last).
    ``difference.p`` pays for having looked at every place; its interval takes the place as known.
    """

    before: str
    after: str
    difference: Estimate


@dataclass(frozen=True)
class StanceContrast:
    """The mean stance of one group less that of all the others (-1 to 1 each)."""

    after: str
    difference: Estimate
    verdict: StanceVerdict


@dataclass(frozen=True)
class StanceLine:
    """The stance on a theme or a named target: ``groups`` one a group in the order of :attr:`Timeline.groups`.

    ``trend`` is the change of the mean stance of speeches (-1 to 1) for one :attr:`Timeline.unit`, None where the groups have no
    order or too few speeches take a stance.
    """

    groups: tuple[StanceCount, ...]
    against_rest: tuple[StanceContrast, ...] = ()
    trend: Estimate | None = None
    trend_verdict: StanceVerdict = "not_testable"


@dataclass(frozen=True)
class ThemeLine:
    """A theme (or a named target) over all groups: ``shares`` one a group in the order of :attr:`Timeline.groups`; only verdicts
    claim.

    ``trend`` is the change of the share for one :attr:`Timeline.unit`, None where the groups have no order or too few speeches.
    """

    id: str
    label: str
    terms: tuple[str, ...]
    shares: tuple[Share, ...]
    against_rest: tuple[GroupContrast, ...] = ()
    pairs: tuple[GroupContrast, ...] = ()
    trend: Estimate | None = None
    trend_verdict: TrendVerdict = "not_testable"
    changepoints: tuple[Changepoint, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    stance: StanceLine | None = None


@dataclass(frozen=True)
class Timeline:
    """The whole answer for many groups, theme by theme and, where stances are told, target by target (``positions``).

    ``groups`` stand in order, ``ordered`` says whether that order is one of time or size.

    ``times`` says where each group stands, in ``unit`` (a step from group to group, a year, or one of the grouping variable);
    both are empty without an order. ``Evidence.side`` is a group's name here.
    """

    by: str
    groups: tuple[Side, ...]
    ordered: bool
    themes: tuple[ThemeLine, ...]
    times: tuple[float, ...] = ()
    unit: str = ""
    settings: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    models: tuple[dict, ...] = ()
    notes: tuple[str, ...] = ()
    positions: tuple[ThemeLine, ...] = ()
    schema_version: int = 1

    def to_dict(self) -> dict[str, Any]:
        """The whole answer as plain dictionaries and lists, as in ``timeline.json``."""
        return asdict(self)

    def claims(self) -> bool:
        """Whether anything is claimed of any theme: a difference of groups, a trend, or a step."""
        return any(
            theme.changepoints
            or theme.trend_verdict in CLAIMS
            or any(contrast.verdict in CLAIMS for contrast in (*theme.against_rest, *theme.pairs))
            for theme in self.themes
        )
