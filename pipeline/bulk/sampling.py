"""Themes for a corpus that nobody wrote a codebook for: discovered in a sample, and then a codebook like any other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pandas as pd

from pipeline import topics
from pipeline.bulk.passes import segments
from pipeline.topics import Codebook, CodebookTheme
from pipeline.topics.sketch import SAMPLE

__all__ = ["SAMPLE", "discovered"]


def discovered(paths: Sequence[str], total: int, *, themes: str | int) -> Codebook:
    """The themes of a sample of the speeches, each with its label and terms as phrases.

    Parameters
    ----------
    paths : of the segments of all partitions.
    total : how many segments there are in all; from ``SAMPLE`` on, speeches are taken by the checksum of their ids.

    Raises
    ------
    ValueError
        When nothing is found in them.
    """
    share = min(1.0, SAMPLE / max(total, 1))
    taken = []
    for path in paths:
        rows = segments(path)
        drawn = {name: zlib.crc32(str(name).encode("utf-8", "replace")) / 2**32 < share for name in rows["speech_id"].unique()}
        taken.append(rows[rows["speech_id"].map(drawn).astype(bool)])
    _, found = topics.code(pd.concat(taken, ignore_index=True), themes=themes)
    if not found:
        raise ValueError(f"The {total} segments must hold themes. Got none; name some with a codebook.")
    return Codebook(
        tuple(CodebookTheme(theme.id, theme.label, tuple(dict.fromkeys((theme.label, *theme.terms)))) for theme in found)
    )
