"""The tables of a walk as spaCy documents: one ``Doc`` a speech, everything found in it as spans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline import language, lemmas, store
from pipeline.records import SPEECHES, conform, docvars

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, DocBin, Span

KEYS = {"utterances": "utterances", "segments": "segments", "mentions": "themes", "stances": "stance"}
"""Table -> key in ``doc.spans``; the same as those of the components."""

FIELDS: dict[str, tuple[str, str | None, str]] = {
    "utterances": ("mode", None, "speaker"),
    "segments": ("mode", None, "speaker"),
    "mentions": ("theme", None, "why"),
    "stances": ("label", "target", "holder"),
}
"""Table -> the columns in ``label_``, ``kb_id_`` and ``id_`` of its spans; the same as those of the components."""


def to_docs(
    speeches: pd.DataFrame,
    *,
    utterances: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    stances: pd.DataFrame | None = None,
    nlp: Language | None = None,
    lemmatised: bool = False,
) -> Iterator[Doc]:
    """One ``Doc`` a speech, its text unaltered, with a span group for each table that is given.

    Parameters
    ----------
    speeches : table of speeches; the document variables go to ``doc.user_data``, with ``speech_id``.
    utterances, segments, mentions, stances : tables of the same walk, each a group of ``doc.spans`` (``KEYS``) whose spans hold
        its columns (``FIELDS``). Rows without a label have no span.
    nlp : whose tokenizer cuts the words; None is spaCy's blank English.
    lemmatised : with tags, parts of speech and lemmas (:mod:`pipeline.lemmas`), by spaCy's small pipeline and not ``nlp``.

    Notes
    -----
    A span begins and ends with a token. Where a table's offset falls inside one, the span is widened to it; the tables stay
    the truth.
    """
    tables = {"utterances": utterances, "segments": segments, "mentions": mentions, "stances": stances}
    groups = {name: dict(tuple(table.groupby("speech_id"))) for name, table in tables.items() if table is not None}
    speeches = conform(speeches, SPEECHES)
    variables = ["speech_id", "kind", "date", "title", "source", "president", *docvars(speeches, SPEECHES)]
    texts = (text or "" for text in speeches["text"])
    docs = lemmas.lemmatised(texts, batch_size=1) if lemmatised else map((nlp or language.blank()).tokenizer, texts)
    for row, doc in zip(speeches.to_dict("records"), docs, strict=True):
        doc.user_data.update({name: row[name] for name in variables if pd.notna(row[name])})
        for name, parts in groups.items():
            rows = parts.get(row["speech_id"])
            doc.spans[KEYS[name]] = [] if rows is None else list(_spans(doc, rows, FIELDS[name]))
        yield doc


def _spans(doc: Doc, rows: pd.DataFrame, fields: tuple[str, str | None, str]) -> Iterator[Span]:
    columns = [rows[name].tolist() if name else [None] * len(rows) for name in fields]
    for start, end, *names in zip(rows["start"], rows["end"], *columns, strict=True):
        label, target, other = ("" if name is None or pd.isna(name) else str(name) for name in names)
        if not label:
            continue
        span = doc.char_span(int(start), int(end), label=label, kb_id=target, span_id=other, alignment_mode="expand")
        if span is not None:
            yield span


def to_docbin(speeches: pd.DataFrame, *, lemmatised: bool = False, **tables: pd.DataFrame | None) -> DocBin:
    """The documents of :func:`to_docs` in one ``DocBin``, spans and document variables included."""
    from spacy.tokens import DocBin

    docs = to_docs(speeches, lemmatised=lemmatised, **tables)  # type: ignore[arg-type]
    return DocBin(docs=docs, store_user_data=True)


def write_docbin(path: str | Path, speeches: pd.DataFrame, *, lemmatised: bool = False, **tables: pd.DataFrame | None) -> None:
    """Write :func:`to_docbin` to a ``.spacy`` file, whole or not at all; ``DocBin().from_disk(path)`` reads it."""
    store.write_bytes(path, to_docbin(speeches, lemmatised=lemmatised, **tables).to_bytes())
