"""Diffs and timelines of an invented town for the tests of the report, quiet and hostile."""

from __future__ import annotations

import dataclasses

import pandas as pd

from pipeline.records import (
    Changepoint,
    Diff,
    Estimate,
    Evidence,
    GroupContrast,
    Share,
    Side,
    StanceCount,
    StanceDiff,
    ThemeDiff,
    ThemeLine,
    Timeline,
)

NAMES = (
    "Bus franchise", "Flood defences", "Public libraries", "River barrage", "School meals", "Night trams", "Harbour dredging",
    "Town hall repairs", "Rent register", "Market square", "Allotments", "Playing fields", "Adult education", "Road tolls",
    "Street lighting", "Waste collection", "Weaving museum", "Solar roofs", "Apprenticeships", "Council tax", "Youth clubs",
    "Care homes", "Cycle lanes", "Water quality", "Planning appeals", "Waiting list", "Parking permits", "Fire service",
    "Elections", "Twin towns",
)  # fmt: skip
SENTENCE = (
    "We have spoken of {name} before, and I say it again tonight: what was promised to this valley has to be delivered."
)
HOSTILE = "</script><img src=x onerror=alert(1)><!-- \"' & `${1}` {{7*7}} {% x %} \u2028 ]]> \x00\x1b[31m"


def text_of(name: str) -> str:
    """A speech of three paragraphs that names ``name``."""
    return f"Thank you for coming.\n\n{SENTENCE.format(name=name)} That is all.\n\nHe said the council agreed."


def evidence(name: str, side: str, number: int, stance: str | None = None) -> Evidence:
    start = 23
    sentence = SENTENCE.format(name=name)
    speaker = ("Ada Moreau", None, "Lin Okafor")[number % 3]
    mode = ("spoken", "quoted", "reported")[number % 3]
    target = name if stance else None
    return Evidence(
        f"{side}-{number}",
        side,
        start,
        start + len(sentence),
        sentence,
        speaker,
        mode,
        target,
        stance,
        0.83 if stance else None,
    )  # type: ignore[arg-type]


def theme(
    number: int, name: str, before: float, after: float, verdict: str, *, quotations: int = 2, stance: bool = True
) -> ThemeDiff:
    interval = (None, None) if verdict == "not_testable" else (0.02, 0.02)
    shares = [
        Share(
            round(share * 400),
            min(12, round(share * 400)),
            share,
            *(() if interval[0] is None else (max(0.0, share - 0.02), share + 0.02)),
        )
        for share in (before, after)
    ]
    change = (
        "appeared"
        if not before
        else "vanished"
        if not after
        else "more"
        if after > 2 * before
        else "less"
        if before > 2 * after
        else "same"
    )
    tested = (
        {}
        if verdict == "not_testable"
        else {"low": after - before - 0.02, "high": after - before + 0.02, "p": 0.01, "q": 0.03}
    )
    told = ("favour", "against", None)
    quoted = [evidence(name, "before", i, told[i % 3]) for i in range(quotations) if before]
    quoted += [evidence(name, "after", i, told[(i + 1) % 3]) for i in range(quotations) if after]
    moved = StanceDiff(
        StanceCount(3, 1, 2, 0.5), StanceCount(1, 4, 0, -0.6), Estimate(-1.1),
        "not_testable" if verdict == "not_testable" else "towards_against",
    )  # fmt: skip
    return ThemeDiff(
        f"theme-{number}", name, (name.lower(), "valley plan"), shares[0], shares[1], Estimate(after - before, **tested),
        change, verdict, moved if stance else None, tuple(quoted),  # type: ignore[arg-type]
    )  # fmt: skip


def diff(
    n: int = 6,
    *,
    tested: bool = True,
    quotations: int = 2,
    before: str = "North",
    after: str = "South",
    name: str | None = None,
) -> Diff:
    """``n`` themes; tested, or one speech a side. ``name`` stands in every text that a corpus gives."""
    verdicts = ("appeared", "vanished", "grew", "shrank", "stable", "unclear") if tested else ("not_testable",)
    pairs = ((0.0, 0.08), (0.06, 0.0), (0.02, 0.09), (0.1, 0.03), (0.05, 0.05), (0.04, 0.06))
    themes = tuple(
        theme(i, name or NAMES[i % len(NAMES)], *pairs[i % 6], verdicts[i % len(verdicts)], quotations=quotations)
        for i in range(n)
    )
    speeches = 12 if tested else 1
    return Diff(
        "council",
        Side(before, speeches, 400, 9_120, (name or "Ada Moreau",), ("2019-03-01", "2021-04-05")),
        Side(after, speeches, 380, 8_800, (name or "Lin Okafor",), ("2022-05-01",)),
        themes,
        themes[:4],
        {"modes": ["spoken", "quoted"], "themes": "auto", "codebook": name},
        {"themeshift": "0.1.0"},
        ({"name": "punkt", "version": "1", "sha256": "ab" * 32},),
        (name,) if name else (),
    )


def tables(found: Diff, *, name: str | None = None) -> dict[str, pd.DataFrame]:
    """Speeches, segments, mentions and stances that the quotations of ``found`` stand in."""
    speeches, segments, mentions, stances = [], [], [], []
    for side in ("before", "after"):
        for number in range(6):
            text = text_of(name or NAMES[0])
            sentence = SENTENCE.format(name=name or NAMES[0])
            row = {
                "speech_id": f"{side}-{number}",
                "start": 23,
                "end": 23 + len(sentence),
                "text": sentence,
                "sentence": None,
            }
            row |= {
                "position": 0,
                "paragraph": 1,
                "section": None,
                "speaker": name or "Ada Moreau",
                "mode": "spoken",
                "n_words": 20,
            }
            speeches.append(
                {
                    "speech_id": row["speech_id"],
                    "text": text,
                    "title": f"Speech {number}",
                    "date": "2020-01-02",
                    "url": "https://example.org/a",
                }
            )
            last = text.index("the council agreed")
            segments += [
                row,
                {
                    **row,
                    "start": last,
                    "end": last + 18,
                    "text": "the council agreed",
                    "sentence": "He said the council agreed.",
                    "speaker": None,
                    "mode": "reported",
                },
            ]
            mentions.append({**row, "theme": "theme-0", "weight": 1.0, "why": "literal"})
            stances.append(
                {
                    **row,
                    "target": "Bus franchise",
                    "label": "favour",
                    "p_favour": 0.9,
                    "p_against": 0.05,
                    "p_none": 0.05,
                    "holder": row["speaker"],
                }
            )
    return {
        "speeches": pd.DataFrame(speeches),
        "segments": pd.DataFrame(segments),
        "mentions": pd.DataFrame(mentions),
        "stances": pd.DataFrame(stances),
    }


def line(
    number: int, name: str, shares: list[float], *, kind: str, names: tuple[str, ...], tested: bool = True, quotations: int = 1
) -> ThemeLine:
    """A theme over groups; ``kind`` is what its verdicts allow: grew, shrank, stepped, differs, unclear or not_testable."""
    shown = tuple(
        Share(round(share * 400), min(9, round(share * 400)), share, *((max(0.0, share - 0.02), share + 0.03) if tested else ()))
        for share in shares
    )
    rest = []
    for place, group in enumerate(names):
        out = kind == "differs" and place == 1
        verdict = "not_testable" if not tested else "grew" if out else "unclear"
        estimate = Estimate(0.05, 0.01, 0.09, 0.001, 0.01) if out else Estimate(0.01, -0.02, 0.04, 0.4, 0.6)
        rest.append(GroupContrast("rest", group, estimate if tested else Estimate(0.01), "more" if out else "same", verdict))
    trend = {"grew": "grew", "shrank": "shrank"}.get(kind, "unclear" if tested else "not_testable")
    slope = Estimate(0.01 if kind == "grew" else -0.01, -0.02, 0.02, 0.01, 0.02) if tested else None
    steps = (Changepoint(names[1], names[2], Estimate(0.06, 0.02, 0.1, 0.002, 0.01)),) if kind == "stepped" else ()
    quoted = [dataclasses.replace(evidence(name, "before", i), side=group) for group in names for i in range(quotations)]
    pairs = (GroupContrast(names[0], names[1], rest[1].difference, "more", rest[1].verdict),)
    return ThemeLine(
        f"theme-{number}", name, (name.lower(),), shown, tuple(rest), pairs, slope, trend, steps, tuple(quoted)  # type: ignore[arg-type]
    )  # fmt: skip


def timeline(
    n: int = 6, groups: int = 5, *, ordered: bool = True, tested: bool = True, name: str | None = None, quotations: int = 1
) -> Timeline:
    """``n`` themes over ``groups`` years, or over unordered towns. ``name`` stands in every text that a corpus gives."""
    names = tuple(str(2001 + i) if ordered else f"{name or 'Town'} {i}" for i in range(groups))
    kinds = ("grew", "shrank", "stepped", "differs", "unclear", "unclear") if ordered else ("differs", "unclear")
    made = []
    for i in range(n):
        kind = kinds[i % len(kinds)] if tested else "not_testable"
        shares = [0.02 + 0.01 * ((i + place) % 4) for place in range(groups)]
        label = name or NAMES[i % len(NAMES)]
        made.append(line(i, label, shares, kind=kind, names=names, tested=tested, quotations=quotations))
    sides = tuple(Side(one, 4, 300, 5_000, (name or "Ada Moreau",), (f"{2001 + i}-03-01",)) for i, one in enumerate(names))
    times = tuple(float(2001 + i) for i in range(groups)) if ordered else ()
    settings = {"modes": ["spoken"], "order": None, "codebook": name}
    return Timeline("year" if ordered else "town", sides, ordered, tuple(made), times, "year" if ordered else "", settings)
