"""The page ``report.html``: what the template shows, as plain values, and its rendering as one file that asks nobody
for anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pipeline.records import Diff, Evidence, ThemeDiff
from pipeline.report import reading, scales, serial, words

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

PAGE_BYTES = 148_000
"""What one page may weigh, so that it goes by mail and opens at once."""

PLANS = ((6, 2, 25), (4, 2, 25), (4, 1, 25), (3, 1, 20), (3, 1, 10), (3, 0, 10), (2, 1, 10), (1, 1, 10), (1, 0, 6))
"""Quotations of a side under a theme, the same under a named target, and targets shown: the first plan that keeps the page
under ``PAGE_BYTES``. Targets that moved or on which most was said come first; diff.json has all."""

ENOUGH = 3
"""Quotations of a side below which the reading view moves to a page of its own rather than that fewer are shown."""

NAMED = 40
"""Targets without a position that are listed by name."""

_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Characters that could end or change a script element, written so that JSON means the same."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters that HTML forbids; they are shown as the replacement character."""


Plan = tuple[int, int, int]
"""Quotations of a side under a theme, under a named target, and how many targets are shown."""


@dataclass(frozen=True)
class Sources:
    """What is known of the documents behind the quotations.

    Attributes
    ----------
    about : speech -> title, date, publisher, kind and web address.
    sentences : (speech, start, end) -> the whole sentence of a segment that is a part of one.
    reading : the page of the reading view, "" for this one, None for none.
    read : the speeches that stand in it.
    """

    about: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sentences: Mapping[tuple[str, int, int], str] = field(default_factory=dict)
    reading: str | None = None
    read: frozenset[str] = frozenset()


def pages(
    diff: Diff,
    *,
    speeches: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    stances: pd.DataFrame | None = None,
) -> dict[str, str]:
    """The HTML files of a report: name -> content; arguments as of :func:`pipeline.report.write_report`."""
    sources = Sources(about=sources_of(speeches), sentences=reading.sentences(segments))
    read: list[dict[str, Any]] = []
    if speeches is not None and segments is not None:
        read = reading.speeches_view(
            diff, speeches=speeches, segments=segments, mentions=mentions, stances=stances, sources=sources.about
        )
    shown = frozenset(speech["id"] for speech in read)
    if read:
        one = replace(sources, reading="", read=shown)
        for plan in (plan for plan in PLANS if plan[0] >= ENOUGH):
            html = _report(diff, one, plan=plan, read=read)
            if _fits(html):
                return {"report.html": html}
        sources = replace(sources, reading="reading.html", read=shown)
    html = ""
    for plan in PLANS:
        html = _report(diff, sources, plan=plan, read=[])
        if _fits(html):
            break
    found = {"report.html": html}
    if read:
        shown_there = {**_frame(diff), "read": read, "report": "report.html", "correctable": correctable(diff, stances)}
        found["reading.html"] = _render("reading.html.j2", shown_there)
    return found


def _fits(html: str) -> bool:
    return len(html.encode("utf-8", errors="replace")) <= PAGE_BYTES


def _report(diff: Diff, sources: Sources, *, plan: Plan, read: list[dict[str, Any]]) -> str:
    """The report with the whole diff embedded when that fits, else with its numbers; the page shows the quotations anyway."""
    shown = {**_frame(diff), **view(diff, sources=sources, plan=plan), "read": read, "report": ""}
    shown["correctable"] = correctable(diff, None) if read else "{}"
    html = _render("report.html.j2", {**shown, "embedded": embedded(diff), "whole": True})
    return (
        html
        if _fits(html)
        else _render("report.html.j2", {**shown, "embedded": _in_script(_numbers(diff, plan[2])), "whole": False})
    )


def _numbers(diff: Diff, positions: int) -> dict[str, Any]:
    """``diff`` as a diff.json without quotations, with the positions that the page shows, and no more digits than data have."""
    told = words.by_movement(diff.positions)[:positions]
    short = replace(
        diff,
        themes=tuple(replace(theme, evidence=()) for theme in diff.themes),
        positions=tuple(replace(item, evidence=()) for item in told),
    )
    found: dict[str, Any] = _brief(serial.to_dict(short))
    return found


def _brief(value: Any) -> Any:
    """``value`` with numbers of five digits behind the point, and without what is None and may be left out."""
    if isinstance(value, dict):
        return {key: _brief(part) for key, part in value.items() if part is not None or key == "value"}
    if isinstance(value, list):
        return [_brief(part) for part in value]
    return round(value, 5) if isinstance(value, float) else value


def sources_of(speeches: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Title, date, publisher and web address of each speech, as far as they are known; never a path of this machine."""
    if speeches is None:
        return {}
    names = ("title", "date", "published", "publisher", "kind", "url", "source")
    found = {}
    for row in speeches[["speech_id", *(name for name in names if name in speeches.columns)]].to_dict("records"):
        said = {name: _text(row.get(name)) for name in names}
        address = next((said[name] for name in ("url", "source") if _is_web(said[name])), "")
        date = said["date"] or said["published"]
        where = ", ".join(part for part in (said["title"], said["publisher"], date) if part)
        found[str(row["speech_id"])] = {"where": where, "kind": said["kind"], "url": address, "title": said["title"]}
    return found


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_web(address: str) -> bool:
    return bool(re.match(r"https?://[^\s]+$", address, re.IGNORECASE))


def _frame(diff: Diff) -> dict[str, Any]:
    """What every page shows."""
    title = f"{diff.by}: {diff.before.name} → {diff.after.name}"
    return {"title": title, "diff": diff, "words": words, "sides": [_side(diff, "before"), _side(diff, "after")]}


def _side(diff: Diff, name: str) -> dict[str, Any]:
    side = diff.before if name == "before" else diff.after
    who = words.listed([*side.speakers[:4], *([f"{len(side.speakers) - 4} more"] if len(side.speakers) > 4 else [])])
    return {"key": name, "name": side.name, "rests": words.side_line(side), "who": who, "when": words.dates(side)}


def view(diff: Diff, *, sources: Sources, plan: Plan) -> dict[str, Any]:
    """Everything that the template of the report shows, but the embedded data."""
    axis = scales.axis(diff.themes)
    most, most_there, shown = plan
    themes = [theme_view(item, diff, sources, axis=axis, most=most) for item in words.by_change(diff.themes)]
    told = [item for item in words.by_movement(diff.positions) if words.positions_taken(item)]
    positions = [theme_view(item, diff, sources, axis=axis, most=most_there, kind="p") for item in told[:shown]]
    named = [item.label for item in words.by_movement(diff.positions) if not words.positions_taken(item)][:NAMED]
    quotations = [item for theme in (*diff.themes, *diff.positions) for item in theme.evidence]
    verdicts = [(key, *told) for key, told in words.VERDICTS.items()]
    return {
        "headline": words.headline(diff),
        "caveat": words.caveat(diff),
        "stance_headline": words.stance_headline(diff),
        "axis": axis,
        "themes": themes,
        "positions": positions,
        "named": named,
        "more_positions": max(0, len(told) - shown),
        "testable": not words.describes_only(diff),
        "has_stance": any(theme["arrow"] for theme in themes),
        "said": sorted({(theme["said_key"], theme["said"]) for theme in themes}, key=lambda pair: pair[1]),
        "speakers": sorted({item.speaker for item in quotations if item.speaker}),
        "modes": [(mode, name) for mode, name in words.MODES.items() if mode in {item.mode for item in quotations}],
        "stances": [name for name in ("favour", "against") if name in {item.stance for item in quotations}],
        "verdicts": verdicts,
        "settings": [(_spelt(key), _shown(value)) for key, value in diff.settings.items()],
        "versions": [(_spelt(key), _shown(value)) for key, value in diff.versions.items()],
        "models": [_model(model) for model in diff.models],
    }


def theme_view(
    theme: ThemeDiff, diff: Diff, sources: Sources, *, axis: scales.Axis, most: int, kind: str = "t"
) -> dict[str, Any]:
    """One theme or named target as the template shows it."""
    tested = theme.verdict != "not_testable"
    sign, name = words.VERDICTS[theme.verdict][:2] if tested else words.CHANGES[theme.change]
    quotations = {
        side: [quotation_view(item, sources) for item in [item for item in theme.evidence if item.side == side][:most]]
        for side in ("before", "after")
    }
    return {
        "anchor": reading.anchor(kind, theme.id),
        "theme": theme,
        "sign": sign,
        "said": name.format(before=diff.before.name, after=diff.after.name),
        "said_key": theme.verdict if tested else theme.change,
        "claim": words.claim(theme, diff),
        "facts": words.facts(theme, diff),
        "stance": theme.stance,
        "stance_told": words.stance_told(theme.stance, diff) if theme.stance and words.positions_taken(theme) else "",
        "bell": scales.bell(theme, axis),
        "arrow": scales.arrow(theme.stance) if theme.stance else None,
        "quotations": quotations,
        "left_out": len(theme.evidence) - sum(map(len, quotations.values())),
    }


def quotation_view(item: Evidence, sources: Sources) -> dict[str, Any]:
    """A quotation with its target marked, the sentence around it, and its source spelt out."""
    about = sources.about.get(item.speech_id, {})
    before, behind = reading.framed(item.text, sources.sentences.get((item.speech_id, item.start, item.end)))
    place = ""
    if sources.reading is not None and item.speech_id in sources.read:
        place = f"{sources.reading}#{reading.place(item.speech_id, item.start)}"
    return {
        "item": item,
        "before": before,
        "behind": behind,
        "parts": marked(item.text, item.target),
        "speaker": item.speaker or "unknown speaker",
        "mode": words.MODES.get(item.mode, item.mode or ""),
        "where": about.get("where") or item.speech_id,
        "url": about.get("url", ""),
        "place": place,
        "stance": item.stance if item.stance in ("favour", "against") else "",
    }


def marked(text: str, target: str | None) -> list[tuple[str, bool]]:
    """``text`` cut into (part, is it the target); the parts joined are the text, unaltered."""
    if not target or not target.strip():
        return [(text, False)]
    phrase = r"\s+".join(map(re.escape, target.split()))
    pattern = re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [part for part in [*parts, (text[at:], False)] if part[0]]


def embedded(diff: Diff) -> str:
    """``diff`` as JSON that may stand inside a script element."""
    return _in_script(serial.to_dict(diff))


def correctable(diff: Diff, stances: pd.DataFrame | None) -> str:
    """What a reader may choose from when marking a mistake: themes and speakers, as JSON for a script element."""
    quotations = [item for theme in (*diff.themes, *diff.positions) for item in theme.evidence]
    names = {item.speaker for item in quotations if item.speaker} | {*diff.before.speakers, *diff.after.speakers}
    if stances is not None and "speaker" in stances.columns:
        names |= {name for name in stances["speaker"].dropna().unique() if isinstance(name, str)}
    return _in_script({"themes": [[theme.id, theme.label] for theme in diff.themes], "speakers": sorted(names)})


def _in_script(value: object) -> str:
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: _UNSAFE[found[0]], plain)


def _spelt(key: str) -> str:
    return str(key).replace("_", " ")


def _model(model: Mapping[str, Any]) -> str:
    """A model in one line; of its hash the beginning, which is enough to tell two apart."""
    rest = [f"{_spelt(key)} {_shown(value)}" for key, value in model.items() if key not in ("name", "sha256")]
    hashed = [f"sha256 {str(model['sha256'])[:12]}"] if model.get("sha256") else []
    return ", ".join([str(model.get("name", "")), *rest, *hashed])


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


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return (files("pipeline.report") / "templates" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The templates, with everything escaped that is not marked safe."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["percent"] = words.percent
    made.filters["points"] = words.points
    made.filters["probability"] = words.probability
    made.filters["whole"] = lambda number: f"{number:,}"
    made.filters["px"] = lambda number: f"{number:.1f}".removesuffix(".0")
    return made


def _render(template: str, shown: Mapping[str, Any]) -> str:
    """The page of a template; its style and script are named by their hashes, and nothing else may run or load."""
    rooms = ("report", "reading") if shown["read"] else ("report",)
    style, script = ("\n".join(_minified(_asset(f"{room}.{kind}")) for room in rooms) for kind in ("css", "js"))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    html = environment().get_template(template).render(**shown, style=style, script=script, policy=policy)
    return _CONTROLS.sub("\ufffd", html)


def _minified(source: str) -> str:
    """A style sheet or script without line starts and lines of comment; what a page carries need not be read there."""
    return re.sub(r"\n\s*(?://.*)?", "\n", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).strip()


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
