"""Diffs of an invented town for the tests of the report, quiet and hostile."""

from __future__ import annotations

import pandas as pd

from pipeline.records import Diff, Estimate, Evidence, Share, Side, StanceCount, StanceDiff, ThemeDiff

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
