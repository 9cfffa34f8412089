"""The coder's errors: hand codes of a sample, tables of error rates, and what a diff says of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.diff import compare
from pipeline.records import Diff, Theme


def coded(seed: int = 0, *, wrong: float = 0.3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table coded with errors, and what people would have coded: theme ``a`` grows from a tenth to a half."""
    random = np.random.default_rng(seed)
    rows = []
    for side, share in (("old", 0.1), ("new", 0.5)):
        for number in range(10):
            own = random.beta(30 * share, 30 * (1 - share))
            for position in range(50):
                real = "a" if random.random() < own else random.choice(["b", "c"])
                seen = random.choice(["a", "b", "c"]) if random.random() < wrong else real
                rows.append({"side": side, "speech_id": f"{side}{number}", "position": position, "theme": seen, "hand": real})
    table = pd.DataFrame(rows)
    hand = table.sample(300, random_state=seed)[["speech_id", "position", "hand"]].rename(columns={"hand": "code"})
    return table.drop(columns="hand"), hand


def of(diff: Diff, name: str):
    return next(theme for theme in diff.themes if theme.id == name)


def compared(table: pd.DataFrame, **options) -> Diff:
    return compare(table, by="side", before="old", after="new", **options)


def test_diff_hand_codes_undo_the_dilution():
    table, hand = coded(6)
    plain, right = compared(table), compared(table, hand_codes=hand)
    assert of(plain, "a").difference.value < 0.35 < of(right, "a").difference.value
    assert of(right, "a").difference.low < 0.4 < of(right, "a").difference.high
    assert of(right, "a").verdict == "grew"
    assert of(right, "a").before == of(plain, "a").before  # shares are those of the coded texts
    old = hand["speech_id"].str.startswith("old").sum()
    assert f"({old} in old and {300 - old} in new)" in right.notes[0]
    assert right.settings["errors"] == "hand codes"
    assert plain.notes[0].startswith("No hand codes and no error rates were given")


def test_diff_hand_codes_of_all_segments_replace_the_codes():
    table, _ = coded(1)
    hand = table.assign(theme=np.where(table["side"] == "old", "b", "a"))[["speech_id", "position", "theme"]]
    found = compared(table, hand_codes=hand)
    assert of(found, "a").difference.value == pytest.approx(1)
    assert of(found, "c").difference.value == pytest.approx(0, abs=1e-9)


def test_diff_hand_codes_may_name_themes_by_label_and_find_new_ones():
    table, hand = coded(2)
    hand["code"] = hand["code"].replace({"a": "Apples", "b": ""})
    hand.iloc[:150, 2] = "pears"
    found = compared(table, hand_codes=hand, themes=[Theme("a", "Apples")])
    assert {theme.id for theme in found.themes} == {"a", "b", "c", "pears"}
    assert of(found, "pears").before.n_segments == 0


def test_diff_error_rates_undo_the_dilution_and_leave_p():
    table, _ = coded(3)
    rates = pd.DataFrame(
        {"theme": ["a", "*"], "sensitivity": [0.8, 0.8], "specificity": [0.9, 0.9], "n_with": 200, "n_without": 400}
    )
    plain, right = compared(table), compared(table, error_rates=rates)
    assert of(right, "a").difference.value == pytest.approx(of(plain, "a").difference.value / 0.7, rel=1e-4)
    assert of(right, "a").difference.p == of(plain, "a").difference.p
    assert of(right, "a").difference.low < 0.4 < of(right, "a").difference.high
    assert "known for 3 of 3 themes" in right.notes[0]
    one = compared(table, error_rates=rates.head(1))
    assert of(one, "b").difference == of(plain, "b").difference
    assert "known for 1 of 3 themes" in one.notes[0]


def test_diff_hand_codes_of_single_speeches_correct_and_claim_nothing():
    table, _ = coded(4)
    found = compared(table[table["speech_id"].isin(["old1", "new1"])], hand_codes=table.assign(theme="a"))
    assert of(found, "a").difference.value == pytest.approx(0)
    assert {theme.verdict for theme in found.themes} == {"not_testable"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (lambda hand: {"hand_codes": hand.head(30)}, r"must have 20 or more segments coded by hand. Got 1?\d in one"),
        (lambda hand: {"hand_codes": hand.drop(columns="position")}, "must share the columns speech_id and start and end, or"),
        (lambda hand: {"hand_codes": hand.drop(columns="code")}, "must have a column theme or code"),
        (lambda hand: {"error_rates": hand}, "must have a column 'theme'"),
        (lambda hand: {"error_rates": pd.DataFrame({"theme": ["a"], "sensitivity": [0.4], "specificity": [0.5]})}, "more than 1"),
        (lambda hand: {"error_rates": pd.DataFrame({"theme": ["a"], "sensitivity": [80], "specificity": [90]})}, "from 0 to 1"),
        (lambda hand: {"hand_codes": hand, "error_rates": hand}, "by hand codes or by error rates. Got both"),
    ],
)
def test_diff_unusable_knowledge_of_errors_is_one_sentence(options, sentence):
    table, hand = coded(5)
    with pytest.raises(ValueError, match=sentence):
        compared(table, **options(hand))
