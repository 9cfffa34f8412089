"""The word vectors of spaCy's small pipeline, the same but for rounding and in half the time.

Its ``tok2vec`` is a table and a first layer that look at one token at a time, then four layers that look at a token and its two
neighbours. What the first half says of a token is remembered. The second is computed a block at a time, as much as the cache of a
core holds, with the three pieces of each ``maxout`` side by side, so that numpy compares whole rows. Rounding differs by some
parts in a million, as between two libraries of linear algebra; ``tests/bench_lemmas.py`` compares the tags of two million words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from thinc.api import Model

Rows = NDArray[np.float32]

REMEMBERED = 50_000
"""Tokens whose vectors are remembered, 20 MB: all the forms of a million words of English speeches."""

BLOCK = 768
"""Rows that are multiplied together: with three windows and three pieces each they fill two megabytes, the cache of a core."""

PAD = 4
"""Empty rows around each text: as many as there are layers that look at neighbours, so that no text sees another."""

MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
"""Odd numbers by which three hashes of 64 bits become one; two tokens meet in it as seldom as two words in spaCy's own hashes."""


def quick(model: Model[Any, Any]) -> Model[Any, Any]:
    """A model that answers as ``model`` does, the ``tok2vec`` of ``en_core_web_sm``, and cannot be trained.

    Raises
    ------
    ValueError
        When the model has other layers.
    """
    from thinc.api import Model

    known = _Quick(model)

    def forward(_: Model, docs: Sequence[Doc], is_train: bool) -> tuple[list[Rows], Callable]:
        if is_train:
            raise ValueError("The vectors must be spaCy's own where they are trained.")
        return known(docs), list

    return Model("quick_tok2vec", forward, dims={"nO": known.width}, ops=model.ops)


class _Quick:
    """The layers of a ``tok2vec`` as numpy sees them, and the tokens that it met."""

    def __init__(self, model: Model[Any, Any]) -> None:
        embed, encode = model.layers if len(model.layers) == 2 else (model, model)
        residuals = [layer for node in encode.layers for layer in node.layers] if encode is not model else []
        if [layer.name for layer in embed.layers][:1] != ["extract_features"] or not residuals or encode.attrs.get("pad") != PAD:
            raise ValueError(f"The model must be a tok2vec of hashed features and windows of three. Got {model.name!r}.")
        self.columns: list[int | str] = embed.layers[0].attrs["columns"]
        self.table, self.first = embed.layers[2], embed.layers[3]
        self.width: int = model.get_dim("nO")
        self.layers = [_Layer(layer) for layer in residuals]
        self.begin()

    def begin(self) -> None:
        """Forget every token."""
        self.rows: dict[int, int] = {}
        self.vectors: Rows = np.zeros((0, self.width), np.float32)

    def __call__(self, docs: Sequence[Doc]) -> list[Rows]:
        """The vectors (tokens, d) of each text."""
        if len(self.rows) > REMEMBERED:
            self.begin()
        found: list[Rows] = []
        embedded = self._embedded(docs)
        for group in _blocks([len(doc) for doc in docs]):
            found += self._encoded(embedded, group)
        return found

    def _embedded(self, docs: Sequence[Doc]) -> Rows:
        """What the first half says of every token (n, d)."""
        from spacy.attrs import NORM, ORTH, SPACY

        asked = np.concatenate([doc.to_array([ORTH, NORM, SPACY]) for doc in docs])  # the rest follows from the form
        keys = asked[:, 0] + asked[:, 1] * np.uint64(MIX[0]) + asked[:, 2] * np.uint64(MIX[1])
        forms, places, which = np.unique(keys, return_index=True, return_inverse=True)
        names = forms.tolist()
        new = [number for number, name in enumerate(names) if name not in self.rows]
        if new:
            features = np.concatenate([doc.to_array(self.columns) for doc in docs])[places[new]]
            met, all_met = len(self.rows), len(self.rows) + len(new)
            if all_met > len(self.vectors):
                self.vectors = np.concatenate([self.vectors, np.zeros((all_met, self.width), np.float32)])
            self.vectors[met:all_met] = self.first.predict(self.table.predict(features))
            self.rows.update((names[number], met + row) for row, number in enumerate(new))
        return self.vectors[np.array([self.rows[name] for name in names], np.intp)[which]]

    def _encoded(self, embedded: Rows, group: Sequence[tuple[int, int]]) -> list[Rows]:
        """The vectors of the texts whose tokens are ``embedded[start:end]``, with empty rows around each."""
        lengths = [end - start for start, end in group]
        rows = np.zeros((sum(lengths) + PAD * (len(group) + 1), self.width), np.float32)
        places, at = [], PAD
        for (start, end), length in zip(group, lengths, strict=True):
            rows[at : at + length] = embedded[start:end]
            places.append((at, at + length))
            at += length + (PAD if length else 0)
        for layer in self.layers:
            rows = layer(rows[:at])
        return [rows[start:end] for start, end in places]


class _Layer:
    """A residual layer: a window of three tokens, the largest of three pieces, scaled."""

    def __init__(self, layer: Model[Any, Any]) -> None:
        nodes = {node.name: node for node in layer.walk()}
        weights, bias, scale, shift = (
            np.asarray(nodes[name].get_param(param), np.float32)
            for name, param in (("maxout", "W"), ("maxout", "b"), ("layernorm", "G"), ("layernorm", "b"))
        )
        self.width, self.pieces, _ = weights.shape  # (d, pieces, 3 d)
        self.weights: Rows = np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(self.pieces * self.width, -1).T)
        self.bias: Rows = bias.T.reshape(-1)
        self.scale: Rows = scale
        self.shift: Rows = shift

    def __call__(self, rows: Rows) -> Rows:
        width = self.width
        windows = np.zeros((len(rows), 3 * width), np.float32)
        windows[1:, :width] = rows[:-1]
        windows[:, width : 2 * width] = rows
        windows[:-1, 2 * width :] = rows[1:]
        products = windows @ self.weights
        products += self.bias
        best = products[:, :width]
        for piece in range(1, self.pieces):
            best = np.maximum(best, products[:, piece * width : (piece + 1) * width])
        best -= best.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + np.float32(1e-8)  # thinc's own constant
        best *= (variance ** np.float32(-0.5))[:, None]
        best *= self.scale
        best += self.shift
        best += rows
        return best


def _blocks(lengths: Sequence[int]) -> Iterator[list[tuple[int, int]]]:
    """Runs of texts of about ``BLOCK`` tokens, each text as its half-open run of tokens."""
    group: list[tuple[int, int]] = []
    first = at = 0
    for length in lengths:
        group.append((at, at + length))
        at += length
        if at - first >= BLOCK:
            yield group
            group, first = [], at
    if group:
        yield group
