"""The page ``report.html``: what the template shows, as plain values, and its rendering as one file that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pipeline.records import Diff, Evidence, ThemeDiff
from pipeline.report import figure, serial, words

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

PAGE_BYTES = 145_000
"""What one page may weigh, so that it goes by mail and opens at once; quotations are shown until it is reached."""

QUOTATIONS = (6, 4, 3, 2, 1)
"""Quotations of a side under a theme: the most of these that keep the page under ``PAGE_BYTES``. diff.json has all."""

_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Characters that could end or change a script element, written so that JSON means the same."""


def pages(
    diff: Diff,
    *,
    speeches: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    stances: pd.DataFrame | None = None,
) -> dict[str, str]:
    """The HTML files of a report: name -> content; arguments as of :func:`pipeline.report.write_report`."""
    sources = sources_of(speeches)
    html = ""
    for most in QUOTATIONS:
        html = _render("report.html.j2", view(diff, sources=sources, most=most))
        if len(html.encode("utf-8", errors="replace")) <= PAGE_BYTES:
            break
    return {"report.html": html}


def sources_of(speeches: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Title, date, publisher and web address of each speech, as far as they are known; never a path of this machine."""
    if speeches is None:
        return {}
    found = {}
    for row in speeches.to_dict("records"):
        said = {name: _text(row.get(name)) for name in ("title", "date", "publisher", "url", "source", "kind")}
        address = next((said[name] for name in ("url", "source") if _is_web(said[name])), "")
        found[str(row["speech_id"])] = {**{name: said[name] for name in ("title", "date", "publisher", "kind")}, "url": address}
    return found


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_web(address: str) -> bool:
    return bool(re.match(r"https?://[^\s]+$", address, re.IGNORECASE))


def view(diff: Diff, *, sources: Mapping[str, Mapping[str, str]], most: int) -> dict[str, Any]:
    """Everything that the template shows."""
    axis = figure.axis(diff.themes)
    themes = [theme_view(item, diff, sources, axis=axis, most=most) for item in words.by_change(diff.themes)]
    positions = [theme_view(item, diff, sources, axis=axis, most=most, kind="p") for item in words.by_change(diff.positions)]
    quotations = [item for theme in (*diff.themes, *diff.positions) for item in theme.evidence]
    return {
        "title": f"{diff.by}: {diff.before.name} → {diff.after.name}",
        "diff": diff,
        "headline": words.headline(diff),
        "caveat": words.caveat(diff),
        "stance_headline": words.stance_headline(diff),
        "sides": [side_view(diff, "before"), side_view(diff, "after")],
        "axis": axis,
        "themes": themes,
        "positions": positions,
        "testable": not words.describes_only(diff),
        "has_stance": any(theme["stance"] for theme in themes),
        "said": sorted({(theme["said_key"], theme["said"]) for theme in themes}, key=lambda pair: pair[1]),
        "speakers": sorted({item.speaker for item in quotations if item.speaker}),
        "modes": [(mode, name) for mode, name in words.MODES.items() if mode in {item.mode for item in quotations}],
        "stances": [name for name in ("favour", "against") if name in {item.stance for item in quotations}],
        "verdicts": [{"key": key, "sign": sign, "name": name, "meaning": meaning} for key, (sign, name, meaning) in words.VERDICTS.items()],
        "settings": [(key, _shown(value)) for key, value in diff.settings.items()],
        "versions": [(key, _shown(value)) for key, value in diff.versions.items()],
        "models": [[(key, _shown(value)) for key, value in model.items()] for model in diff.models],
        "words": words,
        "embedded": embedded(diff),
    }


def side_view(diff: Diff, name: str) -> dict[str, Any]:
    side = diff.before if name == "before" else diff.after
    return {"key": name, "name": side.name, "rests": words.side_line(side), "who": ", ".join(side.speakers), "when": words.dates(side)}


def theme_view(
    theme: ThemeDiff, diff: Diff, sources: Mapping[str, Mapping[str, str]], *, axis: figure.Axis, most: int, kind: str = "t"
) -> dict[str, Any]:
    """One theme or named target as the template shows it."""
    tested = theme.verdict != "not_testable"
    sign, name = words.VERDICTS[theme.verdict][:2] if tested else words.CHANGES[theme.change]
    quotations = {
        side: [quotation_view(item, sources) for item in [item for item in theme.evidence if item.side == side][:most]]
        for side in ("before", "after")
    }
    return {
        "anchor": anchor(kind, theme.id),
        "theme": theme,
        "sign": sign,
        "said": name.format(before=diff.before.name, after=diff.after.name),
        "said_key": theme.verdict if tested else theme.change,
        "claim": words.claim(theme, diff),
        "stance": theme.stance,
        "stance_told": words.stance_told(theme.stance, diff) if theme.stance else "",
        "bell": figure.bell(theme, axis),
        "arrow": figure.arrow(theme.stance) if theme.stance else None,
        "quotations": quotations,
        "left_out": len(theme.evidence) - sum(map(len, quotations.values())),
        "stances": " ".join(sorted({item.stance for item in theme.evidence if item.stance in ("favour", "against")})),
    }


def quotation_view(item: Evidence, sources: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A quotation with its target marked and its source spelt out."""
    source = sources.get(item.speech_id, {})
    where = ", ".join(part for part in (source.get("title"), source.get("publisher"), source.get("date")) if part)
    return {
        "item": item,
        "parts": marked(item.text, item.target),
        "speaker": item.speaker or "unknown speaker",
        "mode": words.MODES.get(item.mode, item.mode or ""),
        "where": where or item.speech_id,
        "url": source.get("url", ""),
        "stance": item.stance if item.stance in ("favour", "against") else "",
    }


def marked(text: str, target: str | None) -> list[tuple[str, bool]]:
    """``text`` cut into (part, is it the target); the parts joined are the text, unaltered."""
    if not target or not target.strip():
        return [(text, False)]
    pattern = re.compile(r"\s+".join(map(re.escape, target.split())), re.IGNORECASE)
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [part for part in [*parts, (text[at:], False)] if part[0]]


def anchor(kind: str, name: str) -> str:
    """An id for HTML and addresses, the same for the same name and distinct for distinct ones."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    if plain and plain == name.lower():
        return f"{kind}-{plain}"
    return f"{kind}-{plain}{'-' if plain else ''}{hashlib.blake2b(name.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"


def embedded(diff: Diff) -> str:
    """``diff`` as JSON that may stand inside a script element."""
    plain = json.dumps(serial.to_dict(diff), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: _UNSAFE[found[0]], plain)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(part)}" for key, part in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(_shown, value)) or "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _asset(name: str) -> str:
    return (files("pipeline.report") / "templates" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The templates, with everything escaped that is not marked safe."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    made.filters["percent"] = words.percent
    made.filters["points"] = words.points
    made.filters["probability"] = words.probability
    made.filters["whole"] = lambda number: f"{number:,}"
    return made


def _render(template: str, shown: Mapping[str, Any]) -> str:
    style, script = _minified(_asset("report.css")), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    html = environment().get_template(template).render(**shown, style=style, script=script, policy=policy)
    return html.replace("\x00", "\ufffd")


def _minified(style: str) -> str:
    """A style sheet without comments and line starts; what a page carries need not be read there."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)).strip()


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def quotes_of(themes: Sequence[ThemeDiff]) -> int:
    """How many quotations a diff holds."""
    return sum(len(theme.evidence) for theme in themes)
