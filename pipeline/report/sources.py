"""Where quotations come from and how they are shown; settings, versions and models in words."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.records import Diff, Evidence, Timeline
from pipeline.report import reading, words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Sources:
    """What is known of the documents behind the quotations.

    Attributes
    ----------
    about : speech -> title, date, publisher, kind and web address.
    sentences : (speech, start, end) -> the whole sentence of a segment that is a part of one.
    leaves : speech -> offsets at which the pages of a paged source begin.
    reading : the page of the reading view, "" for this one, None for none.
    read : the speeches that stand in it.
    """

    about: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sentences: Mapping[tuple[str, int, int], str] = field(default_factory=dict)
    leaves: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    reading: str | None = None
    read: frozenset[str] = frozenset()

    def page_of(self, speech_id: str, start: int) -> int | None:
        """The page of a paged source on which character ``start`` stands, counted from 1; None where there are no pages."""
        begins = self.leaves.get(speech_id)
        return max(1, bisect_right(begins, start)) if begins else None


def known(speeches: pd.DataFrame | None, segments: pd.DataFrame | None) -> Sources:
    """What the tables say of the sources; never a path of this machine."""
    return Sources(about=sources_of(speeches), sentences=reading.sentences(segments), leaves=leaves_of(speeches))


def sources_of(speeches: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Title, date, publisher and web address of each speech, as far as they are known."""
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


def leaves_of(speeches: pd.DataFrame | None) -> dict[str, tuple[int, ...]]:
    """The offsets at which the pages of each speech begin, where its source had pages."""
    if speeches is None or "pages" not in speeches.columns:
        return {}
    rows = speeches.loc[speeches["pages"].notna(), ["speech_id", "pages"]].to_dict("records")
    return {str(row["speech_id"]): tuple(json.loads(row["pages"])) for row in rows if row["pages"]}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_web(address: str) -> bool:
    return bool(re.match(r"https?://[^\s]+$", address, re.IGNORECASE))


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
        "page": sources.page_of(item.speech_id, item.start),
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


def made(result: Diff | Timeline) -> dict[str, Any]:
    """Settings, versions and models as pairs and lines of words."""
    return {
        "settings": [(_spelt(key), _shown(value)) for key, value in result.settings.items()],
        "versions": [(_spelt(key), _shown(value)) for key, value in result.versions.items()],
        "models": [_model(model) for model in result.models],
    }


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
