from __future__ import annotations

import pandas as pd
import pytest

from pipeline.records import MENTIONS, SEGMENTS, SPEECHES, STANCES, TABLES, UTTERANCES, conform, docvars


def test_records_conform_puts_declared_columns_first_and_keeps_docvars():
    frame = pd.DataFrame([{"party": "Green", "text": "Yes.", "speech_id": "a"}])
    table = conform(frame, SPEECHES)
    assert list(table.columns) == [*SPEECHES.schema.names, "party"]
    assert docvars(table, SPEECHES) == ["party"]
    assert table.loc[0, "date"] is None


def test_records_conform_does_not_change_its_argument():
    frame = pd.DataFrame([{"speech_id": "a", "text": "Yes."}])
    before = frame.copy()
    conform(frame, SPEECHES)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("table", [UTTERANCES, SEGMENTS, MENTIONS, STANCES], ids=lambda table: table.name)
def test_records_conform_names_the_missing_column(table):
    with pytest.raises(ValueError, match=f"A table of {table.name} must have the column 'speech_id'"):
        conform(pd.DataFrame([{"text": "x"}]), table)


def test_records_conform_refuses_words_where_numbers_belong():
    row = dict.fromkeys(SEGMENTS.schema.names, 0) | {"start": "early"}
    with pytest.raises(ValueError, match="'start' of a table of segments must hold numbers"):
        conform(pd.DataFrame([row]), SEGMENTS)


def test_records_mentions_extend_segments():
    assert MENTIONS.schema.names[: len(SEGMENTS.schema.names)] == SEGMENTS.schema.names
    assert set(TABLES) == {"speeches", "utterances", "segments", "mentions", "stances"}
