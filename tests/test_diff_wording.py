"""Words inside a theme: which are counted, what is claimed of them by speech, and their contexts."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from pipeline.diff import compare
from pipeline.records import KeyWord, WordUse
from pipeline.report import schema, to_json

FERRY = {
    "old": ["The ferry is late again, and the ferry is full.", "A late ferry helps nobody on the island."],
    "new": ["The ferry is cheaper now, and a cheaper ferry is fuller.", "We made the island's ferry cheaper for families."],
}


def spoken(sides: dict[str, list[str]], *, speeches: int, repeat: int = 2) -> pd.DataFrame:
    rows = []
    for side, sentences in sides.items():
        for number in range(speeches):
            start = 0
            for text in [*sentences * repeat, "Thank you."]:
                theme = None if text == "Thank you." else "ferry"
                rows.append(
                    {
                        "side": side,
                        "speech_id": f"{side}{number}",
                        "start": start,
                        "end": start + len(text),
                        "text": text,
                        "theme": theme,
                    }
                )
                start += len(text) + 1
    return pd.DataFrame(rows)


def words_of(table: pd.DataFrame, **options):
    return compare(table, by="side", before="old", after="new", words=True, **options)


def test_diff_words_of_a_theme_are_claimed_by_speech_with_their_contexts():
    table = spoken(FERRY, speeches=5)
    diff = words_of(table)
    found = {word.word: word for word in diff.themes[0].words}
    assert found["cheaper"].verdict == "appeared"
    assert found["late"].verdict == "vanished"
    assert (found["cheaper"].uses_after, found["cheaper"].speeches_after, found["cheaper"].log_odds > 1) == (30, 5, True)
    assert "thank" not in found
    assert found["cheaper"].q >= found["cheaper"].p
    speeches = {key: " ".join(rows["text"]) for key, rows in table.groupby("speech_id")}
    for word in found.values():
        for use in word.contexts:
            assert speeches[use.speech_id][use.start : use.end] == use.text
            assert use.text.casefold() == word.word
            assert use.left + use.text + use.right in speeches[use.speech_id]
    assert {use.side for use in found["cheaper"].contexts} == {"after"}
    validator = pytest.importorskip("jsonschema").Draft202012Validator(schema())
    validator.validate(json.loads(to_json(diff)))
    assert list(schema()["$defs"]["word"]["properties"]) == [field.name for field in dataclasses.fields(KeyWord)]
    assert list(schema()["$defs"]["use"]["properties"]) == [field.name for field in dataclasses.fields(WordUse)]
    frame = diff.words()
    assert frame["word"].tolist() == [word.word for word in diff.themes[0].words]


def test_diff_words_of_single_speeches_are_described_and_not_tested():
    words = words_of(spoken(FERRY, speeches=1)).themes[0].words
    assert {word.verdict for word in words} == {"not_testable"}
    assert {word.p for word in words} == {None}
    assert words[0].word in ("cheaper", "late")


def test_diff_words_need_text_and_the_wish():
    table = spoken(FERRY, speeches=3)
    assert compare(table, by="side", before="old", after="new").themes[0].words == ()
    assert words_of(table.drop(columns="text")).themes[0].words == ()


def test_diff_words_mirror():
    table = spoken(FERRY, speeches=4)
    one = {word.word: word for word in words_of(table).themes[0].words}
    turned = compare(table, by="side", before="new", after="old", words=True)
    for word in turned.themes[0].words:
        assert word.log_odds == pytest.approx(-one[word.word].log_odds, rel=1e-4)
        assert word.p == pytest.approx(one[word.word].p, rel=1e-4)


def test_diff_words_that_did_not_change_are_seldom_claimed():
    """Speakers have favourite words: every speech repeats some of its own, and no side has any."""
    claimed = 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        vocabulary = np.array(["".join(random.choice(list("bcdfgklmnprst"), 5)) for _ in range(60)])
        rows = []
        for side in ("old", "new"):
            for number in range(6):
                own = random.dirichlet(np.full(60, 0.3))
                said = random.choice(vocabulary, 150, p=own)
                rows += [
                    {"side": side, "speech_id": f"{side}{number}", "text": " ".join(part), "theme": "x"}
                    for part in np.split(said, 10)
                ]
        claimed += any(
            word.verdict in ("grew", "shrank", "appeared", "vanished") for word in words_of(pd.DataFrame(rows)).themes[0].words
        )
    assert claimed <= 3  # binomial(12, .05): more once in 500
