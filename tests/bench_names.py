"""How well the names of themes say what people would say: a part of ``tests/bench_topics.py`` (``--parts names``).

Two kinds of themes are named: those that the stage discovers, as many as there are labels, and the groups that people made, so that the
names are judged apart from the themes. Of each kind

* ``shares``: part of the themes whose name has a content word in common with the name or a phrase that the codebook gives to the
  theme's commonest label,
* ``nearest``: part of the themes whose name, alone, is nearer to that label (the mean of its phrases) than to any other, by MiniLM where
  the extra ``[minilm]`` is installed; else by the encoder that chose the names, which flatters,
* ``of one word``: part of the names that are a single word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def content(*texts: str) -> set[str]:
    """Stems of the words that are no function words."""
    from pipeline.topics.literal import stem
    from pipeline.topics.phrases import TOKEN, is_stop

    return {stem(word.casefold()) for text in texts for word in TOKEN.findall(text) if not is_stop(word)}


def judge() -> Any:
    """MiniLM where it is installed, else the static encoder."""
    from pipeline import encode

    try:
        return encode.load("minilm")
    except ImportError:
        return encode.load("static")


def judged(
    names: Sequence[str], groups: np.ndarray, labels: Sequence[str], phrases: dict[str, tuple[str, ...]]
) -> dict[str, float]:
    """The measures of k names.

    Parameters
    ----------
    names : of the groups 0 to k-1.
    groups, labels : of each segment.
    phrases : for each label its name and what a codebook says of it.
    """
    from pipeline.vectors import normalise

    encoder, known = judge(), sorted(phrases)
    common = [Counter(np.asarray(labels)[groups == group]).most_common(1)[0][0] for group in range(len(names))]
    middles = normalise(np.stack([encoder.encode(phrases[label]).mean(axis=0) for label in known]))
    nearest = (encoder.encode(list(names)) @ middles.T).argmax(axis=1)
    return {
        "shares": float(np.mean([bool(content(name) & content(*phrases[label])) for name, label in zip(names, common)])),
        "nearest": float(np.mean([known[place] == label for place, label in zip(nearest, common)])),
        "of one word": float(np.mean([len(name.split()) == 1 for name in names])),
    }


def measured(rows: Sequence[dict[str, Any]], labels: Sequence[str], codebook: Path) -> Iterator[dict[str, object]]:
    """The measures of names for the themes of a set that are discovered, and for those that people made."""
    import pandas as pd

    from pipeline import encode, topics
    from pipeline.topics import codebook as codebooks
    from pipeline.topics.context import reading_order
    from pipeline.topics.names import name_themes
    from pipeline.vectors import normalise

    told = {"".join(filter(str.isalnum, theme.name.casefold())): theme.phrases for theme in codebooks.load(codebook).themes}
    known = sorted(set(labels))
    phrases = {label: (label, *told.get("".join(filter(str.isalnum, label.casefold())), ())) for label in known}
    answers, themes = topics.code_rows(rows, themes=len(known))
    place = {theme.id: number for number, theme in enumerate(themes)}
    groups = np.array([place.get(answer["theme"], -1) for answer in answers])
    yield {"themes": "discovered", **judged([theme.label for theme in themes], groups, labels, phrases)}
    texts = [row["text"] for row in rows]
    vectors = normalise(encode.load().encode(texts))
    groups = np.array([known.index(label) for label in labels])
    centres = normalise(np.stack([vectors[groups == group].sum(axis=0) for group in range(len(known))]))
    typical = np.einsum("ij,ij->i", vectors, centres[groups]).astype(float)
    order = reading_order(pd.DataFrame(list(rows)))
    made = name_themes(texts, groups, centres, encode.load(), typicality=typical, order=order)
    yield {"themes": "of people", **judged([name.label for name in made], groups, labels, phrases)}
