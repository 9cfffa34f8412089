"""Who says what, genre by genre; every sentence was written for these tests."""

from __future__ import annotations

import pytest

from pipeline.speakers import attribute_text

PEOPLE = {"Nora Finch": {"aliases": ["Finch"], "pronouns": ["she"]}, "Tom Ashby": {"aliases": ["Ashby"], "pronouns": ["he"]}}


def said(text, **options):
    """(mode, speaker, words without white space at the ends) of every utterance that somebody says."""
    spans = attribute_text(text, **options)
    return [
        (span.mode, span.speaker, text[span.start : span.end].strip())
        for span in spans
        if span.mode in ("spoken", "quoted", "reported")
    ]


def quoted(text, **options):
    return [(speaker, words) for mode, speaker, words in said(text, **options) if mode == "quoted"]


def furniture(text, **options):
    return {text[u.start : u.end].strip(): u.how for u in attribute_text(text, **options) if u.mode == "furniture"}


PRESS_RELEASE = """Upcoming events

Mon, 3 Mar 25 09:30

“A bridge for everyone”

“A bridge for everyone is what this town has waited for, and we mean to build it”, the Chair of the Harbour Trust, Nora Finch, said.

Nora Finch renewed her call for a second ferry.

On the ferry

“The ferry is old and the timetable is older. We need a plan, and the plan needs money.”

On the harbour wall

“A wall keeps the sea out. ‘Good enough’ is not good enough for the people behind it.”

ENDS

Notes to editors:

• The Harbour Trust looks after the harbour.

Related Articles"""


def test_speakers_press_release_gives_block_quotations_to_the_default_speaker():
    spans = quoted(PRESS_RELEASE, default_speaker="Nora Finch", aliases=PEOPLE, kind="press_release")
    assert [speaker for speaker, _ in spans] == ["Nora Finch"] * 3
    assert [words[:8] for _, words in spans] == ["“A bridg", "“The fer", "“A wall "]


def test_speakers_press_release_furniture_has_reasons():
    reasons = furniture(PRESS_RELEASE, default_speaker="Nora Finch", aliases=PEOPLE, kind="press_release")
    assert reasons == {
        "Upcoming events": "navigation",
        "Mon, 3 Mar 25 09:30": "date",
        "“A bridge for everyone”": "headline",
        "On the ferry": "heading",
        "On the harbour wall": "heading",
        "ENDS": "end",
        "Notes to editors:": "notes",
        "• The Harbour Trust looks after the harbour.": "notes",
        "Related Articles": "notes",
    }


def test_speakers_press_release_without_a_declared_speaker_assumes_nobody():
    text = "The trust met on Monday to talk about the wall and the ferry.\n\n“The ferry is old and must be replaced.”"
    assert quoted(text, default_speaker="", kind="press_release") == [(None, "“The ferry is old and must be replaced.”")]


def test_speakers_press_release_frame_beats_the_default_speaker():
    text = "“The wall leaks,” said harbour master Tom Ashby. “It has leaked for years.”\n\n“We shall mend it this summer.”"
    assert [speaker for speaker, _ in quoted(text, default_speaker="Nora Finch", aliases=PEOPLE)] == [
        "Tom Ashby",
        "Tom Ashby",
        "Nora Finch",
    ]


MAGAZINE = """Harbour chief sets out her stall for the year

Jo Pell
Tuesday, March 4, 2025

Nora Finch, who grew up beside the old quay, took over the trust last week and has no time to lose.

Nora Finch took over last week. Picture: Harbour Trust
Nora Finch took over last week. Picture: Harbour Trust

‘Learning the ropes’

“I was born within sight of the quay,” she says, adding that the trust is “short of hands”.

Finch argues that while the council means well, “its plan does not touch the wall”.

The ferry, however, “has a future if somebody pays for it”, she says.

A key obstacle, she says, lies in the price of steel.

She backs calls for a regional fund but warns that “money alone will not hold back the tide”.

Harbour News membership

• Every issue by post
• The archive

From £12 / month

Subscribe"""


def test_speakers_magazine_keeps_the_writer_apart_from_the_one_she_writes_about():
    spans = said(MAGAZINE, aliases=PEOPLE, default_speaker="", kind="article")
    assert {speaker for _, speaker, _ in spans} == {"Nora Finch"}
    assert [words for mode, _, words in spans if mode == "quoted"] == [
        "“I was born within sight of the quay,”",
        "“short of hands”",
        "“its plan does not touch the wall”",
        "“has a future if somebody pays for it”",
        "“money alone will not hold back the tide”",
    ]
    reported = [words for mode, _, words in spans if mode == "reported"]
    assert "that the trust is" in reported
    assert "A key obstacle" in reported and "lies in the price of steel" in reported
    assert "calls for a regional fund" in reported


def test_speakers_magazine_furniture_is_named():
    reasons = furniture(MAGAZINE, aliases=PEOPLE, kind="article")
    assert reasons["Harbour chief sets out her stall for the year"] == "headline"
    assert reasons["Jo Pell"] == "byline"
    assert reasons["Tuesday, March 4, 2025"] == "date"
    assert reasons["Nora Finch took over last week. Picture: Harbour Trust"] == "caption"
    assert reasons["‘Learning the ropes’"] == "heading"
    assert {reasons[line] for line in ("Harbour News membership", "• The archive", "From £12 / month", "Subscribe")} == {"advert"}


WIRE = """LOWTON (Wire) — The mayor of Lowton, Tom Ashby, said on Friday that the bridge would open in May.

"We are ready, and so is the bridge," Mayor Tom Ashby told reporters. "Nobody will wait any longer."

Ashby was quoted as saying: "The toll is off the table."

The work cost $4 million, according to a city report.

"That is twice what they promised," tweeted shopkeeper Mary Vance.

Asked about the cost, Vance's lawyer, Peter Hume, called it "a scandal" and said the council "must answer"."""


def test_speakers_wire_copy_finds_inverted_passive_and_nominal_frames():
    spans = said(WIRE)
    assert ("quoted", "Tom Ashby", '"We are ready, and so is the bridge,"') in spans
    assert ("quoted", "Tom Ashby", '"Nobody will wait any longer."') in spans
    assert ("quoted", "Tom Ashby", '"The toll is off the table."') in spans
    assert ("quoted", "Mary Vance", '"That is twice what they promised,"') in spans
    assert ("reported", "a city report", "The work cost $4 million") in spans
    assert ("quoted", "Peter Hume", '"a scandal"') in spans
    assert ("quoted", "Peter Hume", '"must answer"') in spans
    assert ("reported", "Tom Ashby", "that the bridge would open in May") in spans


TRANSCRIPT = """Evening meeting of the harbour board

CHAIR NORA FINCH: Good evening. [Applause] The "old quay" is the first item.
TOM ASHBY (engineer): Thank you. The wall said "no" to us last winter. (Laughter)

It will not hold.
FINCH: What would it cost?
AUDIENCE MEMBER: Too much!
ASHBY: Four million."""


def test_speakers_transcript_takes_labels_for_the_truth():
    spans = said(TRANSCRIPT)
    assert [(mode, speaker) for mode, speaker, _ in spans] == [
        ("spoken", "Nora Finch"),
        ("spoken", "Nora Finch"),
        ("spoken", "Tom Ashby"),
        ("spoken", "Tom Ashby"),
        ("spoken", "Nora Finch"),
        ("spoken", "Audience Member"),
        ("spoken", "Tom Ashby"),
    ]
    reasons = furniture(TRANSCRIPT)
    assert reasons["[Applause]"] == reasons["(Laughter)"] == "stage-direction"
    assert reasons["FINCH:"] == "turn-label"


DEBATE = """The Speaker: Order. The question is on the budget.
Mr Tom Ashby (Lowton) (Lab): I beg to move that the wall be mended.
Hon. Members: Hear, hear!
Nora Finch (Quayside) (Con): Will he tell us who pays?
Mr Ashby: We all do.
Nora Finch: Then let him say so."""


def test_speakers_debate_gives_interjections_to_who_makes_them():
    spans = said(DEBATE, aliases=PEOPLE)
    assert [speaker for _, speaker, _ in spans] == [
        "The Speaker",
        "Tom Ashby",
        "Hon. Members",
        "Nora Finch",
        "Tom Ashby",
        "Nora Finch",
    ]
    assert all(mode == "spoken" for mode, _, _ in spans)


INTERVIEW = """Q: What will you do first?
A: Mend the wall.
Q: And then?
A: Buy a ferry. My father used to say, “Never trust a wall.”"""


def test_speakers_interview_answers_are_the_default_speakers():
    spans = said(INTERVIEW, default_speaker="Nora Finch")
    assert [speaker for _, speaker, _ in spans] == ["Q", "Nora Finch", "Q", "Nora Finch"]


def test_speakers_prose_interview_alternates_between_two():
    text = "\n\n".join(
        (
            "“Why did you take the job?” asked Jo Pell.",
            "“Somebody had to, did they not?” said Nora Finch.",
            "“And do you like it?”",
            "“You ask as if I had a choice.”",
            "“Have you?”",
            "“Would you give up the sea?”",
            "“I might, if you paid me.” Pell laughed.",
            "“Then you do not know the sea, do you?” Finch said.",
        )
    )
    speakers = [speaker for speaker, _ in quoted(text)]
    assert speakers == ["Jo Pell", "Nora Finch"] * 4


NOVEL = """CHAPTER I

"I never said it was the wind," replied Mr. Marlow, and he put the lamp
upon the table as though it were made of glass. "It was the
tide, and nothing but the tide."

His daughter looked up. "Then why, papa, did you say
"wind" to the doctor?"

"Because," said he, "the doctor
does not believe in tides."
"""


def test_speakers_fiction_is_unwrapped_and_not_moved():
    spans = quoted(NOVEL)
    assert spans[0] == ("Marlow", '"I never said it was the wind,"')
    assert spans[1] == ("Marlow", '"It was the\ntide, and nothing but the tide."')
    assert ("Marlow", '"Because,"') in spans and ("Marlow", '"the doctor\ndoes not believe in tides."') in spans


SPEECH = """Friends, it is good to be home. (Applause)

I said last year that we would mend the wall. We have begun.

As my grandmother said, “The sea keeps its own books.” We must keep ours.

AUDIENCE MEMBER: Mend it now!

We shall, and that “shall” is a promise. [Laughter]"""


def test_speakers_speech_is_its_speakers_from_end_to_end():
    spans = said(SPEECH, default_speaker="Nora Finch", kind="speech")
    assert {(mode, speaker) for mode, speaker, _ in spans} == {
        ("spoken", "Nora Finch"),
        ("quoted", "my grandmother"),
        ("spoken", "AUDIENCE MEMBER"),
    }
    assert ("quoted", "my grandmother", "“The sea keeps its own books.”") in spans
    assert furniture(SPEECH, default_speaker="Nora Finch", kind="speech") == {
        "(Applause)": "stage-direction",
        "AUDIENCE MEMBER:": "turn-label",
        "[Laughter]": "stage-direction",
    }


@pytest.mark.parametrize("kind", ["speech", "address", "blog", "message"])
def test_speakers_speech_without_quotation_marks_asks_no_parser(kind, monkeypatch):
    import pipeline.language

    monkeypatch.setattr(pipeline.language, "nlp", lambda: pytest.fail("the parser was asked"))
    text = "We shall mend the wall.\n\nWe shall buy a ferry."
    assert said(text, default_speaker="Nora Finch", kind=kind) == [
        ("spoken", "Nora Finch", "We shall mend the wall."),
        ("spoken", "Nora Finch", "We shall buy a ferry."),
    ]
