"""The three spaCy components together: advertised, analysed, saved, batched, and saying what the functions say."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import spacy
from conftest import LIBRARY

from pipeline import docbin, language
from pipeline.records import Theme
from pipeline.speakers import attribute_text
from pipeline.topics import code
from pipeline.topics.component import SPANS, ThemesComponent, make_themes, saved_themes

CODEBOOK = """
[codebook]
other = ["thank you for coming"]
[[theme]]
name = "Libraries"
phrases = ["public library", "library budget", "libraries"]
[[theme]]
name = "Buses"
phrases = ["bus service", "bus routes", "Bus Franchise Bill"]
[[theme]]
name = "Floods"
phrases = ["flood defences", "the river rose"]
"""
TEXTS = list(LIBRARY.values())


@pytest.fixture
def codebook(tmp_path: Path) -> str:
    path = tmp_path / "codebook.toml"
    path.write_text(CODEBOOK, encoding="utf-8")
    return str(path)


@pytest.fixture
def nlp(codebook: str) -> spacy.language.Language:
    """All three components on sentences by rule; nothing of ours is imported by name."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("themeshift/utterances", config={"default_speaker": "Ann Lee", "kind": "speech"})
    nlp.add_pipe("themeshift/themes", config={"codebook": codebook})
    nlp.add_pipe("themeshift/stance", config={"targets": ["Bus Franchise Bill"]})
    return nlp


def found(doc: spacy.tokens.Doc) -> dict[str, list[tuple]]:
    keys = ("utterances", "themes", "stance")
    return {key: [(s.start, s.end, s.label_, s.kb_id_, s.id_) for s in doc.spans[key]] for key in keys}


def test_components_analyse_without_a_problem(nlp):
    analysis = nlp.analyze_pipes()
    assert not [problem for problems in analysis["problems"].values() for problem in problems]
    for name in ("utterances", "themes", "stance"):
        assert "doc.spans" in analysis["summary"][f"themeshift/{name}"]["assigns"]


def test_components_say_the_same_alone_and_in_batches(nlp):
    alone = [found(nlp(text)) for text in TEXTS]
    assert [found(doc) for doc in nlp.pipe(TEXTS * 2, batch_size=3)] == alone * 2
    assert all(alone[0].values())


def test_components_survive_the_disk(nlp, tmp_path, codebook):
    before = found(nlp(TEXTS[0]))
    nlp.to_disk(tmp_path / "saved")
    Path(codebook).unlink()
    again = spacy.load(tmp_path / "saved")
    assert found(again(TEXTS[0])) == before


def test_components_survive_bytes(nlp):
    again = nlp.from_bytes(nlp.to_bytes())
    assert found(again(TEXTS[1])) == found(nlp(TEXTS[1]))


def test_components_utterances_are_those_of_the_function(nlp):
    doc = nlp(TEXTS[0])
    modes = [utterance.mode for utterance in attribute_text(TEXTS[0], default_speaker="Ann Lee", kind="speech")]
    assert [span.label_ for span in doc.spans["utterances"]] == modes


def test_components_run_behind_the_english_pipeline(codebook):
    nlp = spacy.load(language.pipeline_package())
    nlp.add_pipe("themeshift/themes", config={"codebook": codebook})
    doc = nlp(TEXTS[1])
    assert {span.label_ for span in doc.spans["themes"]} >= {"libraries", "floods"}


def test_components_themes_are_those_of_the_function(nlp, codebook):
    doc = nlp(TEXTS[1])
    texts = [sent.text for sent in doc.sents if sent.text.strip()]
    sentences = pd.DataFrame({"speech_id": "doc", "position": range(len(texts)), "text": texts})
    mentions, _ = code(sentences, codebook=codebook)
    named = mentions[mentions["theme"].notna()]
    assert [span.label_ for span in doc.spans[SPANS]] == named["theme"].tolist()
    assert doc.spans[SPANS].attrs["weights"] == pytest.approx(named["weight"].tolist(), abs=0.001)
    assert {span.id_ for span in doc.spans[SPANS]} <= {"literal", "similar"}


def test_components_themes_predict_changes_nothing(codebook):
    doc = spacy.blank("en")(TEXTS[0])
    ThemesComponent("themes", codebook=codebook).predict(doc)
    assert SPANS not in doc.spans


def test_components_themes_without_codebook_say_so():
    with pytest.raises(ValueError, match="must have a codebook"):
        make_themes(spacy.blank("en"), "themes", None, "static")(spacy.blank("en")("Buses run late."))


def test_components_themes_of_an_empty_document(codebook):
    assert len(ThemesComponent("themes", codebook=codebook)(spacy.blank("en")("")).spans[SPANS]) == 0


def test_components_themes_of_a_saved_run(tmp_path):
    """What ``themeshift topics`` left beside its output is a codebook for other texts."""
    from pipeline.commands.files import write_themes

    write_themes((Theme("bus-service", "Bus service", ("buses", "bus routes")),), str(tmp_path / "mentions.parquet"))
    path = tmp_path / "mentions.parquet.themes.json"
    assert saved_themes(path).themes[0].phrases == ("Bus service", "buses", "bus routes")
    doc = ThemesComponent("themes", codebook=path)(spacy.blank("en")("The bus service is late."))
    assert [span.label_ for span in doc.spans[SPANS]] == ["bus-service"]


def test_components_saved_themes_that_are_none(tmp_path):
    (tmp_path / "x.json").write_text('[{"id": 1}]', encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.json: saved themes must be"):
        saved_themes(tmp_path / "x.json")


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory):
    """A short walk over the two speeches of the invented towns."""
    from pipeline import walk
    from pipeline.ingest import read_speeches

    folder = tmp_path_factory.mktemp("walk")
    for name, text in LIBRARY.items():
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return walk(read_speeches([folder / "north", folder / "south"]).assign(group=["north", "south"]), by="group", before="north",
                after="south", codebook=folder / "codebook.toml")


def test_docbin_holds_texts_spans_and_variables(walked, tmp_path):
    path = tmp_path / "walk.spacy"
    docbin.write_docbin(path, walked.speeches, segments=walked.segments, mentions=walked.mentions, stances=walked.stances)
    docs = list(spacy.tokens.DocBin().from_disk(path).get_docs(spacy.blank("en").vocab))
    assert [doc.text for doc in docs] == walked.speeches["text"].tolist()
    assert [doc.user_data["group"] for doc in docs] == ["north", "south"]
    assert set(docs[0].spans) == {"segments", "themes", "stance"}
    for doc, (_, mentions) in zip(docs, walked.mentions.groupby("speech_id"), strict=True):
        assert [span.label_ for span in doc.spans["themes"]] == mentions["theme"].dropna().tolist()
    segments = walked.segments[walked.segments["speech_id"] == walked.speeches["speech_id"][0]]
    assert [span.text for span in docs[0].spans["segments"]] == segments["text"].tolist()


def test_docbin_of_speeches_alone(walked):
    docs = list(docbin.to_docs(walked.speeches))
    assert [doc.user_data["speech_id"] for doc in docs] == walked.speeches["speech_id"].tolist()


def test_docbin_with_lemmas_has_them_for_every_word(walked):
    docs = list(docbin.to_docs(walked.speeches, lemmatised=True))
    assert [doc.text for doc in docs] == walked.speeches["text"].tolist()
    assert all(token.lemma_ and token.tag_ for doc in docs for token in doc)
