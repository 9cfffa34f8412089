"""Plain words for many groups: the headline and what may be claimed of a theme; never more certain than the verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Changepoint, GroupContrast, ThemeLine, Timeline, Verdict
from pipeline.report.words import (
    CLAIMS,
    NAMED,
    STANCE_VERDICTS,
    count,
    interval,
    listed,
    percent,
    points,
    speeches,
    stance_counts,
)

KINDS: dict[str, tuple[str, str, str]] = {
    "grew": ("▲", "grew", "a share that grows along the order, by more than speeches differ among themselves"),
    "shrank": ("▼", "shrank", "a share that shrinks along the order, by more than speeches differ among themselves"),
    "stepped": ("↕", "stepped", "no steady trend, but a step between two neighbouring groups that holds"),
    "differs": ("◆", "a group stands out", "no trend and no step, but a group whose share differs from that of all the others"),
    "unclear": ("?", "unclear", "the speeches neither show a difference nor rule one out"),
    "not_testable": ("○", "not testable", "too few speeches to say anything beyond these texts"),
}
"""What a theme is listed under -> its sign, its name, and what it means, in the order of the page."""

AGAINST_REST: dict[Verdict, tuple[str, str]] = {
    "appeared": ("✚", "only here"),
    "vanished": ("✕", "absent here"),
    "grew": ("▲", "more than the rest"),
    "shrank": ("▼", "less than the rest"),
    "stable": ("=", "as much as the rest"),
    "unclear": ("?", "unclear"),
    "not_testable": ("○", "not testable"),
}
"""Verdict on a group beside all the others -> its sign and its words."""


def kind(line: ThemeLine) -> str:
    """What a theme is listed under: the strongest statement that its verdicts allow."""
    if line.trend_verdict in ("grew", "shrank"):
        return line.trend_verdict
    if line.changepoints:
        return "stepped"
    if standing_out(line):
        return "differs"
    tested = line.trend_verdict != "not_testable" or any(one.verdict != "not_testable" for one in line.against_rest)
    return "unclear" if tested else "not_testable"


def standing_out(line: ThemeLine) -> list[GroupContrast]:
    """The groups whose share is claimed to differ from that of all the others."""
    return [one for one in line.against_rest if one.verdict in CLAIMS]


def spread(line: ThemeLine) -> float:
    """How far the shares of the groups lie apart."""
    shares = [share.share for share in line.shares]
    return max(shares) - min(shares) if shares else 0.0


def by_change(timeline: Timeline) -> list[ThemeLine]:
    """The themes by what may be claimed of them, in each kind the widest first."""
    order = list(KINDS)
    return sorted(timeline.themes, key=lambda line: (order.index(kind(line)), -spread(line), line.label, line.id))


def kinds(timeline: Timeline) -> list[tuple[str, str, str, int]]:
    """The kinds that there are, in order: key, sign, name and number of themes."""
    found = [kind(line) for line in timeline.themes]
    return [(key, sign, name, found.count(key)) for key, (sign, name, _) in KINDS.items() if key in found]


def span(timeline: Timeline) -> str:
    """``From A to B`` where the groups have an order, else how many there are."""
    if timeline.ordered and timeline.groups:
        return f"From {timeline.groups[0].name} to {timeline.groups[-1].name}"
    return f"Among the {count(len(timeline.groups), 'group')} of {timeline.by}"


def _names(lines: Sequence[ThemeLine]) -> str:
    shown = [f"“{line.label}”" for line in lines[:NAMED]]
    return listed([*shown, f"{len(lines) - NAMED} more"] if len(lines) > NAMED else shown)


def headline(timeline: Timeline) -> str:
    """The answer in a sentence, no more certain than the verdicts: trends, else steps, else groups that stand out."""
    if not timeline.themes:
        return f"No theme was found in the texts of the {count(len(timeline.groups), 'group')}."
    found: dict[str, list[ThemeLine]] = {}
    for line in by_change(timeline):
        found.setdefault(kind(line), []).append(line)
    said = [f"{_names(found[name])} {name}" for name in ("grew", "shrank") if name in found]
    if said:
        return f"{span(timeline)}, {'; '.join(said)}."
    if "stepped" in found:
        return f"{span(timeline)}, no steady trend can be claimed, but {_steps(found['stepped'])}."
    if "differs" in found:
        return f"{span(timeline)}, {_outstanding(found['differs'])}."
    if "unclear" in found:
        return f"{span(timeline)}, no difference of a theme can be claimed from these speeches."
    return f"In these texts, {listed([_ranges(line, timeline) for line in by_change(timeline)[:NAMED]])}."


def second(timeline: Timeline) -> str:
    """A second sentence: behind trends the steps, behind either of them, where there is no step, the groups that stand out."""
    told = by_change(timeline)
    trends = any(kind(line) in ("grew", "shrank") for line in told)
    stepped = [line for line in told if line.changepoints]
    if trends and stepped:
        return f"{_steps(stepped)}."
    out = [line for line in told if standing_out(line)]
    return f"{_outstanding(out)}." if out and (trends or stepped) else ""


def _steps(lines: Sequence[ThemeLine]) -> str:
    told = [f"“{line.label}” stepped {step(max(line.changepoints, key=_size))}" for line in lines[:NAMED]]
    rest = len(lines) - NAMED
    return listed([*told, f"{count(rest, 'other theme')} at other places"] if rest > 0 else told)


def _size(point: Changepoint) -> float:
    return abs(point.difference.value or 0.0)


def step(point: Changepoint) -> str:
    """``up by 12 points between 2016 and 2018``."""
    way = "up" if (point.difference.value or 0.0) > 0 else "down"
    return f"{way} by {points(abs(point.difference.value or 0.0)).removeprefix('+')} between {point.before} and {point.after}"


def _outstanding(lines: Sequence[ThemeLine]) -> str:
    told = []
    for line in lines[:NAMED]:
        one = max(standing_out(line), key=lambda one: abs(one.difference.value or 0.0))
        way = "more" if one.verdict in ("grew", "appeared") else "less"
        told.append(f"{one.after} gives “{line.label}” {way} room than the rest")
    rest = len(lines) - NAMED
    return listed([*told, f"groups stand out on {count(rest, 'other theme')}"] if rest > 0 else told)


def _ranges(line: ThemeLine, timeline: Timeline) -> str:
    pairs = sorted(zip(line.shares, timeline.groups), key=lambda pair: (pair[0].share, pair[1].name))
    (low, one), (high, other) = pairs[0], pairs[-1]
    return f"“{line.label}” ranges from {percent(low.share)} ({one.name}) to {percent(high.share)} ({other.name})"


def caveat(timeline: Timeline) -> str:
    """On what the headline rests, and how many themes stay unclear."""
    if not timeline.themes:
        return "There is nothing to compare."
    number = {name: sum(kind(line) == name for line in timeline.themes) for name in KINDS}
    if number["not_testable"] == len(timeline.themes):
        return "The speeches are too few to say more than what stands in them."
    claimed = [
        f"{number[name]:,} {told}"
        for name, told in (
            ("grew", "grew along the order"),
            ("shrank", "shrank along the order"),
            ("stepped", "made a step without a steady trend"),
            ("differs", "differ in a group from the rest"),
        )
        if number[name]
    ]
    open_ = {"unclear": "unclear", "not_testable": "not testable"}
    rest = [f"{number[name]:,} {told}" for name, told in open_.items() if number[name]]
    sentence = f"Of {count(len(timeline.themes), 'theme')}, {listed(claimed or rest)}"
    tail = f"; the others: {listed(rest)}" if claimed and rest else ""
    return f"{sentence}{tail}. A claim is larger than speeches of one group differ among themselves."


def rests(timeline: Timeline) -> str:
    """Groups, speeches, segments and words in a line."""
    total = [sum(getattr(side, name) for side in timeline.groups) for name in ("n_speeches", "n_segments", "words")]
    parts = [count(len(timeline.groups), "group"), speeches(total[0]), count(total[1], "segment")]
    return ", ".join([*parts, count(total[2], "word")] if total[2] else parts)


def trend(line: ThemeLine, timeline: Timeline) -> str:
    """The trend in a sentence, or nothing where there is none."""
    if line.trend is None:
        return ""
    said = {"grew": "It grew", "shrank": "It shrank", "unclear": "Whether it grew or shrank is unclear"}
    ends = interval(line.trend.low, line.trend.high).removesuffix(" %")
    per = _per(timeline)
    spread = f", 95 % interval {ends} points" if ends else ""
    tested = f", q {line.trend.q:.3f}" if line.trend.q is not None else ""
    verdict = said.get(line.trend_verdict, "Its trend cannot be tested")
    return f"{verdict}: {points(line.trend.value)} {per}{spread}{tested}."


def _per(timeline: Timeline) -> str:
    return {"step": "from group to group", "year": "a year"}.get(timeline.unit, f"for one {timeline.unit}")


def stance(line: ThemeLine, timeline: Timeline) -> str:
    """Where the stance on a theme or a named target went, and which groups stand apart; nothing where none was told."""
    if line.stance is None:
        return ""
    whole = [sum(getattr(one, label) for one in line.stance.groups) for label in ("favour", "against", "none")]
    told = [f"Stances: {stance_counts(*whole)}."]
    if (slope := line.stance.trend) is not None and slope.value is not None and slope.q is not None:
        verdict = STANCE_VERDICTS[line.stance.trend_verdict]
        spread = (
            f", 95 % interval {slope.low:+.2f} to {slope.high:+.2f}" if slope.low is not None and slope.high is not None else ""
        )
        told.append(
            f"Along the order: {verdict} ({slope.value:+.2f} {_per(timeline)} on the scale -1 to 1{spread}, q {slope.q:.3f})."
        )
    for verdicts, words in (
        ("towards_favour", "more in favour than the rest"),
        ("towards_against", "more against than the rest"),
    ):
        if names := [one.after for one in line.stance.against_rest if one.verdict == verdicts]:
            told.append(f"{listed(names)}: {words}.")
    return " ".join(told)


def positions(timeline: Timeline) -> list[tuple[str, str]]:
    """Each named target and what may be said of the stance on it, those first on which most positions are taken."""

    def taken(line: ThemeLine) -> int:
        return 0 if line.stance is None else sum(one.favour + one.against for one in line.stance.groups)

    told = sorted((line for line in timeline.positions if line.stance), key=lambda line: (-taken(line), line.id))
    return [(line.label, stance(line, timeline)) for line in told]


def claim(line: ThemeLine, timeline: Timeline) -> str:
    """What may be claimed of one theme, with its numbers."""
    told = [_ranges(line, timeline).replace(f"“{line.label}” ranges", "Its share runs", 1) + "."]
    if sentence := trend(line, timeline):
        told.append(sentence)
    told += [f"A step {step(point)}." for point in line.changepoints]
    for verdicts, words in ((("grew", "appeared"), "More than the rest"), (("shrank", "vanished"), "Less than the rest")):
        names = [one.after for one in line.against_rest if one.verdict in verdicts]
        if names:
            told.append(f"{words}: {listed(names)}.")
    if kind(line) == "not_testable":
        told.append("Nothing may be claimed beyond the texts.")
    told += [sentence] if (sentence := stance(line, timeline)) else []
    return " ".join(told)


def pairs(line: ThemeLine) -> str:
    """The pairs of groups that differ, in a sentence."""
    found = [one for one in line.pairs if one.verdict in CLAIMS]
    if not line.pairs:
        return ""
    if not found:
        return f"None of {count(len(line.pairs), 'pair')} of groups can be told apart."
    told = [f"{one.before} and {one.after} ({points(one.difference.value)})" for one in found[:6]]
    more = [f"{len(found) - 6} more"] if len(found) > 6 else []
    return f"Pairs that differ: {'; '.join([*told, *more])}."
