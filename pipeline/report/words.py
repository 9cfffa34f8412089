"""Plain words for a diff: the headline, what may be claimed of a theme, names of verdicts; never more certain than these."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Change, Diff, Share, Side, StanceDiff, StanceVerdict, ThemeDiff, Verdict

CLAIMS: tuple[Verdict, ...] = ("appeared", "vanished", "grew", "shrank")
"""Verdicts that claim a change of the two sides beyond these texts."""

VERDICTS: dict[Verdict, tuple[str, str, str]] = {
    "appeared": (
        "✚",
        "appeared",
        "absent before, present after, and more than the differences between speeches of one side explain",
    ),
    "vanished": (
        "✕",
        "vanished",
        "present before, absent after, and more than the differences between speeches of one side explain",
    ),
    "grew": ("▲", "grew", "a larger share after, by more than speeches of one side differ among themselves"),
    "shrank": ("▼", "shrank", "a smaller share after, by more than speeches of one side differ among themselves"),
    "stable": ("=", "stable", "shown to be the same within a stated margin; not merely “no difference found”"),
    "unclear": ("?", "unclear", "the speeches neither show a change nor rule one out"),
    "not_testable": (
        "○",
        "not testable",
        "too few speeches to say anything beyond these texts; only the texts are described",
    ),
}
"""Verdict -> its sign, its name, and what it means."""

CHANGES: dict[Change, tuple[str, str]] = {
    "appeared": ("✚", "only in {after}"),
    "vanished": ("✕", "only in {before}"),
    "more": ("▲", "more in {after}"),
    "less": ("▼", "less in {after}"),
    "same": ("=", "about as much"),
}
"""What is in these texts -> its sign and its words."""

STANCE_VERDICTS: dict[StanceVerdict, str] = {
    "towards_favour": "moved towards favour",
    "towards_against": "moved towards against",
    "stable": "stance stable",
    "unclear": "stance unclear",
    "not_testable": "stance not testable",
}
STANCES = {"favour": "for", "against": "against", "none": "no position"}


MODES = {
    "spoken": "spoken",
    "quoted": "quoted",
    "reported": "reported speech",
    "narrated": "told by the writer",
    "furniture": "page furniture",
}

NAMED = 3
"""Themes that a headline names of each kind; the rest is counted. More than three names nobody keeps in mind."""

TURNED = 2
"""Positions of each side that a headline needs before it says that the balance turned: one may be a slip of a reading."""

_CHANGE_ORDER: tuple[Change, ...] = ("appeared", "vanished", "more", "less", "same")
_VERDICT_ORDER: tuple[Verdict, ...] = ("appeared", "grew", "shrank", "vanished", "not_testable", "unclear", "stable")


def positions_taken(item: ThemeDiff) -> int:
    """Segments of both sides that are for or against ``item``."""
    stance = item.stance
    return stance.before.favour + stance.before.against + stance.after.favour + stance.after.against if stance is not None else 0


def by_movement(positions: Sequence[ThemeDiff]) -> list[ThemeDiff]:
    """``positions`` with those first whose stance moved, then those that lean to opposite sides, then the most taken."""

    def order(item: ThemeDiff) -> tuple[bool, bool, int, str, str]:
        moved = item.stance is not None and item.stance.verdict in ("towards_favour", "towards_against")
        turned = item.stance is not None and _leaning(item.stance, "before") * _leaning(item.stance, "after") < 0
        return not moved, not turned, -positions_taken(item), item.label, item.id

    return sorted(positions, key=order)


def by_change(themes: Sequence[ThemeDiff]) -> list[ThemeDiff]:
    """``themes`` by verdict, claims first, untested ones by what is in the texts; the largest movement first in each."""

    def order(theme: ThemeDiff) -> tuple[int, int, float, str, str]:
        described = _CHANGE_ORDER.index(theme.change) if theme.verdict == "not_testable" else 0
        return _VERDICT_ORDER.index(theme.verdict), described, -abs(theme.difference.value or 0.0), theme.label, theme.id

    return sorted(themes, key=order)


def kinds(diff: Diff) -> list[tuple[str, str, str, int]]:
    """The groups of :func:`by_change` in their order: key, sign, name and number of themes."""
    found: dict[str, tuple[str, str, int]] = {}
    for theme in by_change(diff.themes):
        key = kind(theme)
        sign, name = VERDICTS[theme.verdict][:2] if theme.verdict != "not_testable" else CHANGES[theme.change]
        told = name.format(before=diff.before.name, after=diff.after.name)
        found[key] = (sign, told, found.get(key, ("", "", 0))[2] + 1)
    return [(key, *told) for key, told in found.items()]


def kind(theme: ThemeDiff) -> str:
    """What a theme is listed under: its verdict, or what is in the texts where nothing can be tested."""
    return theme.verdict if theme.verdict != "not_testable" else theme.change


def holders(item: ThemeDiff) -> dict[str, list[tuple[str, str]]]:
    """Who took which position, as far as quotations show it: side -> (for or against, names), where one does not speak alone."""
    found: dict[str, list[tuple[str, str]]] = {}
    for side in ("before", "after"):
        here = [quoted for quoted in item.evidence if quoted.side == side and quoted.speaker]
        told = [(quoted.stance, quoted.speaker) for quoted in here if quoted.stance in ("favour", "against")]
        if len({speaker for _, speaker in told}) > 1:
            for stance in ("favour", "against"):
                if names := list(dict.fromkeys(speaker for held, speaker in told if held == stance and speaker)):
                    found.setdefault(side, []).append((STANCES[stance], ", ".join(names)))
    return found


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 speech``, ``1,200 speeches``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def speeches(number: int) -> str:
    """A number of speeches in words: "1 speech", "12 speeches"."""
    return count(number, "speech", "speeches")


def percent(share: float | None, *, signed: bool = False) -> str:
    """A share of 0 to 1 as per cent, with one decimal below ten; an en dash when it is not given."""
    if share is None:
        return "–"
    value = abs(share) * 100
    digits = f"{value:.0f}" if value >= 9.95 or value == 0 else "<0.1" if value < 0.05 else f"{value:.1f}"
    sign = ("+" if share > 0 else "−" if share < 0 else "±") if signed else ("−" if share < 0 else "")
    return f"{sign}{digits} %"


def points(share: float | None) -> str:
    """A difference of shares in percentage points, signed."""
    return percent(share, signed=True).replace(" %", " points") if share is not None else "–"


def interval(low: float | None, high: float | None) -> str:
    """``2.0 to 7.5 %``, or nothing when there is none."""
    return "" if low is None or high is None else f"{percent(low).removesuffix(' %')} to {percent(high)}"


def probability(p: float | None) -> str:
    """A p or q to three decimals, a dash where there is none."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _names(themes: Sequence[ThemeDiff]) -> str:
    shown = [f"“{theme.label}”" for theme in themes[:NAMED]]
    rest = len(themes) - NAMED
    return listed([*shown, f"{rest} more"] if rest > 0 else shown)


def single(diff: Diff) -> bool:
    """Whether a side rests on one speech, so that nothing beyond the texts can be said."""
    return min(diff.before.n_speeches, diff.after.n_speeches) < 2


def describes_only(diff: Diff) -> bool:
    """Whether no theme could be tested."""
    return bool(diff.themes) and all(theme.verdict == "not_testable" for theme in diff.themes)


def headline(diff: Diff) -> str:
    """The answer in one or two sentences, no more certain than the verdicts.

    Where nothing could be tested it begins "In these texts" and speaks of the texts alone.
    """
    if not diff.themes:
        return f"No theme was found in the texts of {diff.before.name} and {diff.after.name}."
    return _described(diff) if describes_only(diff) else _claimed(diff)


def _kind(diff: Diff, name: str, *, change: bool) -> list[ThemeDiff]:
    return [theme for theme in by_change(diff.themes) if (theme.change if change else theme.verdict) == name]


def _described(diff: Diff) -> str:
    new, gone, more, less = (_kind(diff, name, change=True) for name in ("appeared", "vanished", "more", "less"))
    said = []
    if new:
        said.append(f"only {diff.after.name} speaks of {_names(new)}")
    if gone:
        said.append(f"only {diff.before.name} speaks of {_names(gone)}")
    if not said and more:
        said.append(f"{diff.after.name} says more about {_names(more)}")
    if not said and less:
        said.append(f"{diff.after.name} says less about {_names(less)}")
    if not said:
        return f"In these texts, {diff.before.name} and {diff.after.name} give their themes about the same room."
    return f"In these texts, {', and '.join(said)}."


def _claimed(diff: Diff) -> str:
    new, gone, more, less = (_kind(diff, name, change=False) for name in CLAIMS)
    said = []
    for found, one, many in (
        (new, "appeared", "appeared"),
        (more, "grew", "grew"),
        (less, "shrank", "shrank"),
        (gone, "vanished", "vanished"),
    ):
        if found:
            said.append(f"{_names(found)} {one if len(found) == 1 else many}")
    if said:
        return f"From {diff.before.name} to {diff.after.name}, {'; '.join(said)}."
    same = len(_kind(diff, "stable", change=False))
    if same == len(diff.themes):
        return f"From {diff.before.name} to {diff.after.name}, every theme kept its share."
    return f"Between {diff.before.name} and {diff.after.name}, no change of a theme can be claimed from these speeches."


def caveat(diff: Diff) -> str:
    """The second sentence of the page: on what the first one rests, and what it does not say."""
    if not diff.themes:
        return "There is nothing to compare."
    if single(diff):
        one = diff.before if diff.before.n_speeches < 2 else diff.after
        both = diff.before.n_speeches < 2 and diff.after.n_speeches < 2
        rests = "Each side is one text" if both else f"{one.name} is one text"
        return (
            f"{rests}: this describes what stands in them. It cannot show what is new with {diff.after.name}, "
            "because a theme that is missing here may stand in another text of the same time."
        )
    if describes_only(diff):
        return "The speeches are too few to say more than what stands in them."
    number = {name: sum(theme.verdict == name for theme in diff.themes) for name in ("stable", "unclear", "not_testable")}
    claimed = len(diff.themes) - sum(number.values())
    more = "by more than speeches of one side differ among themselves"
    rest = [f"{number['stable']:,} shown to be stable"] if number["stable"] else []
    rest += [f"{number['unclear']:,} unclear"] if number["unclear"] else []
    rest += [f"{number['not_testable']:,} that cannot be tested"] if number["not_testable"] else []
    if not claimed:
        return f"None of the {count(len(diff.themes), 'theme')} changed {more}: {listed(rest)}."
    tested = f"Of {count(len(diff.themes), 'theme')}, {claimed:,} changed {more}"
    return f"{tested}; the others: {listed(rest)}." if rest else f"{tested}."


def stance_headline(diff: Diff) -> str:
    """One sentence on named targets whose stance moved, or nothing."""
    moved = [item for item in diff.positions if item.stance and item.stance.verdict in ("towards_favour", "towards_against")]
    if moved:
        told = [f"on “{item.label}” {STANCE_VERDICTS[item.stance.verdict]}" for item in moved[:NAMED] if item.stance]
        return f"The stance {listed(told)}."
    turned = [item for item in by_movement(diff.positions) if item.stance and _turned(item.stance)]
    if not turned:
        return ""
    told = [f"“{item.label}” ({_counted(item.stance, diff)})" for item in turned[:NAMED] if item.stance]
    beyond = "" if describes_only(diff) else " That is no claim beyond these texts."
    return f"In these texts the balance turns on {listed(told)}.{beyond}"


def _turned(stance: StanceDiff) -> bool:
    enough = min(stance.before.favour + stance.before.against, stance.after.favour + stance.after.against) >= TURNED
    return enough and _leaning(stance, "before") * _leaning(stance, "after") < 0


def _counted(stance: StanceDiff, diff: Diff) -> str:
    sides = ((diff.before.name, stance.before), (diff.after.name, stance.after))
    return "; ".join(f"{name}: {stance_counts(counted.favour, counted.against, 0)}" for name, counted in sides)


def _leaning(stance: StanceDiff, side: str) -> int:
    counted = stance.before if side == "before" else stance.after
    return (counted.favour > counted.against) - (counted.favour < counted.against)


def _room(share: Share, side: Side) -> str:
    """``2022 gives it 4 of its 15 segments (27 %, in 3 of 12 speeches)``."""
    if not share.n_segments:
        return f"{side.name} none of its {side.n_segments:,}"
    where = f", in {share.n_speeches:,} of {side.n_speeches:,} speeches" if side.n_speeches > 1 else ""
    return f"{side.name} gives it {share.n_segments:,} of its {side.n_segments:,} segments ({percent(share.share)}{where})"


_DESCRIBED: dict[Change, str] = {
    "appeared": "In these texts only {after} speaks of it",
    "vanished": "In these texts only {before} speaks of it",
    "more": "In these texts {after} says more about it",
    "less": "In these texts {after} says less about it",
    "same": "In these texts both give it about as much room",
}
_CLAIMED: dict[Verdict, str] = {
    "appeared": "It appeared with {after}",
    "vanished": "It vanished with {after}",
    "grew": "It grew from {before} to {after}",
    "shrank": "It shrank from {before} to {after}",
    "stable": "Its share stayed the same within the margin of the test",
    "unclear": "Whether it changed beyond these texts is unclear",
}


def claim(theme: ThemeDiff, diff: Diff) -> str:
    """What may be claimed of one theme, with its numbers."""
    what = _DESCRIBED[theme.change] if theme.verdict == "not_testable" else _CLAIMED[theme.verdict]
    said = what.format(before=diff.before.name, after=diff.after.name)
    rooms = [_room(theme.before, diff.before), _room(theme.after, diff.after)]
    if not theme.before.n_segments:
        rooms.reverse()
    spread = interval(theme.difference.low, theme.difference.high)
    ends = f" The difference is {points(theme.difference.value)}, 95 % interval {spread}." if spread else ""
    beyond = " Nothing may be claimed beyond the texts." if theme.verdict == "not_testable" else ""
    return f"{said}: {rooms[0]}, {rooms[1]}.{ends}{beyond}"


def facts(theme: ThemeDiff, diff: Diff) -> str:
    """The intervals of the shares and what the test gave, or nothing where there is neither."""
    told = []
    spreads = [(side.name, interval(share.low, share.high)) for side, share in _sides(theme, diff)]
    if any(spread for _, spread in spreads):
        told.append("95 % intervals of the shares: " + ", ".join(f"{name} {spread or '–'}" for name, spread in spreads))
    if theme.difference.p is not None:
        told.append(f"p {probability(theme.difference.p)}, adjusted for all themes q {probability(theme.difference.q)}")
    return "; ".join(told) + "." if told else ""


def _sides(theme: ThemeDiff, diff: Diff) -> tuple[tuple[Side, Share], ...]:
    return (diff.before, theme.before), (diff.after, theme.after)


def side_line(side: Side) -> str:
    """What a side rests on: speeches, segments, words, who and when."""
    parts = [speeches(side.n_speeches), count(side.n_segments, "segment")]
    if side.words:
        parts.append(count(side.words, "word"))
    return ", ".join(parts)


def dates(side: Side) -> str:
    """The first and last date of a side, or one when they are the same."""
    known = sorted(date for date in side.dates if date)
    return "" if not known else known[0] if known[0] == known[-1] else f"{known[0]} to {known[-1]}"


def sides_taken(item: ThemeDiff, diff: Diff) -> str:
    """``2022: 1 for; 2024: 2 against``: the positions of each side that took any."""
    if item.stance is None:
        return ""
    sides = ((diff.before.name, item.stance.before), (diff.after.name, item.stance.after))
    return "; ".join(
        f"{name}: {stance_counts(took.favour, took.against, 0)}" for name, took in sides if took.favour + took.against
    )


def stance_counts(favour: int, against: int, none: int) -> str:
    """``3 for, 1 against, 4 with no position``."""
    parts = [f"{favour} for"] if favour else []
    parts += [f"{against} against"] if against else []
    parts += [f"{none} with no position"] if none else []
    return ", ".join(parts) or "not mentioned"


def stance_brief(favour: int, against: int, none: int) -> str:
    """As :func:`stance_counts`, for a narrow column: mentions without a position are counted only where nothing else is."""
    return stance_counts(favour, against, 0 if favour + against else none)


def stance_told(stance: StanceDiff, diff: Diff) -> str:
    """Where the stance stood and stands, in one sentence."""
    before, after = stance.before, stance.after
    told = (
        f"{diff.before.name}: {stance_counts(before.favour, before.against, before.none)}; "
        f"{diff.after.name}: {stance_counts(after.favour, after.against, after.none)}"
    )
    return f"{told} ({STANCE_VERDICTS[stance.verdict]})."
