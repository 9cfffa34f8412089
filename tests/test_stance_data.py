"""The data written for the stance model, and the figures of its card."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "models" / "stance"
LEAST_ACCURACY, LEAST_OF_ALL = 0.80, 0.77
"""On unseen targets of the test split: of the files that version 2 had, and of all; about a point under the card's figures."""

NEWEST = {
    "addresses5", "addresses6", "addresses7", "addresses8", "arguments", "associations", "budgets", "chambers", "columns", "comments",
    "committees", "credits", "debates", "found", "general_debate", "keynotes", "letters", "listed", "messages", "passages", "phrases",
    "pieces", "posts", "readers", "releases", "sittings", "summits",
}  # fmt: skip
"""Files that came with versions 3, 4 and 5."""


@pytest.fixture(scope="module")
def build_data() -> ModuleType:
    spec = importlib.util.spec_from_file_location("stance_build_data", FOLDER / "build_data.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows(build_data: ModuleType) -> list[dict]:
    return build_data.rows()


def test_stance_data_is_as_large_as_its_card_says(rows: list[dict]) -> None:
    assert len({row["text"] for row in rows}) >= 4_000
    assert len({row["group"] for row in rows}) >= 80
    assert len({row["field"] for row in rows}) >= 10
    chosen = [row for row in rows if row["tag"] != "list"]  # lists are what a program found: most of it is none
    share = {label: sum(row["label"] == label for row in chosen) / len(chosen) for label in ("favour", "against", "none")}
    assert all(0.25 < value < 0.45 for value in share.values())


def test_stance_data_no_text_and_no_target_stands_in_two_splits(rows: list[dict]) -> None:
    texts: dict[str, set[str]] = {}
    for row in rows:
        texts.setdefault(row["text"], set()).add(row["split"])
    assert all(len(splits) == 1 for splits in texts.values())
    train = {row["group"] for row in rows if row["split"] == "train"}
    assert not train & {row["group"] for row in rows if not row["seen"]}


def test_stance_data_bad_line_is_told_by_number(build_data: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("A sentence.\n+\ttarget\tspeaker\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.txt:2"):
        build_data.blocks(path)


def test_stance_model_reaches_the_figures_of_its_card(rows: list[dict]) -> None:
    from pipeline.stance.model import read

    unseen = [row for row in rows if row["split"] == "test" and not row["seen"]]
    found = read([row["text"] for row in unseen], [row["target"] for row in unseen])
    right = [one.label == row["label"] for one, row in zip(found, unseen, strict=True)]
    older = [one for one, row in zip(right, unseen, strict=True) if row["field"] not in NEWEST]
    assert sum(right) / len(right) >= LEAST_OF_ALL
    assert sum(older) / len(older) >= LEAST_ACCURACY
