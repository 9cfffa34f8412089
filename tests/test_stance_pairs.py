"""What the network is given: tokens, types and offsets."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.language import model_path
from pipeline.stance.pairs import MAX_TOKENS, NAMED, TARGET, TEXT, batch, encode, load_tokenizer, named


@pytest.mark.parametrize(
    ("target", "text", "flags"),
    [
        ("the toll", "we hate the toll", "0001"),
        ("toll road", "a toll road and a road", "011000"),
        ("toll road", "the road is long", "0100"),
        ("the", "the road", "00"),
        ("ferry", "the road", "00"),
    ],
)
def test_stance_pairs_mark_what_names_the_target(target: str, text: str, flags: str) -> None:
    assert named(target.split(), text.split()) == [flag == "1" for flag in flags]


def test_stance_pairs_offsets_are_code_points_of_the_text() -> None:
    text = "Naïve 😀 tolls"
    pair = encode(load_tokenizer(model_path("stance", "tokenizer.json")), [text], ["toll"])[0]
    words = [text[start:end] for start, end in pair.offsets if start >= 0]
    assert words[0].startswith("Na") and words[-1] in ("tolls", "s")
    assert pair.types[0] == TARGET and pair.types[-1] == TEXT
    assert len(pair.ids) == len(pair.types) == len(pair.offsets)


def test_stance_pairs_long_text_keeps_the_window_around_the_target() -> None:
    text = "word " * 400 + "the toll is wrong " + "word " * 400
    pair = encode(load_tokenizer(model_path("stance", "tokenizer.json")), [text], ["toll"])[0]
    assert len(pair.ids) == MAX_TOKENS
    assert NAMED in pair.types


def test_stance_pairs_batch_is_padded() -> None:
    tokenizer = load_tokenizer(model_path("stance", "tokenizer.json"))
    ids, types, mask = batch(encode(tokenizer, ["one", "one two three"], ["toll", "toll"]))
    assert ids.shape == types.shape == mask.shape
    assert np.array_equal(mask.sum(1), [5, 7])
