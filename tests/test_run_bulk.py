"""A corpus that is never held as a whole: the same diff as the walk, from counts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd
import pytest
from test_run import CODEBOOK, SENTENCES, THINGS

from pipeline import bulk, partitions, run, store
from pipeline.bulk import gathering, reading, sampling
from pipeline.records import MENTIONS, SEGMENTS, SPEECHES, ThemeDiff, conform
from pipeline.report import from_json
from pipeline.steps import segments
from pipeline.topics import likeness


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    """Speeches of three years in a Parquet file, and a codebook."""
    folder = tmp_path_factory.mktemp("bulk")
    rows = []
    for number in range(36):
        text = " ".join(SENTENCES.format(THINGS[(number * step + number // 12) % len(THINGS)], number) for step in (1, 3, 5, 6))
        rows.append({"speech_id": f"s{number:02d}", "text": text, "kind": "speech", "year": 2001 + number // 12})
    store.write(conform(pd.DataFrame(rows), SPEECHES), folder / "speeches.parquet", SPEECHES)
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return folder


def without_words(themes: tuple[ThemeDiff, ...]) -> tuple[ThemeDiff, ...]:
    """What differs in wording inside a theme needs the texts, of which no more than quotations are kept."""
    return tuple(replace(theme, words=()) for theme in themes)


@pytest.fixture(scope="module")
def walked(folder):
    speeches = store.read(folder / "speeches.parquet", SPEECHES)
    return run.walk(speeches, by="year", before="2001", after="2003", codebook=folder / "codebook.toml", stance=False)


@pytest.mark.parametrize("characters", [300, 100_000])
def test_run_bulk_diff_is_the_diff_of_the_walk(folder, walked, characters, monkeypatch):
    monkeypatch.setattr(reading, "partitions", partial(partitions.partitions, characters=characters))
    source = partial(bulk.read_batches, folder / "speeches.parquet", rows=5)
    diff, failed = bulk.compare(source, by="year", before="2001", after="2003", codebook=folder / "codebook.toml")
    assert failed.empty
    assert (diff.before, diff.after, diff.settings, diff.models) == (
        walked.diff.before, walked.diff.after, walked.diff.settings, walked.diff.models,
    )  # fmt: skip
    assert diff.themes == without_words(walked.diff.themes)


def test_run_bulk_reads_what_is_in_the_cache(folder, monkeypatch, tmp_path):
    source = partial(bulk.read_batches, folder / "speeches.parquet")
    sides = {"by": "year", "before": "2001", "after": "2003"}
    compare = partial(bulk.compare, source, **sides, codebook=folder / "codebook.toml", cache=tmp_path)
    first = compare()[0]
    monkeypatch.setattr(segments, "segments_of", lambda part: pytest.fail("it was computed again"))
    assert compare()[0] == first


def test_run_bulk_failed_speech_is_named_and_the_others_are_counted(folder, monkeypatch):
    from pipeline import tokenise

    real = tokenise.segment

    def fragile(utterances):
        if "s05" in set(utterances["speech_id"]):
            raise RuntimeError("an odd sign")
        return real(utterances)

    monkeypatch.setattr(tokenise, "segment", fragile)
    source = partial(bulk.read_batches, folder / "speeches.parquet")
    diff, failed = bulk.compare(source, by="year", before="2001", after="2003", codebook=folder / "codebook.toml")
    assert failed.to_dict("records") == [{"speech_id": "s05", "error": "RuntimeError: an odd sign"}]
    assert (diff.before.n_speeches, diff.after.n_speeches) == (11, 12)


def test_run_bulk_side_without_speeches_is_an_error(folder):
    source = partial(bulk.read_batches, folder / "speeches.parquet")
    with pytest.raises(ValueError, match=r"No year named '1900'. Available: 2001, 2002, 2003"):
        bulk.compare(source, by="year", before="1900", after="2003", codebook=folder / "codebook.toml")


def test_run_bulk_writes_the_tables_of_the_walk(folder, walked, monkeypatch, tmp_path):
    monkeypatch.setattr(reading, "partitions", partial(partitions.partitions, characters=300))
    source = partial(bulk.read_batches, folder / "speeches.parquet", rows=5)
    bulk.compare(source, by="year", before="2001", after="2003", codebook=folder / "codebook.toml", out=tmp_path)
    prose = walked.segments[walked.segments["mode"] != "furniture"].reset_index(drop=True)
    for name, table, expected in (("segments", SEGMENTS, prose), ("mentions", MENTIONS, walked.mentions)):
        pd.testing.assert_frame_equal(store.read(tmp_path / f"{name}.parquet", table), expected, check_dtype=False)


def test_run_bulk_column_that_is_empty_in_one_part_is_whole_in_all(tmp_path):
    store.write(pd.DataFrame({"speech_id": ["a"], "party": [None]}), tmp_path / "1.parquet")
    store.write(pd.DataFrame({"speech_id": ["b"], "party": ["Green"], "rank": [1]}), tmp_path / "2.parquet")
    gathering.gather([tmp_path / "1.parquet", tmp_path / "absent.parquet", tmp_path / "2.parquet"], tmp_path / "all.parquet")
    found = store.read(tmp_path / "all.parquet")
    assert found["party"].isna().tolist() == [True, False] and found["rank"].tolist()[1] == 1


def test_run_bulk_without_codebook_codes_by_themes_of_a_sample(folder, monkeypatch):
    source = partial(bulk.read_batches, folder / "speeches.parquet")
    compare = partial(bulk.compare, source, by="year", before="2001", after="2003", themes=4)
    diff, _ = compare()
    assert 1 <= len(diff.themes) <= 4 and diff.settings["codebook"] is None and not diff.notes
    monkeypatch.setattr(sampling, "SAMPLE", 60)
    drawn, _ = compare()
    assert any("sample of about 60" in note for note in drawn.notes)
    assert drawn.before == diff.before


def test_run_bulk_says_that_segments_that_stand_alone_are_not_read_with_their_likes(folder, monkeypatch, tmp_path):
    rows = [{"speech_id": f"h{number}", "text": f"The {THINGS[number % len(THINGS)]} again.", "kind": "speech"} for number in range(40)]
    headlines = pd.DataFrame(rows).assign(year=[2001, 2003] * 20)
    store.write(conform(headlines, SPEECHES), tmp_path / "headlines.parquet", SPEECHES)
    source = partial(bulk.read_batches, tmp_path / "headlines.parquet")
    compare = partial(bulk.compare, source, by="year", before="2001", after="2003", codebook=folder / "codebook.toml")
    assert not any("stand alone" in note for note in compare()[0].notes)  # too few for likeness
    monkeypatch.setattr(likeness, "FEW", 30)
    assert sum("stand alone" in note for note in compare()[0].notes) == 1


@pytest.mark.parametrize(("sides", "said"), [({"by": "party"}, "No grouping variable named 'party'"), ({"after": "2001-2002"}, "must not share")])
def test_run_bulk_sides_are_those_of_the_walk(folder, sides, said):
    source = partial(bulk.read_batches, folder / "speeches.parquet")
    with pytest.raises(ValueError, match=said):
        bulk.compare(source, **{"by": "year", "before": "2001", "after": "2003", **sides})


def test_run_bulk_command_makes_the_diff_of_the_walk_without_what_it_does_not_hold(folder, walked, cli, tmp_path):
    asked = ("diff", folder / "speeches.parquet", "--by", "year", "--before", "2001", "--after", "2003", "--executor", "local")
    asked += ("--codebook", folder / "codebook.toml", "--cache", tmp_path / "cache", "-o", tmp_path / "out")
    status, _, _ = cli(*asked, "--bulk")
    assert status == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "diff.json", "diff.md", "diff.csv", "diff.parquet", "report.html", "segments.parquet", "mentions.parquet",
    }  # fmt: skip
    assert from_json(tmp_path / "out" / "diff.json").themes == without_words(walked.diff.themes)
    status, _, said = cli(*asked, "--bulk", "--targets", "x.txt")
    assert status == 2 and "without --targets" in said


@pytest.mark.parametrize("option", ["--hand-codes", "--error-rates", "--cluster", "--corrections"])
def test_run_bulk_command_refuses_what_it_would_leave_out(option, cli, tmp_path):
    status, _, said = cli("diff", tmp_path, "--by", "year", "--before", "1", "--after", "2", "--bulk", option, "x.csv")
    assert status == 2 and f"without {option}" in said


def test_run_bulk_reads_columns_of_other_names_and_passes_over_speeches_without_text(tmp_path):
    frame = pd.DataFrame({"name": ["a", "b"], "body": ["It is late.", None], "year": [1, 2]})
    store.write(frame, tmp_path / "other.parquet")
    (found,) = bulk.read_batches(tmp_path / "other.parquet", text="body", id="name")
    assert found[["speech_id", "text", "year"]].values.tolist() == [["a", "It is late.", 1]]


def test_run_bulk_is_offered_where_the_speeches_are_many(monkeypatch, capsys):
    from pipeline.commands import bulk as command

    command.suggest(pd.DataFrame({"text": ["a b c"]}))
    assert not capsys.readouterr().err
    monkeypatch.setattr(command, "MANY_WORDS", 1)
    command.suggest(pd.DataFrame({"text": ["a b c"]}))
    assert "--bulk" in capsys.readouterr().err
