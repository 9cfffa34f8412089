from __future__ import annotations

import pandas as pd
import pytest

from pipeline.speakers import attribute, attribute_text

SPEECH = (
    "Friends, we have come far together. I promised a harbour, and we built one. Our ferries run again. We will not stop here."
)
ARTICLE = "The ferry company said on Monday that it would stop. The mayor told reporters that the harbour had cost too much. Fares rose."
TALE = "I met him by the sea. “Will you come?” he asked me. “No,” I said. “Not today.” We walked on, and my hat blew off. “Wait,” he said."


@pytest.mark.parametrize(("text", "spoken"), [(SPEECH, True), (ARTICLE, False), (TALE, False)])
def test_speakers_text_of_no_kind_is_a_speech_when_it_speaks_in_the_first_person(text, spoken):
    assert all(utterance.mode == "spoken" for utterance in attribute_text(text, default_speaker="Ann Lee")) == spoken


def test_speakers_declared_kind_is_believed():
    assert not any(u.mode == "spoken" for u in attribute_text(SPEECH, kind="article", default_speaker="Ann Lee"))


def test_speakers_table_reads_a_speech_of_no_kind_and_no_speaker_as_a_speech():
    """A single text without a speaker stays an article: an opinion piece says "I" too, and reports others."""
    table = attribute(pd.DataFrame({"speech_id": ["a", "b"], "text": [SPEECH, ARTICLE]}))
    assert set(table.loc[table["speech_id"] == "a", "mode"]) == {"spoken"}
    assert "spoken" not in set(table.loc[table["speech_id"] == "b", "mode"])
    assert not any(u.mode == "spoken" for u in attribute_text(SPEECH))


def test_speakers_printed_labels_of_an_address_are_no_words_of_its_speaker():
    text = "The Mayor. Friends, I thank you.\n\nAudience members. Four more ferries!\n\nThe Mayor. You will have them."
    found = attribute_text(text, kind="speech", default_speaker="Ann Lee", aliases={"Ann Lee": ["The Mayor"]})
    spoken = {(u.speaker, text[u.start : u.end].strip()) for u in found if u.mode == "spoken"}
    assert spoken == {("Ann Lee", "Friends, I thank you."), ("Audience members", "Four more ferries!"), ("Ann Lee", "You will have them.")}
    assert "".join(text[u.start : u.end] for u in found) == text
