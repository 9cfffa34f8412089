"""The picture of a timeline by itself: a static SVG of each theme's line, for slides and papers."""

from __future__ import annotations

from pipeline.records import ThemeLine, Timeline
from pipeline.report import words as said
from pipeline.report.drawing import AFTER, BEFORE, FONT, LEFT, MOST, NAME_CHARACTERS, RIGHT, WIDTH, cut, escaped
from pipeline.report.timeline import words
from pipeline.report.timeline.plot import labels, plot

ROW, TALL, TOP = 54, 40, 92
"""Height of a row, of the line in it, and of what stands above the rows."""

SOFT = "#565c66"

CHARACTER = 2.3
"""Room of a character of a group's name, in per cent of the width of a line."""


def figure(timeline: Timeline) -> str:
    """The shares of the themes over the groups, as SVG text that stands alone; what changed comes first."""
    lines = words.by_change(timeline)[:MOST]
    foot = TOP + ROW * len(lines)
    height = foot + 48
    title = escaped(f"{timeline.by}: share of the segments about each theme")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="figure-title" {FONT} font-size="14" fill="#1d2126">',
        f'<title id="figure-title">{escaped(words.headline(timeline))}</title>',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="24" y="30" font-size="16" font-weight="600">{title}</text>',
        *_keys(timeline),
    ]
    for place, name in labels(timeline, CHARACTER):
        x = LEFT + (RIGHT - LEFT) * place / 100
        anchor = "start" if place < 5 else "end" if place > 95 else "middle"
        where = f'x="{x:.1f}" y="{TOP - 12}" text-anchor="{anchor}"'
        parts.append(f'<text {where} font-size="12" fill="{SOFT}">{escaped(name)}</text>')
    for number, line in enumerate(lines):
        parts += _row(line, timeline, TOP + ROW * number)
    only = f"{len(lines)} of {len(timeline.themes)} themes. " if len(lines) < len(timeline.themes) else ""
    note = f"{only}Each theme has a scale of its own, from 0; grey: 95 % intervals. {words.rests(timeline)}."
    parts.append(f'<text x="24" y="{foot + 30}" font-size="12" fill="{SOFT}">{escaped(note)}</text>')
    return "".join([*parts, "</svg>"])


def _keys(timeline: Timeline) -> list[str]:
    keys = [(AFTER, "more than the rest"), (BEFORE, "less than the rest"), (SOFT, "not shown to differ")]
    parts = []
    for number, (colour, name) in enumerate(keys):
        x = 31 + 190 * number
        parts.append(f'<circle cx="{x}" cy="51" r="{3 if colour == SOFT else 5}" fill="{colour}"/>')
        parts.append(f'<text x="{x + 13}" y="56" fill="{SOFT}">{name}</text>')
    return parts


def _row(line: ThemeLine, timeline: Timeline, y: int) -> list[str]:
    drawn, middle = plot(line, timeline, wide=RIGHT - LEFT, high=TALL, edge=6), y + TALL // 2 + 5
    sign, name, _ = words.KINDS[words.kind(line)]
    shares = [share.share for share in line.shares]
    ends = (shares[0], shares[-1]) if timeline.ordered else (min(shares), max(shares))
    told = f"{said.percent(ends[0])} {'→' if timeline.ordered else '–'} {said.percent(ends[1])}"
    paths = [
        f'<path d="{drawn.band}" fill="{SOFT if timeline.ordered else "none"}" stroke="{SOFT}" '
        f'stroke-width="{0 if timeline.ordered else 2}" opacity="{0.16 if timeline.ordered else 0.45}"/>',
        f'<path d="{drawn.steps}" stroke="#1d2126" stroke-width="1.5" stroke-dasharray="4 4"/>',
        f'<path d="{drawn.run}" fill="none" stroke="{SOFT}" stroke-width="1.5"/>',
        *(
            f'<path d="{dots}" stroke="{colour}" stroke-width="{wide}" stroke-linecap="round"/>'
            for dots, colour, wide in ((drawn.dots, SOFT, 5), (drawn.more, AFTER, 9), (drawn.less, BEFORE, 9))
        ),
    ]
    shown = [part for part in paths if 'd=""' not in part]
    return [
        f'<text x="{LEFT - 18}" y="{middle}" text-anchor="end">{escaped(cut(line.label, NAME_CHARACTERS))}</text>',
        f'<g transform="translate({LEFT} {y})">{"".join(shown)}</g>',
        f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y + TALL}" y2="{y + TALL}" stroke="#ebe8e1"/>',
        f'<text x="{RIGHT + 24}" y="{middle}">{escaped(told)}</text>',
        f'<text x="{RIGHT + 136}" y="{middle}" fill="{SOFT}">{escaped(f"{sign} {name}")}</text>',
    ]
