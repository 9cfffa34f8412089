"""The parts of the topics room, one by one."""

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from pipeline import encode
from pipeline.records import Theme
from pipeline.topics import ThemeModel, agreement, calibration, codebook, edits, guided, hierarchy, likeness
from pipeline.topics.coded import Coded
from pipeline.topics.context import centre, reading_order, smooth
from pipeline.topics.discover import cut, discover
from pipeline.topics.estimators import SentenceVectorizer
from pipeline.topics.likeness import as_used_here, of_nearest, resembling
from pipeline.topics.literal import PhraseMatcher, expansions, stem
from pipeline.topics.membership import partition, posterior
from pipeline.topics.names import name_themes
from pipeline.topics.nouns import noun_phrases
from pipeline.topics.phrases import candidates, display
from pipeline.topics.references import resolved
from pipeline.topics.shortlist import shortlists
from pipeline.topics.sketch import Sketch
from pipeline.topics.telling import generality, relational


def unit(n: int, d: int = 8, seed: int = 0) -> np.ndarray:
    return encode.normalise(np.random.default_rng(seed).normal(size=(n, d)))


# Context


def test_topics_smoothing_never_crosses_a_speech_a_speaker_or_a_section() -> None:
    for column, values in (("speech_id", ["a", "b"]), ("speaker", ["Moss", "Reed"]), ("section", ["Roads", "Parks"])):
        frame = pd.DataFrame({"speech_id": "s", "position": range(4), "speaker": "x", "section": "y"})
        frame[column] = np.repeat(values, 2)
        vectors = unit(4)
        other = vectors.copy()
        other[2:] = unit(2, seed=9)
        order = reading_order(frame)
        assert np.array_equal(smooth(vectors, order)[:2], smooth(other, order)[:2])


def test_topics_smoothing_goes_by_position_not_by_row() -> None:
    frame = pd.DataFrame({"speech_id": "s", "position": range(6)})
    vectors = unit(6)
    shuffle = np.array([3, 0, 5, 1, 4, 2])
    straight = smooth(vectors, reading_order(frame))
    mixed = smooth(vectors[shuffle], reading_order(frame.iloc[shuffle].reset_index(drop=True)))
    assert np.allclose(straight[shuffle], mixed)


def test_topics_rows_without_a_speech_stand_alone() -> None:
    vectors = unit(5)
    assert np.allclose(smooth(vectors, reading_order(pd.DataFrame({"text": list("abcde")}))), vectors, atol=1e-6)


def test_topics_another_paragraph_counts_less() -> None:
    vectors = np.eye(2, dtype=np.float32)
    near = smooth(vectors, reading_order(pd.DataFrame({"speech_id": "s", "position": [0, 1], "paragraph": 0})))
    far = smooth(vectors, reading_order(pd.DataFrame({"speech_id": "s", "position": [0, 1], "paragraph": [0, 1]})))
    assert near[0, 1] > far[0, 1] > 0


def test_topics_centre_takes_out_part_of_a_long_speech() -> None:
    vectors = unit(60)
    vectors[:30] = encode.normalise(vectors[:30] + 2 * np.eye(8, dtype=np.float32)[0])
    speech = np.repeat([0, 1], 30)
    gap = [np.linalg.norm(v[:30].mean(0) - v[30:].mean(0)) for v in (vectors, centre(vectors, speech))]
    assert gap[1] < gap[0]


# Membership


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 200), st.integers(2, 6), st.integers(0, 5))
def test_topics_posterior_is_a_distribution(n: int, k: int, seed: int) -> None:
    energies = np.random.default_rng(seed).normal(size=(n, k))
    order = reading_order(pd.DataFrame({"speech_id": "s", "position": range(n)}))
    weights = posterior(energies, order, stay=0.8)
    assert np.allclose(weights.sum(axis=1), 1)
    assert (weights >= 0).all()


def test_topics_posterior_agrees_with_the_plain_recursion() -> None:
    rng = np.random.default_rng(1)
    n, k, stay = 150, 3, 0.8
    likelihood = np.exp(rng.normal(size=(n, k)))
    move = stay * np.eye(k) + (1 - stay) / k
    forward, backward = np.zeros((n, k)), np.ones((n, k))
    forward[0] = likelihood[0] / k
    for t in range(1, n):
        forward[t] = forward[t - 1] @ move * likelihood[t]
        forward[t] /= forward[t].sum()
    for t in range(n - 2, -1, -1):
        backward[t] = move @ (likelihood[t + 1] * backward[t + 1])
        backward[t] /= backward[t].sum()
    plain = forward * backward
    plain /= plain.sum(axis=1, keepdims=True)
    order = reading_order(pd.DataFrame({"speech_id": "s", "position": range(n)}))
    assert np.allclose(posterior(np.log(likelihood), order, stay=stay), plain, atol=2e-3)


def test_topics_partition_leaves_no_theme_empty() -> None:
    weights = np.tile([0.7, 0.2, 0.1], (6, 1))
    assert set(partition(weights)) == {0, 1, 2}


def test_topics_cut_gives_the_parts_of_the_tree() -> None:
    from scipy.cluster.hierarchy import linkage

    points = np.array([[0.0], [0.1], [5.0], [5.1], [9.0]])
    assert cut(linkage(points, "ward"), 3).tolist() == [0, 0, 1, 1, 2]


def test_topics_discover_orders_themes_by_size() -> None:
    vectors = encode.normalise(np.repeat(np.eye(3, 8, dtype=np.float32), [4, 10, 6], axis=0) + 0.05 * unit(20))
    clusters = discover(vectors, reading_order(pd.DataFrame({"text": ["x"] * 20})), n_themes=3)
    assert np.bincount(clusters.labels).tolist() == [10, 6, 4]


# Guided


def phrases(*counts: int, seed: int = 5) -> guided.Phrases:
    return guided.Phrases(unit(sum(counts), seed=seed), np.cumsum([0, *counts])[:-1])


def test_topics_guided_in_parts_is_guided_at_once() -> None:
    vectors, settings = unit(40), calibration.Calibration()
    order = reading_order(pd.DataFrame({"speech_id": np.repeat(["a", "b"], 20), "position": range(40)}))
    literal = np.zeros((40, 3), bool)
    literal[3, 1] = True
    guide = guided.begin(phrases(2, 1, 3), vectors.sum(axis=0), 40)
    whole = guided.told(vectors, guided.said(vectors, literal, order, guide, settings), guide)
    one = reading_order(pd.DataFrame({"speech_id": ["a"] * 20, "position": range(20)}))
    halves = [
        guided.told(vectors[rows], guided.said(vectors[rows], literal[rows], one, guide, settings), guide)
        for rows in (slice(20), slice(20, 40))
    ]
    assert np.allclose((halves[0] + halves[1]).vectors, whole.vectors, atol=1e-5)
    assert np.allclose((halves[0] + halves[1]).weights, whole.weights)
    assert np.isclose(whole.weights.sum(), 40)


def test_topics_guided_is_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, literal, settings = unit(40), np.zeros((40, 3), bool), calibration.Calibration()
    order = reading_order(pd.DataFrame({"text": ["x"] * 40}))
    guide = guided.begin(phrases(2, 1, 3), vectors.sum(axis=0), 40)
    found, weights = guided.scores(vectors, literal, guide, settings), guided.said(vectors, literal, order, guide, settings)
    told = guided.told(vectors, weights, guide)
    monkeypatch.setattr(guided, "ROWS", 7)
    assert np.allclose(guided.scores(vectors, literal, guide, settings), found, atol=1e-6)
    assert np.allclose(guided.told(vectors, weights, guide).vectors, told.vectors, atol=1e-5)


def test_topics_guided_theme_of_one_phrase_is_a_cosine() -> None:
    vectors = unit(12)
    guide = guided.begin(phrases(1, 1, 1), vectors.sum(axis=0), 12)
    cosines = encode.normalise(vectors - guide.centre) @ guide.themes.T
    assert np.allclose(guided.scores(vectors, np.zeros((12, 3), bool), guide, calibration.Calibration()), cosines, atol=1e-5)


def test_topics_guided_segment_that_is_near_one_phrase_scores_above_one_that_is_near_their_mean() -> None:
    axes = np.eye(8, dtype=np.float32)
    guide = guided.begin(guided.Phrases(axes[:6], np.array([0, 3])), np.zeros(8), 0)
    guide = replace(guide, centre=np.zeros(8, np.float32), phrases=guided.Phrases(axes[:6], np.array([0, 3])))
    segments = np.stack([axes[0], encode.normalise(axes[:3].sum(axis=0, keepdims=True))[0]])
    found = guided.scores(segments, np.zeros((2, 2), bool), guide, calibration.Calibration())
    assert found[0, 0] > found[1, 0]
    assert (found[:, 0] > found[:, 1]).all()


def test_topics_guided_phrases_learn_from_the_segments_that_are_nearest_to_them() -> None:
    vectors = encode.normalise(np.repeat(np.eye(4, 8, dtype=np.float32), [75, 25, 0, 0], axis=0) + 0.1 * unit(100))
    guide = guided.begin(guided.Phrases(np.eye(3, 8, dtype=np.float32), np.array([0, 2])), vectors.sum(axis=0), 100)
    told = guided.told(vectors, np.tile([1.0, 0.0], (100, 1)), guide)
    assert told.weights[0] > 2 * told.weights[1]
    assert told.weights[2] == 0
    after = guided.learn(guide, told)
    assert np.array_equal(after.phrases.vectors[2], guide.phrases.vectors[2])
    assert not np.array_equal(after.phrases.vectors[0], guide.phrases.vectors[0])
    assert after.common[0] > after.common[1]


def test_topics_guided_theme_of_many_phrases_moves_less() -> None:
    vectors = encode.normalise(unit(400) + 2 * np.eye(8, dtype=np.float32)[0])
    moved = []
    for n in (1, 20):
        same = np.repeat(unit(3, seed=5), n, axis=0)
        guide = guided.begin(guided.Phrases(same, np.arange(3) * n), vectors.sum(axis=0), 400)
        told = guided.Told(np.full(3 * n, 200.0 / n), np.tile(np.eye(8)[1] * 200 / n, (3 * n, 1)))
        moved.append(np.linalg.norm(guided.learn(guide, told).themes - guide.themes, axis=1))
    assert (moved[0] > 2 * moved[1]).all()


def test_topics_guided_segments_that_stand_alone_are_read_with_their_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{word} number {row}" for row in range(20) for word in ("bus", "school", "river")]
    book = codebook.Codebook(tuple(codebook.CodebookTheme(word, word, (word,)) for word in ("bus", "school", "river")))
    encoder = encode.load()
    alone = reading_order(pd.DataFrame({"text": texts}))
    along = reading_order(pd.DataFrame({"speech_id": ["a"] * 60, "position": range(60)}))
    vectors = encoder.encode(texts)
    assert guided.read(texts, vectors, alone, book, encoder, acronyms={}).likes is None  # too few for likeness
    monkeypatch.setattr(likeness, "FEW", 50)
    assert guided.read(texts, vectors, along, book, encoder, acronyms={}).likes is None
    reading = guided.read(texts, vectors, alone, book, encoder, acronyms={})
    assert reading.likes is not None
    assert (reading.likes.argmax(axis=1) == np.tile([0, 1, 2], 20)).all()
    found = guided.scores(vectors, reading.literal, reading.guide, reading.settings)
    others = guided.weigh(found, alone, reading.guide, reading.settings, likes=50 * np.eye(3)[[1] * 60])
    assert (others.argmax(axis=1) == 1).all()
    assert (guided.weigh(found, alone, reading.guide, reading.settings).argmax(axis=1) == np.tile([0, 1, 2], 20)).all()


def test_topics_weights_are_less_sure_along_a_run_than_alone() -> None:
    weights = np.tile([0.9, 0.1], (12, 1))
    frame = pd.DataFrame({"speech_id": ["a"] * 10 + ["b", "c"], "position": range(12)})
    made = calibration.tempered(weights, reading_order(frame), calibration.Calibration())
    assert np.allclose(made.sum(axis=1), 1)
    assert (made[:10, 0] < 0.75).all()
    assert (made[10:, 0] > 0.85).all()


@pytest.mark.parametrize("encoder", ["static", "minilm"])
def test_topics_each_encoder_has_a_calibration(encoder: str) -> None:
    assert encoder in calibration.CALIBRATIONS


# Phrases


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("bus service", "All bus services stop here."),
        ("carer's leave", "We promised carers’ leave."),
        ("policy", "Two policies failed."),
        ("fund the library", "Funding the library matters."),
        ("tax", "New taxes came."),
        ("tax", "They taxed it."),
        ("planning", "We plan ahead."),
        ("scoring", "A good score."),
        ("child poverty", "Children’s poverty grew."),
        ("women", "One woman spoke."),
        ("crisis", "Two crises came."),
        ("SEND", "The SEND’s budget fell."),
        ("EHCPs", "One EHCP was late."),
        ("R&D", "More R&D money."),
        ("Covid-19", "COVID-19 came."),
        ("SEND", "WE NEED SEND MONEY NOW"),
    ],
)
def test_topics_literal_follows_inflection(phrase: str, text: str) -> None:
    assert PhraseMatcher([[phrase]]).find(text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("new", "The news is bad."),
        ("plane", "A plan for planning."),
        ("hoping", "They were hopping."),
        ("staring", "A starring part."),
        ("car", "We care."),
        ("AIDS", "He aids them."),
        ("...", "Anything at all..."),
    ],
)
def test_topics_literal_keeps_other_words_apart(phrase: str, text: str) -> None:
    assert not PhraseMatcher([[phrase]]).find(text)


def test_topics_literal_acronyms_keep_their_case() -> None:
    matcher = PhraseMatcher([["TALK"]])
    assert matcher.find("The TALK scheme began.")
    assert not matcher.find("We talk a lot.")


def test_topics_literal_words_stand_in_order_and_together() -> None:
    matcher = PhraseMatcher([["bus fare"]])
    assert not matcher.find("The fare for a bus.")
    assert not matcher.find("The busfare.")


def test_topics_acronyms_come_from_the_text() -> None:
    found = expansions(["The Fund for Old Harbours (FOH) pays.", "It rained (MUCH)."])
    assert found == {"FOH": "Fund for Old Harbours"}
    matcher = PhraseMatcher([["Fund for Old Harbours"]], found)
    assert matcher.find("Ask FOH for more.")


def test_topics_acronyms_pass_over_small_words_brackets_and_odd_letters() -> None:
    texts = [
        "The Ministry of Ferries, Harbours and Local Tides (MFHLT) and research and development (R&D).",
        "A fish, wharf and pier plan (FWPP), many such plans (FWPPs), a note (OK), (HLA) Harbour Law Act.",
        "The Department for Ferries (DfF).",
    ]
    assert expansions(texts) == {
        "MFHLT": "Ministry of Ferries, Harbours and Local Tides",
        "R&D": "research and development",
        "FWPP": "fish, wharf and pier plan",
        "DfF": "Department for Ferries",
    }


def test_topics_a_short_name_goes_to_the_name_its_own_speech_gave() -> None:
    texts = [
        "The Ferry White Paper is out.", "I read the White Paper.", "The Rail White Paper is out.", "Who wrote the White Paper?",
        "The White Paper will be forgotten.", "The Harbour Council met.", "We thank the Council.", "I asked the Council.",
    ]  # fmt: skip
    speech, place = [0, 0, 1, 1, 2, 3, 3, 4], range(8)
    found = {phrase.text: phrase for phrase in resolved(candidates(texts), speech, place).values()}
    rows = {
        name: found[name].rows for name in ("Ferry White Paper", "Rail White Paper", "White Paper", "Harbour Council", "Council")
    }
    assert rows == {
        "Ferry White Paper": [0, 1],
        "Rail White Paper": [2, 3],
        "White Paper": [4],
        "Harbour Council": [5, 6],
        "Council": [7],
    }
    assert found["Ferry White Paper"].referred == {1}


def test_topics_the_only_full_name_is_meant_by_a_short_one_of_two_words() -> None:
    texts = ["The Ferry White Paper is out.", "Nobody read the White Paper."]
    found = {phrase.text: phrase.rows for phrase in resolved(candidates(texts), [0, 1], [0, 1]).values()}
    assert found["Ferry White Paper"] == [0, 1]
    assert "White Paper" not in found


def test_topics_stem_joins_forms() -> None:
    for forms in (("ferry", "ferries", "ferry's"), ("plan", "plans", "planned", "planning"), ("class", "classes")):
        assert len({stem(form) for form in forms}) == 1


def test_topics_candidates_keep_names_whole() -> None:
    texts = ["We read the Safe Harbour Bill.", "The Safe Harbour Bill is long.", "Homes for Sailors opened."]
    found = {phrase.text for phrase in candidates(texts).values()}
    assert {"Safe Harbour Bill", "Homes for Sailors"} <= found
    assert not {"Safe", "Harbour Bill", "Homes", "Sailors"} & found


def test_topics_candidates_leave_speakers_out() -> None:
    text = "Mr Reed opened the Reed Tunnel and the bridge."
    found = {phrase.text for phrase in candidates([text], exclude=["Tom Reed"]).values()}
    assert "bridge" in found
    assert not any("Reed" in text for text in found)


def test_topics_a_first_name_is_no_noun_phrase() -> None:
    texts = ["Shawn stayed.", "Yesterday Shawn Miller told us about the harbour.", "Mayor Shawn Miller wants a harbour."]
    found = candidates(texts)
    good = noun_phrases(texts, [phrase for phrase in found.values() if len(phrase.rows) > 1])
    assert {" ".join(key) for key in good} == {"harbour"}


def test_topics_a_name_called_out_at_the_beginning_of_a_sentence_is_no_theme() -> None:
    texts = ["Shawn, stand up.", "Shawn, we thank you.", "Charlie was with us.", "Harbours need dredging.", "Harbours close."]
    found = candidates(texts)
    assert not any(found[key,].cased for key in ("shawn", "charli", "harbour"))
    assert noun_phrases(texts, [found[key,] for key in ("shawn", "charli", "harbour")]) == {("harbour",)}


def test_topics_the_adjective_of_a_people_is_no_theme() -> None:
    texts = [
        "Half of them called themselves white British and a tenth black African.",
        "Few islanders are white British or black African.",
    ]
    found = candidates(texts)
    phrases = [found["white", "british"], found["black", "african"], found["islander",]]
    assert noun_phrases(texts, phrases) == {("islander",)}


def test_topics_when_is_no_part_of_what() -> None:
    found = candidates(["They spoke of ferries today.", "Ferries tomorrow will be late."])
    assert set(found) == {("spoke",), ("ferry",), ("late",)}


def test_topics_what_is_always_somebodys_is_relational() -> None:
    texts = ["Its membership fell.", "The membership of the club fell.", "The ferry is late.", "Whose ferry is it?"]
    found = candidates(texts)
    assert relational(found["membership",]) == pytest.approx(2 / 3)
    assert relational(found["ferry",]) == pytest.approx(1 / 3)


def shortlisted(texts: list[str], labels: list[int], speech: list[int] | None = None) -> list[str]:
    """The candidates of theme 0, best first, where meaning tells nothing."""

    class Blind:
        def encode(self, texts: list[str]) -> np.ndarray:
            return np.ones((len(texts), 4), np.float32) / 2

    centres = np.full((max(labels) + 1, 4), 0.5, np.float32)
    given = None if speech is None else np.array(speech)
    return [phrase.text for phrase in shortlists(candidates(texts), np.array(labels), centres, Blind(), speech=given)[0]]


def test_topics_a_name_is_what_many_speeches_say() -> None:
    texts = ["The ferry is off.", "A ferry was it.", "The harbour is off.", "A harbour was it.", "Snow is here.", "Rain is here."]
    labels = [0, 0, 0, 0, 1, 1]
    assert shortlisted(texts, labels, [0, 0, 0, 1, 0, 1])[0] == "harbour"
    assert shortlisted(texts, labels, [0, 1, 0, 0, 0, 1])[0] == "ferry"


def test_topics_a_name_of_two_words_goes_before_its_head() -> None:
    texts = ["The night ferry is off.", "A night ferry is on.", "The ferry is off.", "Snow is on.", "Rain is on.", "Hail is on."]
    assert shortlisted(texts, [0, 0, 0, 1, 1, 1])[0] == "night ferry"


def test_topics_a_theme_with_nothing_said_twice_is_named_by_what_is_said_once() -> None:
    rare = ["A lighthouse stood there.", "The cormorant dived."]
    common = [f"The ferry for isle {isle} is the ship {ship} again." for isle in range(6) for ship in range(80)]
    labels = np.array([6, 6] + [isle for isle in range(6) for _ in range(80)])
    names = name_themes([*rare, *common], labels, unit(7, 256), encode.load())
    assert names[6].label in ("Lighthouse", "Cormorant")


@pytest.mark.parametrize("phrase", ["cost", "benefits", "structural change", "predecessor", "membership"])
def test_topics_words_that_could_name_anything_name_nothing(phrase: str) -> None:
    assert generality(tuple(stem(word) for word in phrase.split())) == 1


def test_topics_display_begins_with_a_capital() -> None:
    assert [display(text) for text in ("rural buses", "NHS", "iPad")] == ["Rural buses", "NHS", "iPad"]


# Codebooks


def write(folder: Path, text: str) -> Path:
    path = folder / "book.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_topics_codebook_reads_parents_and_defaults(tmp_path: Path) -> None:
    book = codebook.load(write(tmp_path, '[[theme]]\nname = "A b"\n[[theme]]\nname = "C"\nphrases = ["x"]\nparent = "A b"\n'))
    assert book.themes[0].phrases == ("A b",)
    assert book.themes[1].theme == Theme("c", "C", ("x",), "a-b")
    assert not book.single


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[theme]\n", r"book.toml: the codebook must be TOML"),
        ("[codebook]\nsingle = true\n", r"at least one \[\[theme\]\]"),
        ('[[theme]]\nphrases = ["x"]\n', r"\[\[theme\]\] 1: name must be a text"),
        ('[[theme]]\nname = "a"\n[[theme]]\nname = "a"\n', "must occur once"),
        ('[[theme]]\nname = "a"\nphrase = ["x"]\n', "no key named 'phrase'.*Did you mean 'phrases'"),
        ('[[theme]]\nname = "a"\nphrases = "x"\n', "must be a list of texts"),
        ('[[theme]]\nname = "a"\nparent = "b"\n', "the parent must be the name of another theme"),
        ('[codebook]\nsingle = 1\n[[theme]]\nname = "a"\n', "single must be true or false"),
    ],
)
def test_topics_codebook_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        codebook.load(write(tmp_path, text))


# Edits


@pytest.fixture
def coded() -> Coded:
    themes = (Theme("bus", "Bus", ("bus", "coach")), Theme("tram", "Tram", ("tram",)), Theme("soup", "Soup", ("soup", "broth")))
    weights = np.array([[0.9, 0, 0], [0.4, 0.6, 0], [0, 0, 1.0], [0, 0, 0]])
    return Coded(themes, weights, np.array([0, 1, 2, -1]), np.zeros((4, 3), bool))


TEXTS = ["A bus.", "A tram.", "Leek soup.", "Nothing."]


def test_topics_edits_merge(coded: Coded) -> None:
    merged = edits.apply(coded, TEXTS, {"merge": [{"themes": ["Bus", "tram"], "label": "Transport"}]})
    assert [theme.label for theme in merged.themes] == ["Transport", "Soup"]
    assert merged.best.tolist() == [0, 0, 1, -1]
    assert merged.weights[1, 0] == 1
    assert merged.themes[0].terms == ("bus", "coach", "tram")


def test_topics_edits_split_and_rename_by_a_term(coded: Coded) -> None:
    split = {"theme": "broth", "label": "Leeks", "phrases": ["leek"]}
    plan = {"split": [split], "rename": [{"theme": "coach", "label": "Buses"}]}
    done = edits.apply(coded, TEXTS, plan)
    assert [theme.label for theme in done.themes] == ["Buses", "Tram", "Soup", "Leeks"]
    assert done.best.tolist() == [0, 1, 3, -1]
    assert done.themes[3].parent == "soup"


def test_topics_edits_name_what_is_missing(coded: Coded) -> None:
    with pytest.raises(ValueError, match=r"No theme named 'train'. Available: Bus, Tram, Soup"):
        edits.apply(coded, TEXTS, {"rename": [{"theme": "train", "label": "Rail"}]})
    with pytest.raises(ValueError, match="no edit named 'drop'"):
        edits.load({"drop": [{"theme": "bus"}]})
    with pytest.raises(ValueError, match=r"\[\[rename\]\] 1 must have theme, label"):
        edits.load({"rename": [{"theme": "bus"}]})


# Hierarchy, agreement, estimators


def test_topics_a_parent_has_no_parent() -> None:
    above = hierarchy.parents(unit(30, d=3), np.arange(30, 0, -1))
    assert all(parent is None or above[parent] is None for parent in above)


def test_topics_agreement_knows_chance() -> None:
    ids = [str(i) for i in range(200)]
    rng = np.random.default_rng(0)
    first = {i: "ab"[v] for i, v in zip(ids, rng.integers(0, 2, 200))}
    second = {i: "ab"[v] for i, v in zip(ids, rng.integers(0, 2, 200))}
    result = agreement(first, second)
    assert 0.35 < result.observed < 0.65
    assert abs(result.kappa) < 0.2  # type: ignore[arg-type]
    assert agreement(first, first).alpha == 1
    assert agreement({"1": None}, {"1": None}).kappa is None
    with pytest.raises(ValueError, match="must share segments"):
        agreement({"1": "a"}, {"2": "a"})


@parametrize_with_checks([ThemeModel(n_themes=2)])
def test_topics_theme_model_is_an_estimator(estimator, check) -> None:  # type: ignore[no-untyped-def]
    check(estimator)


def test_topics_theme_model_is_saved_and_applied() -> None:
    vectorizer = SentenceVectorizer().fit(["a"])
    X = vectorizer.transform(["Bus fares rise.", "The tram is late.", "Onion soup for dinner.", "Bread and soup."] * 5)
    model = pickle.loads(pickle.dumps(ThemeModel(n_themes=2).fit(X)))
    bus, soup = model.predict(vectorizer.transform(["Another bus came.", "A bowl of soup."]))
    assert bus != soup
    assert model.get_feature_names_out().tolist() == ["thememodel0", "thememodel1"]
    assert len(vectorizer.get_feature_names_out()) == 256


def test_topics_theme_model_takes_a_table_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    table = pd.DataFrame(unit(30), columns=[f"vector{i}" for i in range(8)])
    model = ThemeModel(n_themes=2).fit(table)
    assert model.feature_names_in_[0] == "vector0"
    assert np.array_equal(model.predict(table), model.labels_)
    assert not recwarn.list


def planted(n: int, themes: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Rows about ``themes`` directions in turn, and the direction of each."""
    gold = np.arange(n) % themes
    return encode.normalise(np.eye(themes, 16, dtype=np.float32)[gold] + 0.5 * unit(n, 16)), gold


def test_topics_theme_model_learns_from_batches_what_it_learns_at_once() -> None:
    rows, gold = planted(2000)
    whole, parts = ThemeModel(n_themes=5).fit(rows), ThemeModel(n_themes=5)
    for begin in range(0, len(rows), 150):
        parts.partial_fit(rows[begin : begin + 150])
    assert parts.n_samples_seen_ == 2000
    assert np.allclose(parts.centre_, whole.centre_, atol=1e-5)
    for model in (whole, parts):
        assert adjusted_rand_score(gold, model.predict(rows)) > 0.95


def test_topics_theme_model_of_batches_holds_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sketch.__init__, "__defaults__", (300, *Sketch.__init__.__defaults__[1:]))
    rows, gold = planted(2000)
    sizes = []
    model = ThemeModel(n_themes=5)
    for begin in range(0, len(rows), 200):
        model.partial_fit(rows[begin : begin + 200])
        sizes.append(len(pickle.dumps(model)))
    assert max(sizes[2:]) < 1.1 * sizes[2]  # 400 rows were seen, 2000 at the end
    assert adjusted_rand_score(gold, model.predict(rows)) > 0.95


def test_topics_theme_model_goes_on_from_a_fit() -> None:
    rows, _ = planted(1000)
    model = ThemeModel(n_themes=5).fit(rows[:500])
    before = model.components_
    model.partial_fit(rows[500:])
    assert model.n_samples_seen_ == 1000
    assert (np.sum(model.components_ * before, axis=1) > 0.95).all()  # moved, and none discovered anew
    assert not np.array_equal(model.components_, before)


def test_topics_theme_model_takes_a_first_batch_again_after_one_too_small() -> None:
    rows, _ = planted(100)
    model = ThemeModel(n_themes=5)
    with pytest.raises(ValueError, match="number of themes"):
        model.partial_fit(rows[:3])
    assert model.partial_fit(rows).n_samples_seen_ == 100


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(30)), st.integers(1, 30))
def test_topics_sketch_does_not_depend_on_order_or_cuts(order: list[int], size: int) -> None:
    rows = unit(30)
    whole, parts = Sketch(10).joined(rows), Sketch(10)
    for begin in range(0, 30, size):
        parts = parts.joined(rows[order[begin : begin + size]])
    assert np.array_equal(parts.joined(rows[:5]).rows, whole.rows)
    assert len(whole.rows) == 10


def test_topics_neighbours_in_meaning_stand_in_for_neighbours_in_the_text() -> None:
    middles = np.repeat(np.eye(3, 8, dtype=np.float32), 300, axis=0)
    vectors = encode.normalise(middles + 0.5 * unit(900))
    alike = resembling(vectors, np.arange(900))
    spread = [np.mean([np.linalg.norm(part - part.mean(axis=0)) for part in np.split(each, 3)]) for each in (vectors, alike)]
    assert spread[1] < 0.85 * spread[0]
    assert np.allclose(np.linalg.norm(alike, axis=1), 1, atol=1e-5)
    of_some = of_nearest(vectors, np.repeat(np.eye(3), 300, axis=0), np.arange(0, 900, 9))
    assert (of_some.argmax(axis=1) == np.repeat(np.arange(3), 300)).mean() > 0.95


def test_topics_words_mean_what_the_corpus_uses_them_for() -> None:
    middles = np.repeat(np.eye(2, 8, dtype=np.float32), 30, axis=0)
    texts = [f"{'ferry' if row < 30 else 'onion'} number{row}" for row in range(60)]
    vectors = encode.normalise(middles + unit(60))
    vectors = encode.normalise(vectors - vectors.mean(axis=0))
    told = as_used_here(vectors, [*texts[:30], *(text + " ferry" if row < 3 else text for row, text in enumerate(texts[30:]))])
    assert np.array_equal(told, vectors)  # half of the segments hold each word: it tells nothing
    told = as_used_here(np.tile(vectors, (6, 1)), texts + [f"word{row}" for row in range(300)])
    ferries, others = told[:30].mean(axis=0), vectors[:30].mean(axis=0)
    assert np.linalg.norm(told[:30] - ferries, axis=1).mean() < np.linalg.norm(vectors[:30] - others, axis=1).mean()
    assert np.array_equal(as_used_here(vectors, [f"word{row}" for row in range(60)]), vectors)


def test_topics_vectorizer_wants_a_list() -> None:
    with pytest.raises(ValueError, match="must be a list of texts"):
        SentenceVectorizer().fit(["a"]).transform("one text")
