from __future__ import annotations

import pytest

from pipeline.speakers import attribute_text

SPEECH = "Friends, we have come far together. I promised a harbour, and we built one. Our ferries run again. We will not stop here."
ARTICLE = "The ferry company said on Monday that it would stop. The mayor told reporters that the harbour had cost too much. Fares rose."
TALE = "I met him by the sea. “Will you come?” he asked me. “No,” I said. “Not today.” We walked on, and my hat blew off. “Wait,” he said."


@pytest.mark.parametrize(("text", "spoken"), [(SPEECH, True), (ARTICLE, False), (TALE, False)])
def test_speakers_text_of_no_kind_is_a_speech_when_it_speaks_in_the_first_person(text, spoken):
    assert all(utterance.mode == "spoken" for utterance in attribute_text(text)) == spoken


def test_speakers_declared_kind_is_believed():
    assert not any(utterance.mode == "spoken" for utterance in attribute_text(SPEECH, kind="article"))
