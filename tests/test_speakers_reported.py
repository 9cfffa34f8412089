"""Reported speech, frames and names, sentence by sentence; every sentence was written for these tests."""

from __future__ import annotations

import itertools

import pytest

from pipeline.speakers import attribute_text


def spans(text, mode, **options):
    return [(span.speaker, text[span.start : span.end].strip()) for span in attribute_text(text, **options) if span.mode == mode]


@pytest.mark.parametrize(
    ("sentence", "holder", "content"),
    [
        ("Mary Hill said that the road was closed.", "Mary Hill", "that the road was closed"),
        ("The road, Mary Hill said, was closed.", "Mary Hill", "was closed"),
        ("The road is closed, Mary Hill says.", "Mary Hill", "The road is closed"),
        ("According to the county, the road is closed.", "the county", "the road is closed"),
        ("Mary Hill renewed her call for a new road.", "Mary Hill", "for a new road"),
        ("Mary Hill opposes the closure of the road.", "Mary Hill", "the closure of the road"),
        ("Mary Hill urged ministers to open the road.", "Mary Hill", "to open the road"),
        ("Mary Hill accused the county of neglect.", "Mary Hill", "of neglect"),
        ("Mary Hill was sure that the road would open.", "Mary Hill", "that the road would open"),
        ("Mary Hill told reporters the road was closed.", "Mary Hill", "the road was closed"),
        ("Mary Hill made it clear that the road would stay shut.", "Mary Hill", "that the road would stay shut"),
        ("It was a plan that the union said it could not support.", "the union", "it could not support"),
    ],
)
def test_speakers_reported_finds_the_content_and_its_holder(sentence, holder, content):
    assert (holder, content) in spans(sentence, "reported")


@pytest.mark.parametrize(
    "sentence",
    [
        "The road was closed on Monday.",
        "It seems that the road is closed.",
        "The council raised money and cut the grass.",
        "He continued to walk towards the road.",
    ],
)
def test_speakers_reported_leaves_plain_telling_alone(sentence):
    assert spans(sentence, "reported") == []


def test_speakers_mixed_quotation_is_several_touching_spans():
    text = "Mary Hill said the road was “a danger to everyone” and that she would “close it herself”."
    pieces = [u for u in attribute_text(text) if u.mode in ("quoted", "reported")]
    assert [u.mode for u in pieces] == ["reported", "quoted", "reported", "quoted"]
    assert {u.speaker for u in pieces} == {"Mary Hill"}
    assert all(before.end == after.start for before, after in itertools.pairwise(pieces))


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“Go home,” said Mary Hill.", "Mary Hill"),
        ("“Go home,” Mary Hill, who runs the inn, said.", "Mary Hill"),
        ("Mary Hill, the innkeeper, said: “Go home.”", "Mary Hill"),
        ("The head of the union of bakers, Mary Hill, said: “Go home.”", "Mary Hill"),
        ("“Go home,” tweeted baker Mary Hill.", "Mary Hill"),
        ("“Go home,” exhorted Mary Hill.", "Mary Hill"),
        ("Said Mary Hill: “Go home.”", "Mary Hill"),
        ("According to Mary Hill, “Nobody will go home tonight.”", "Mary Hill"),
        ("Mary Hill was asked to speak and said, “Go home.”", "Mary Hill"),
        ("Turning to the crowd, Mary Hill added: “Go home.”", "Mary Hill"),
        ("“Go home.” — Mary Hill", "Mary Hill"),
        ("“Go home”, she said. Mary Hill laughed.", None),
    ],
)
def test_speakers_frame_names_the_speaker(text, speaker):
    ((found, words),) = spans(text, "quoted")
    assert words.startswith("“Go home") or words.startswith("“Nobody")
    assert found == speaker or (speaker is None and found == "she")


def test_speakers_words_that_liken_belong_to_who_likens():
    text = "She describes her first year as keeper of the old lighthouse of Lowton as a “long walk”. Mary Hill left."
    assert [words for _, words in spans(text, "quoted")] == ["“long walk”"]


@pytest.mark.parametrize(
    "text",
    [
        "The so-called “smart road” was closed on Monday.",
        "She reviewed the film “The Road to Nowhere” for the paper.",
        "Mary Hill would have said, “Go home,” had she been there.",
        "Mary Hill did not say, “Go home.”",
    ],
)
def test_speakers_words_that_nobody_said_are_not_quoted(text):
    assert spans(text, "quoted") == []


def test_speakers_pronouns_go_to_a_person_and_not_to_a_paper():
    text = (
        "Mary Hill read the Roads White Paper on Monday. The Roads White Paper surprised the council. “It is a start,” she said."
    )
    assert spans(text, "quoted") == [("Mary Hill", "“It is a start,”")]


def test_speakers_pronouns_respect_the_registry():
    people = {"Robin Vale": {"aliases": ["Vale"], "pronouns": ["she"]}, "Kim Orr": {"aliases": ["Orr"], "pronouns": ["he"]}}
    text = "Robin Vale met Kim Orr on Monday. Orr was late. “I had all day,” she said. “I had not,” he replied."
    assert [speaker for speaker, _ in spans(text, "quoted", aliases=people)] == ["Robin Vale", "Kim Orr"]


def test_speakers_aliases_and_surnames_lead_to_the_registered_name():
    people = {"Mary Hill": ["the Mayor of Lowton", "Molly"]}
    text = "“One,” said Hill. “Two,” said Molly. “Three,” said the Mayor of Lowton."
    assert [speaker for speaker, _ in spans(text, "quoted", aliases=people)] == ["Mary Hill"] * 3


def test_speakers_mention_is_the_one_nearest_the_words():
    text = "Mary Hill came in. “Good evening,” she said."
    (quote,) = [u for u in attribute_text(text) if u.mode == "quoted"]
    assert text[quote.speaker_start : quote.speaker_end] == "she" and quote.speaker == "Mary Hill"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("‘It is late,’ she said. ‘The dogs’ home is shut.’ ‘Then wait,’ he said. ‘Rock ’n’ roll!’ she said.", 4),
        ('"It is late," she said. "The pipe is 5" wide."', 2),
        ("``It is late,'' she said.", 1),
        ("«It is late», she said.", 1),
        ("“It is late,“ she said.", 1),
        ("“He told me ‘no’ twice,” she said.", 1),
        ("“It is [very] late … and dark,” she said.", 1),
        ("“It is late, she said.", 1),
        ("„It is late,” she said.", 1),
    ],
)
def test_speakers_marks_of_every_style(text, words):
    assert len(spans(text, "quoted")) == words


def test_speakers_marks_reopened_over_paragraphs_keep_the_speaker():
    text = "Mary Hill said: “The road is shut.\n\n“The bridge is shut.\n\n“And so is the inn.”\n\nThe mayor left."
    assert [speaker for speaker, _ in spans(text, "quoted")] == ["Mary Hill"] * 3


def test_speakers_marks_run_over_paragraphs_without_being_repeated():
    text = "Mary Hill said: “The road is shut.\n\nThe bridge is shut.\n\nSo is the inn.” The mayor left."
    assert [speaker for speaker, _ in spans(text, "quoted")] == ["Mary Hill"]


def test_speakers_pull_quote_counts_once():
    body = "“We will not close the road while I am mayor of this town,” said Mary Hill, who was elected in May."
    text = (
        f"{body}\n\nWe will not close the road while I am mayor.\n\nThe road has been open since 1820, and nobody wants it shut."
    )
    duplicate = [u for u in attribute_text(text) if u.how == "duplicate"]
    assert [text[u.start : u.end].strip() for u in duplicate] == ["We will not close the road while I am mayor."]
    assert len(spans(text, "quoted")) == 1


def test_speakers_dateline_is_furniture_and_no_speaker():
    text = "LOWTON, England (Wire) — Mary Hill said the road was shut."
    first = attribute_text(text)[0]
    assert (first.mode, first.how, text[: first.end].strip()) == ("furniture", "dateline", "LOWTON, England (Wire) —")
    assert spans(text, "reported") == [("Mary Hill", "the road was shut")]
