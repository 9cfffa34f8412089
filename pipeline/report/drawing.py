"""The picture by itself: a static SVG of the dumbbells for slides and papers."""

from __future__ import annotations

from html import escape

from pipeline.records import Diff, ThemeDiff
from pipeline.report import scales, words

WIDTH = 960
"""Pixels; the half of a slide of 1920."""

ROW, TOP = 30, 92
"""Height of a row, and of what stands above the rows: names of the sides and the axis."""

LEFT, RIGHT = 330, 620
"""Where the axis begins and ends; names of themes stand left of it, shares and verdicts right."""

MOST = 30
"""Themes of one picture, more than which nobody reads."""

NAME_CHARACTERS = 42
"""Of a theme's name; about what fits left of the axis."""

BEFORE, AFTER = "#a8480b", "#0b5c9e"
"""Orange-brown and blue: told apart by people with any common colour blindness, and 5:1 against white."""

FONT = "font-family=\"system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif\""


def figure(diff: Diff) -> str:
    """The shares of the themes on the two sides, as SVG text that stands alone; what changed comes first."""
    themes = words.by_change(diff.themes)[:MOST]
    scale = scales.axis(themes)
    foot = TOP + ROW * len(themes)
    height = foot + 48
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="figure-title" {FONT} font-size="14" fill="#1d2126">'
    )
    parts = [head, f'<title id="figure-title">{escaped(words.headline(diff))}</title>']
    parts.append(f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>')
    parts += _keys(diff)
    for tick in scale.ticks:
        x = _x(scale, tick)
        parts.append(f'<line x1="{x}" x2="{x}" y1="{TOP - 12}" y2="{foot}" stroke="#ebe8e1"/>')
        label = f"{tick * 100:.1f}".removesuffix(".0")
        parts.append(f'<text x="{x}" y="{TOP - 18}" text-anchor="middle" font-size="12" fill="#565c66">{label} %</text>')
    for number, theme in enumerate(themes):
        parts += _row(theme, diff, scale, TOP + ROW * number + ROW // 2)
    parts.append(f'<text x="24" y="{foot + 30}" font-size="12" fill="#565c66">{escaped(_foot(diff, len(themes)))}</text>')
    return "".join([*parts, "</svg>"])


def _foot(diff: Diff, shown: int) -> str:
    """What the picture rests on, and how it may be read."""
    rests = "; ".join(f"{side.name}: {words.side_line(side)}" for side in (diff.before, diff.after))
    only = f"{shown} of {len(diff.themes)} themes. " if shown < len(diff.themes) else ""
    read = "This describes these texts only." if words.describes_only(diff) else "Thin lines: 95 % intervals."
    return f"{only}{read} {cut(rests, 110)}."


def _x(scale: scales.Axis, share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * scale.at(share) / 100, 1)


def _keys(diff: Diff) -> list[str]:
    title = f"{diff.by}: share of the segments about each theme"
    return [
        f'<text x="24" y="30" font-size="16" font-weight="600">{escaped(title)}</text>',
        f'<circle cx="31" cy="51" r="5.5" fill="#fff" stroke="{BEFORE}" stroke-width="2.5"/>',
        f'<text x="44" y="56" fill="{BEFORE}">{escaped(cut(diff.before.name, 24))}</text>',
        f'<circle cx="231" cy="51" r="6" fill="{AFTER}"/>',
        f'<text x="244" y="56" fill="{AFTER}">{escaped(cut(diff.after.name, 24))}</text>',
    ]


def _row(theme: ThemeDiff, diff: Diff, scale: scales.Axis, y: int) -> list[str]:
    tested = theme.verdict != "not_testable"
    sign, name = words.VERDICTS[theme.verdict][:2] if tested else words.CHANGES[theme.change]
    said = f"{sign} {name.format(before=diff.before.name, after=diff.after.name)}"
    one, other = _x(scale, theme.before.share), _x(scale, theme.after.share)
    parts = [f'<text x="{LEFT - 18}" y="{y + 5}" text-anchor="end">{escaped(cut(theme.label, NAME_CHARACTERS))}</text>']
    for side, colour, lift in ((theme.before, BEFORE, -8), (theme.after, AFTER, 8)):
        if side.low is not None and side.high is not None:
            ends = f'x1="{_x(scale, side.low)}" x2="{_x(scale, side.high)}" y1="{y + lift}" y2="{y + lift}"'
            parts.append(f'<line {ends} stroke="{colour}" stroke-width="2" stroke-opacity=".6"/>')
    parts += [
        f'<line x1="{one}" x2="{other}" y1="{y}" y2="{y}" stroke="#565c66" stroke-width="3"/>',
        f'<circle cx="{one}" cy="{y}" r="5.5" fill="#fff" stroke="{BEFORE}" stroke-width="2.5"/>',
        f'<circle cx="{other}" cy="{y}" r="5.5" fill="{AFTER}"/>',
        f'<text x="{RIGHT + 24}" y="{y + 5}"><tspan fill="{BEFORE}">{escaped(words.percent(theme.before.share))}</tspan> → '
        f'<tspan fill="{AFTER}">{escaped(words.percent(theme.after.share))}</tspan></text>',
        f'<text x="{RIGHT + 136}" y="{y + 5}" fill="#565c66">{escaped(cut(said, 24))}</text>',
    ]
    return parts


def cut(text: str, most: int) -> str:
    """``text`` with an ellipsis behind ``most`` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def escaped(text: str) -> str:
    """``text`` for XML: escaped, and without the control characters that XML forbids."""
    return escape("".join(letter if letter >= " " else " " for letter in text))
