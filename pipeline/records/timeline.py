"""The results of a comparison of more than two groups, ordered in time or not, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.records.results import Change, Estimate, Evidence, Share, Side, Verdict


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
    """A step in a theme's share that holds: between which groups, and the share after it minus the share before it."""

    before: str
    after: str
    difference: Estimate


@dataclass(frozen=True)
class ThemeLine:
    """A theme over all groups: ``shares`` one a group in the order of :attr:`Timeline.groups`; only verdicts claim.

    ``trend`` is the change of the share for one step of the order (or one unit of the time), None where the groups have no
    order or are too few.
    """

    id: str
    label: str
    terms: tuple[str, ...]
    shares: tuple[Share, ...]
    against_rest: tuple[GroupContrast, ...] = ()
    pairs: tuple[GroupContrast, ...] = ()
    trend: Estimate | None = None
    trend_verdict: Verdict = "not_testable"
    changepoints: tuple[Changepoint, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """The whole answer for many groups: ``groups`` in order, ``ordered`` whether that order is one of time.

    ``Evidence.side`` is a group's name here.
    """

    by: str
    groups: tuple[Side, ...]
    ordered: bool
    themes: tuple[ThemeLine, ...]
    settings: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    models: tuple[dict, ...] = ()
    notes: tuple[str, ...] = ()
    schema_version: int = 1

    def to_dict(self) -> dict[str, Any]:
        """The whole answer as plain dictionaries and lists, as in ``timeline.json``."""
        return asdict(self)
