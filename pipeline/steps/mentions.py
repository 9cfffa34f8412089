"""Segments to mentions of themes, kept for the next run; both sides are coded at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from pipeline.cache import names, tables
from pipeline.encode import Encoder, load
from pipeline.records import MENTIONS, Theme, conform


def mention(
    segments: pd.DataFrame,
    *,
    made_of: Sequence[str],
    codebook: str | Path | None,
    themes: str | int | None,
    encoder: str | Encoder | None,
    cache: Path | None,
) -> tuple[pd.DataFrame, tuple[Theme, ...]]:
    """Code segments for themes, or read what was coded before.

    Parameters
    ----------
    made_of : keys that the segments have in the cache, in order; with the options they name the result.
    """
    from pipeline.topics import code

    chosen = load(encoder)
    known = getattr(chosen, "sha256", None)
    path = None
    if cache is not None and known is not None:
        book = Path(codebook).read_bytes() if codebook else b""
        program = names.program("topics", "encode", "minilm", "vectors")
        name = names.key("mentions", program, str(known), repr(themes), book, *made_of)
        path = cache / "mentions" / f"{name}.table"
        if (found := tables.read(path)) is not None:
            stored = json.loads(found[1]["themes"])
            return conform(found[0], MENTIONS), tuple(Theme(**{**row, "terms": tuple(row["terms"])}) for row in stored)
    mentions, made = code(segments, codebook=codebook, themes=themes, encoder=chosen)
    if path is not None:
        listed = json.dumps([asdict(theme) for theme in made])
        tables.write(mentions, path, MENTIONS, metadata={"stage": "mentions", "themes": listed})
    return mentions, made
