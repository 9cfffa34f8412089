"""From claims to utterances: later claims lie over earlier ones, what nobody claims is narration, nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.speakers.spans import Utterance

_CLOTH = ("narrated", "furniture")


def paint(text: str, layers: Sequence[Utterance], breaks: Sequence[int]) -> list[Utterance]:
    """Utterances that cover ``text`` without overlap.

    Parameters
    ----------
    layers : utterances in order of precedence, the last on top.
    breaks : offsets at which narration and furniture are cut: where paragraphs begin.
    """
    edges = sorted({0, len(text), *breaks, *(edge for layer in layers for edge in (layer.start, layer.end))})
    if not text:
        return []
    owner = [-1] * (len(edges) - 1)
    at = {edge: i for i, edge in enumerate(edges)}
    for number, layer in enumerate(layers):
        for i in range(at[layer.start], at[layer.end]):
            owner[i] = number
    cut = set(breaks)
    pieces: list[Utterance] = []
    last_owner: int | None = None
    for i, number in enumerate(owner):
        start, end = edges[i], edges[i + 1]
        spanning = number >= 0 and layers[number].mode not in _CLOTH
        if pieces and number == last_owner and (start not in cut or spanning):
            pieces[-1] = replace(pieces[-1], end=end)
        elif number < 0:
            pieces.append(Utterance(start, end, None, None, None, "narrated", "narration", 1.0))
        else:
            pieces.append(replace(layers[number], start=start, end=end))
        last_owner = number
    return _without_gaps(text, pieces)


def _without_gaps(text: str, pieces: list[Utterance]) -> list[Utterance]:
    """Pieces of nothing but white space join a neighbour: narration or furniture before others, the one before first."""
    kept: list[Utterance] = []
    gap: int | None = None
    for piece in pieces:
        blank = not text[piece.start : piece.end].strip()
        if gap is not None and (piece.mode in _CLOTH or not kept) and not blank:
            piece, gap = replace(piece, start=gap), None
        if blank and (piece.mode in _CLOTH or not kept):
            if kept and kept[-1].mode in _CLOTH:
                kept[-1] = replace(kept[-1], end=piece.end)
            elif gap is None:
                gap = piece.start
            continue
        if gap is not None:
            kept[-1] = replace(kept[-1], end=piece.start)
            gap = None
        kept.append(piece)
    if gap is not None:
        if kept:
            kept[-1] = replace(kept[-1], end=pieces[-1].end)
        else:
            return [replace(pieces[0], end=pieces[-1].end)]
    return kept
