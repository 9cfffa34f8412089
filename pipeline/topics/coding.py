"""The stage: segments in, mentions and themes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.encode import Encoder, load
from pipeline.records import Theme
from pipeline.topics import codebook as codebooks
from pipeline.topics import concepts, guided, hierarchy, missed, small
from pipeline.topics import edits as theme_edits
from pipeline.topics.calibration import calibration, tempered
from pipeline.topics.coded import Coded
from pipeline.topics.context import Order, reading_order, with_headings
from pipeline.topics.discover import discover
from pipeline.topics.literal import expansions, literal_matches
from pipeline.topics.membership import SAID, mentioned
from pipeline.topics.names import name_themes
from pipeline.topics.table import mentions
from pipeline.vectors import Vectors, normalise


def code(
    segments: pd.DataFrame,
    *,
    codebook: str | Path | codebooks.Codebook | None = None,
    themes: int | str | None = None,
    encoder: str | Encoder | None = None,
    edits: str | Path | Mapping[str, Any] | None = None,
) -> tuple[pd.DataFrame, tuple[Theme, ...]]:
    """Say which themes each segment is about.

    Parameters
    ----------
    segments : table of segments (``records.SEGMENTS``), or rows with at least ``text``; ``speech_id``, ``position``,
        ``speaker``, ``section`` and ``paragraph`` give the context where they are present. Furniture is left out.
    codebook : themes that a person wrote down; None discovers themes.
    themes : number of themes to discover, or "auto". With a codebook: how many to add to it of what it misses, "auto" for all
        (:mod:`pipeline.topics.missed`). None is "auto" without a codebook, and no theme beside those of one.
    encoder : name of an encoder or an object with ``encode``; None is the static table.
    edits : path of a file that merges, splits and renames themes (:mod:`pipeline.topics.edits`).

    Returns
    -------
    mentions (``records.MENTIONS`` where ``segments`` is such a table), one row a segment and theme, a segment of no theme with a
    null theme; and the themes, largest first (discovered) or in the order of the codebook.

    Raises
    ------
    ValueError
        When there is no column ``text``, the codebook is not one, or the number of themes is impossible.
    """
    if "text" not in segments:
        raise ValueError(f"The segments must have the column 'text'. Got: {', '.join(map(str, segments.columns)) or 'none'}.")
    if "mode" in segments:
        segments = segments[(segments["mode"] != "furniture").to_numpy()]
    segments = segments.reset_index(drop=True)
    coded = assign(segments, codebook=codebook, themes=themes, encoder=encoder, edits=edits)
    return mentions(segments, coded), coded.themes


def code_rows(
    rows: Sequence[Mapping[str, Any]],
    *,
    codebook: str | Path | codebooks.Codebook | None = None,
    themes: int | str | None = None,
    encoder: str | Encoder | None = None,
    edits: str | Path | Mapping[str, Any] | None = None,
) -> tuple[list[dict[str, Any]], tuple[Theme, ...]]:
    """The same for rows ``{id, text[, speech_id, position, section, speaker]}`` in any order.

    Returns
    -------
    rows ``{id, themes: [{theme, weight, why}], theme}`` in the order given, ``theme`` the single best or None; and the themes.

    Raises
    ------
    ValueError
        When a row has no text; the message names its place.
    """
    for number, row in enumerate(rows, 1):
        if not isinstance(row.get("text"), str):
            raise ValueError(f"Row {number}: text must be a text. Got {row.get('text')!r}.")
    columns = ("text", "speech_id", "position", "section", "speaker", "paragraph")
    frame = pd.DataFrame([{name: row.get(name) for name in columns} for row in rows], columns=columns)
    coded = assign(frame, codebook=codebook, themes=themes, encoder=encoder, edits=edits)
    result = []
    for number, row in enumerate(rows):
        found = np.flatnonzero(coded.weights[number] > 0)
        found = found[np.argsort(-coded.weights[number, found], kind="stable")]
        mentions = [
            {
                "theme": coded.themes[theme].id,
                "weight": round(float(coded.weights[number, theme]), 4),
                "why": "literal" if coded.literal[number, theme] else "similar",
            }
            for theme in found
        ]
        best = int(coded.best[number])
        result.append({"id": row.get("id", number), "themes": mentions, "theme": coded.themes[best].id if best >= 0 else None})
    return result, coded.themes


def assign(
    segments: pd.DataFrame,
    *,
    codebook: str | Path | codebooks.Codebook | None = None,
    themes: int | str | None = None,
    encoder: str | Encoder | None = None,
    edits: str | Path | Mapping[str, Any] | None = None,
) -> Coded:
    """Weights of themes in segments; see :func:`code`."""
    book = None if codebook is None else codebooks.load(codebook)
    chosen = load(encoder)
    texts = segments["text"].astype(object).where(segments["text"].notna(), "").astype(str).tolist()
    order = reading_order(segments)
    raw = normalise(np.asarray(chosen.encode(texts), np.float32)) if texts else np.zeros((0, 1), np.float32)
    acronyms = expansions(texts)
    vectors = with_headings(raw, segments, chosen) if texts else raw
    speakers = sorted({str(name) for name in segments["speaker"].dropna()}) if "speaker" in segments else []
    if book is None:
        number = "auto" if themes is None else themes
        coded = _discovered(texts, raw, vectors, order, number, chosen, exclude=speakers, acronyms=acronyms)
    elif not texts:
        none = np.zeros((0, len(book.themes)))
        coded = Coded(tuple(theme.theme for theme in book.themes), none, np.zeros(0, np.intp), none.astype(bool))
    elif themes is None:
        coded = guided.code_guided(guided.read(texts, vectors, order, book, chosen, acronyms=acronyms), order, book)
    else:
        coded = missed.code_missed(
            texts, raw, vectors, order, book, chosen, number=themes, exclude=speakers, acronyms=acronyms
        )
    return coded if edits is None else theme_edits.apply(coded, texts, theme_edits.load(edits))


def _discovered(
    texts: Sequence[str],
    raw: Vectors,
    vectors: Vectors,
    order: Order,
    number: int | str,
    encoder: Encoder,
    *,
    exclude: Sequence[str],
    acronyms: dict[str, str],
) -> Coded:
    clusters = discover(vectors, order, n_themes=number, keys=texts)
    k = len(clusters.centroids)
    if not k:
        return Coded((), np.zeros((0, 0)), np.zeros(0, np.intp), np.zeros((0, 0), bool))
    if number == "auto" and len(texts) <= concepts.SMALL:
        return small.code_small(texts, raw, vectors, order, clusters, encoder, exclude=exclude, acronyms=acronyms)
    centres = normalise(np.stack([raw[clusters.labels == theme].sum(axis=0) for theme in range(k)]))
    typicality = clusters.weights.max(axis=1)
    names = name_themes(
        texts, clusters.labels, centres, encoder, typicality=typicality, exclude=exclude, acronyms=acronyms, order=order
    )
    ids = codebooks.unique([codebooks.slug(name.label) for name in names])
    themes = tuple(Theme(id, name.label, name.terms) for id, name in zip(ids, names))
    themes = hierarchy.with_parents(themes, hierarchy.parents(clusters.centroids, np.bincount(clusters.labels, minlength=k)))
    literal = literal_matches(texts, [_telling(name.label) for name in names], acronyms)
    none = np.zeros(len(texts), bool)
    weights = tempered(clusters.weights, order, calibration(encoder))
    return Coded(themes, mentioned(weights, literal, clusters.labels, none, said=SAID), clusters.labels, literal)


def _telling(label: str) -> tuple[str, ...]:
    """The label as a phrase to look for, when it has two words or more: a single word has too many senses."""
    return (label,) if len(label.split()) > 1 else ()
