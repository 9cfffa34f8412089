"""Themes of a small invented council: discovered, guided, in tables and in rows."""

import itertools
import random
from pathlib import Path

import pandas as pd
import pytest

from pipeline import topics
from pipeline.records import MENTIONS, SEGMENTS, conform

BUS = [
    "The bus service between the villages was cut again this winter.",
    "Half of the bus drivers have left for better pay in the city.",
    "We want the bus service back before the next school term.",
    "An evening bus costs less than the taxis that replace it.",
]
LIBRARY = [
    "The Harbour Library opens on two days a week only.",
    "Children borrow fewer books since the Harbour Library lost its reading room.",
    "A library without a librarian is a room with shelves.",
    "Volunteers keep the Harbour Library open on Saturdays.",
]
FLOOD = [
    "The flood wall along the river must be higher by next autumn.",
    "Last year the river stood in forty cellars.",
    "Insurance against floods has doubled in price.",
    "Engineers say that the flood wall would hold for a century.",
]
BOOK = """
[codebook]
other = ["thank you and good evening"]
[[theme]]
name = "Buses & trams"
phrases = ["bus service", "public transport", "bus drivers", "tickets and fares"]
[[theme]]
name = "Libraries"
phrases = ["library", "books and reading", "librarians"]
[[theme]]
name = "Floods"
phrases = ["flood wall", "high water in the river", "flooded cellars"]
"""


def speech(name: str, *parts: list[str], speaker: str = "Ada Moss") -> list[dict]:
    texts = list(itertools.chain(*parts))
    return [
        {"id": f"{name}-{i}", "speech_id": name, "position": i, "speaker": speaker, "section": None, "text": text}
        for i, text in enumerate(texts)
    ]


@pytest.fixture
def rows() -> list[dict]:
    return speech("monday", BUS, LIBRARY) + speech("tuesday", FLOOD, BUS[:2]) + speech("friday", LIBRARY[:2], FLOOD[:2])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.toml"
    path.write_text(BOOK, encoding="utf-8")
    return path


def table(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows).drop(columns="id")
    frame["start"], frame["end"] = 0, frame["text"].str.len()
    frame["paragraph"], frame["mode"], frame["n_words"] = 0, "spoken", frame["text"].str.split().str.len()
    return conform(frame, SEGMENTS)


def test_topics_codebook_labels_are_unaltered(rows: list[dict], book: Path) -> None:
    coded, themes = topics.code_rows(rows, codebook=book)
    assert [theme.label for theme in themes] == ["Buses & trams", "Libraries", "Floods"]
    assert {row["theme"] for row in coded} == {theme.id for theme in themes}


def test_topics_guided_finds_the_themes_without_a_label(rows: list[dict], book: Path) -> None:
    coded, _ = topics.code_rows(rows, codebook=book)
    wanted = ["buses-trams"] * 4 + ["libraries"] * 4 + ["floods"] * 4 + ["buses-trams"] * 2 + ["libraries"] * 2 + ["floods"] * 2
    assert sum(row["theme"] == theme for row, theme in zip(coded, wanted)) >= 17


def test_topics_order_of_rows_is_irrelevant(rows: list[dict], book: Path) -> None:
    shuffled = rows[:]
    random.Random(3).shuffle(shuffled)
    for options in ({"codebook": book}, {"themes": 3}, {}):
        straight = {row["id"]: row for row in topics.code_rows(rows, **options)[0]}
        mixed = {row["id"]: row for row in topics.code_rows(shuffled, **options)[0]}
        assert {i: row["theme"] for i, row in straight.items()} == {i: row["theme"] for i, row in mixed.items()}


def test_topics_the_same_input_gives_the_same_answer(rows: list[dict]) -> None:
    assert topics.code_rows(rows) == topics.code_rows(rows)


def test_topics_number_of_themes_is_exact(rows: list[dict]) -> None:
    for k in (1, 2, 3, 5):
        coded, themes = topics.code_rows(rows, themes=k)
        assert len(themes) == k
        assert {row["theme"] for row in coded} == {theme.id for theme in themes}


@pytest.mark.parametrize("wrong", [0, 99, "many", True])
def test_topics_number_of_themes_must_be_possible(rows: list[dict], wrong: object) -> None:
    with pytest.raises(ValueError, match=r"number of themes must be .* Got"):
        topics.code_rows(rows, themes=wrong)  # type: ignore[arg-type]


def test_topics_names_are_noun_phrases_of_the_text(rows: list[dict]) -> None:
    _, themes = topics.code_rows(rows)
    labels = [theme.label for theme in themes]
    assert "Harbour Library" in labels
    assert any(label in ("Bus service", "Bus") for label in labels)
    assert "Flood wall" in labels
    assert not any("Ada" in label or "Moss" in label for label in labels)


def test_topics_a_short_name_is_a_mention_of_the_full_one() -> None:
    ferry = ["The Ferry White Paper promises a boat an hour.", "Islanders like the White Paper.", *BUS[:2]]
    rail = ["The Rail White Paper closes two stations.", "Passengers fear the White Paper.", *FLOOD[:2]]
    coded, themes = topics.code_rows(speech("monday", ferry) + speech("tuesday", rail))
    labels = {theme.id: theme.label for theme in themes}
    said = [{labels[found["theme"]] for found in row["themes"] if found["why"] == "literal"} for row in coded]
    assert "Ferry White Paper" in said[1] and "Rail White Paper" not in said[1]
    assert "Rail White Paper" in said[5] and "Ferry White Paper" not in said[5]


def test_topics_one_theme_lies_on_both_sides(rows: list[dict]) -> None:
    mentions, themes = topics.code(table(rows))
    library = next(theme.id for theme in themes if theme.label == "Harbour Library")
    assert set(mentions.loc[mentions["theme"] == library, "speech_id"]) == {"monday", "friday"}


def test_topics_mentions_conform_and_keep_every_segment(rows: list[dict], book: Path) -> None:
    segments = table(rows)
    mentions, _ = topics.code(segments, codebook=book)
    assert list(mentions.columns) == MENTIONS.schema.names
    assert len(mentions[["speech_id", "position"]].drop_duplicates()) == len(segments)
    known = mentions[mentions["theme"].notna()]
    assert known["weight"].between(0, 1).all()
    assert set(known["why"]) <= {"literal", "similar"}
    assert mentions.loc[mentions["theme"].isna(), ["weight", "why"]].isna().all(axis=None)


def test_topics_furniture_is_left_out_and_docvars_stay(rows: list[dict]) -> None:
    segments = table(rows)
    segments["party"] = "harbour"
    segments.loc[0, "mode"] = "furniture"
    mentions, _ = topics.code(segments)
    assert not ((mentions["speech_id"] == "monday") & (mentions["position"] == 0)).any()
    assert set(mentions["party"]) == {"harbour"}


def test_topics_argument_is_not_altered(rows: list[dict]) -> None:
    segments = table(rows)
    before = segments.copy()
    topics.code(segments)
    pd.testing.assert_frame_equal(segments, before)


ORCHESTRA = [
    "The youth orchestra rehearses a symphony for the summer concert.",
    "Violins and trumpets were lent to young musicians.",
    "The conductor of the youth orchestra wants a new concert hall.",
    "Every musician of the youth orchestra plays at the concert.",
]


@pytest.mark.parametrize("number", ["auto", 1, 2])
def test_topics_what_a_codebook_misses_is_added(rows: list[dict], book: Path, number: int | str) -> None:
    rows = rows + speech("sunday", ORCHESTRA, ORCHESTRA[::-1])
    alone, three = topics.code_rows(rows, codebook=book)
    coded, themes = topics.code_rows(rows, codebook=book, themes=number)
    assert themes[:3] == three
    assert len(themes) > 3 if number == "auto" else len(themes) == 3 + number
    assert any("orchestra" in theme.label.casefold() or "concert" in theme.label.casefold() for theme in themes[3:])
    added = {theme.id for theme in themes[3:]}
    assert sum(row["theme"] in added for row in coded if row["id"].startswith("sunday")) >= 6
    for before, after in zip(alone, coded):
        if after["theme"] not in added and not added & {mention["theme"] for mention in after["themes"]}:
            assert before == after
    assert (coded, themes) == topics.code_rows(rows, codebook=book, themes=number)


def test_topics_literal_phrases_of_a_codebook_stay_beside_what_it_misses(rows: list[dict], book: Path) -> None:
    mixed = "The youth orchestra plays in the library before the concert."
    rows = rows + speech("sunday", [*ORCHESTRA, mixed, *ORCHESTRA[::-1]])
    coded, _ = topics.code_rows(rows, codebook=book, themes="auto")
    (row,) = (coded[number] for number, given in enumerate(rows) if given["text"] == mixed)
    assert "libraries" in {mention["theme"] for mention in row["themes"]}


def test_topics_number_of_added_themes_must_be_possible(rows: list[dict], book: Path) -> None:
    with pytest.raises(ValueError, match="number of themes must be"):
        topics.code_rows(rows, codebook=book, themes=0)


def test_topics_other_is_no_theme(book: Path) -> None:
    coded, _ = topics.code_rows([{"id": 1, "text": "Thank you and good evening."}, {"id": 2, "text": BUS[0]}], codebook=book)
    assert coded[0]["theme"] is None
    assert coded[1]["theme"] == "buses-trams"


def test_topics_a_segment_may_have_several_themes(book: Path) -> None:
    (row,), _ = topics.code_rows([{"id": 1, "text": "The bus service stops at the library."}], codebook=book)
    assert {mention["theme"] for mention in row["themes"]} >= {"buses-trams", "libraries"}
    assert all(mention["why"] == "literal" for mention in row["themes"] if mention["theme"] in ("buses-trams", "libraries"))


def test_topics_a_single_codebook_gives_one_theme(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_text(BOOK.replace("[codebook]", "[codebook]\nsingle = true"), encoding="utf-8")
    (row,), _ = topics.code_rows([{"id": 1, "text": "The bus service stops at the library."}], codebook=path)
    assert len(row["themes"]) == 1


def test_topics_of_nothing_are_none(book: Path) -> None:
    assert topics.code_rows([]) == ([], ())
    coded, themes = topics.code_rows([], codebook=book)
    assert (coded, len(themes)) == ([], 3)
    mentions, _ = topics.code(pd.DataFrame({"text": pd.Series([], dtype=object)}))
    assert mentions.empty


def test_topics_one_segment_is_enough() -> None:
    (row,), themes = topics.code_rows([{"id": "a", "text": "The flood wall is finished."}])
    assert len(themes) == 1
    assert row["id"] == "a"


def test_topics_text_is_needed() -> None:
    with pytest.raises(ValueError, match=r"Row 2: text must be a text. Got None"):
        topics.code_rows([{"id": 1, "text": "Yes."}, {"id": 2}])
    with pytest.raises(ValueError, match="must have the column 'text'"):
        topics.code(pd.DataFrame({"words": ["a"]}))


def test_topics_large_corpora_take_the_same_road(rows: list[dict]) -> None:
    many = [dict(row, id=f"{n}-{row['id']}", speech_id=f"{row['speech_id']}-{n}") for n in range(40) for row in rows]
    coded, themes = topics.code_rows(many)
    assert len(coded) == len(many)
    assert 2 <= len(themes) <= 40
    assert len({theme.label for theme in themes}) == len(themes)


@pytest.mark.parametrize("name", ["models/codebooks/policy-agendas.toml", "models/codebooks/policy-agendas-media.toml", "models/codebooks/manifesto-project.toml", "corpus/adcs/codebook.toml"])
def test_topics_shipped_codebooks_are_valid(name: str) -> None:
    from pipeline.topics import codebook

    book = codebook.load(Path(__file__).parent.parent / name)
    assert len(book.themes) >= 20
    assert all(theme.phrases for theme in book.themes)
