"""The start of discovered themes, on vectors whose themes are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from pipeline.topics.context import reading_order
from pipeline.topics.discover import SMALL, discover
from pipeline.topics.rotation import rotated_components
from pipeline.vectors import normalise

THEMES = 9


def planted(n: int = 1200, *, noise: float = 0.1, seed: int = 3) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Vectors (n, 40) about ten themes, half of them about the last; the theme (n,) of each."""
    draw = np.random.default_rng(seed)
    shares = np.array([*([0.5 / THEMES] * THEMES), 0.5])
    labels = draw.choice(THEMES + 1, n, p=shares)
    axes = np.linalg.qr(draw.standard_normal((40, 40)))[0]
    return normalise(axes[labels] + noise * draw.standard_normal((n, 40))), labels


def test_topics_rotation_finds_planted_themes() -> None:
    vectors, labels = planted()
    found = rotated_components(vectors, THEMES, np.arange(len(vectors)))
    said = labels < THEMES
    assert adjusted_rand_score(labels[said], found[said]) > 0.95


def test_topics_rotation_is_the_same_whichever_way_the_axes_point() -> None:
    vectors, _ = planted()
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((40, 40)))[0].astype(np.float32)
    rows = np.arange(0, len(vectors), 2)
    first, again = (rotated_components(given, THEMES, rows) for given in (vectors, normalise(vectors @ turn)))
    assert adjusted_rand_score(first, again) > 0.9


@pytest.mark.parametrize("sign", [1, -1])
def test_topics_rotation_takes_the_end_where_few_segments_are_large(sign: int) -> None:
    draw = np.random.default_rng(0)
    themes = np.repeat(np.arange(10), 40)
    large = np.where(themes[:, None] == np.arange(3), 3.0, -0.3) + 0.1 * draw.standard_normal((400, 3))
    vectors = np.column_stack([sign * large, 0.01 * draw.standard_normal((400, 4))]).astype(np.float32)
    found = rotated_components(vectors, 3, np.arange(400))
    assert adjusted_rand_score(themes[:120], found[:120]) == 1


@pytest.mark.filterwarnings("error")
def test_topics_rotation_of_vectors_without_any_difference_is_a_partition() -> None:
    found = rotated_components(np.full((50, 8), 0.5, np.float32), 4, np.arange(50))
    assert found.shape == (50,)
    assert set(found) <= set(range(4))


def test_topics_discover_hardly_changes_with_a_speech_less() -> None:
    vectors, _ = planted(SMALL * 3, noise=0.2)
    n, speech = len(vectors), np.repeat(np.arange(20), SMALL * 3 // 20)
    frame = pd.DataFrame({"speech_id": speech.astype(str), "position": np.arange(n)})
    whole = discover(vectors, reading_order(frame), n_themes=THEMES)
    for gone in (0, 7, 19):
        kept = np.flatnonzero(speech != gone)
        fewer = discover(vectors[kept], reading_order(frame.iloc[kept]), n_themes=THEMES)
        assert adjusted_rand_score(whole.labels[kept], fewer.labels) > 0.9
