"""The rows of docs/benchmarks/topics.md: themes against codes by hand, beside plain peers.

    python tests/bench_topics.py FOLDER [--only SET,...] [--parts discovered,guided,...] [-o OUT]

FOLDER holds ``topics.SET.jsonl.gz`` (rows of id, text, label and, where there is an order, speech_id and position). Answers go to OUT as
JSON Lines of id and theme, so that any scorer can read them. Other topic models: ``tests/peers_topics.py``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SETS = ("uk_manifestos_cmp", "manifesto_en_sample", "cap_nytimes", "octis_bbc_news")
CODEBOOKS = {
    "uk_manifestos_cmp": "manifesto-project",
    "manifesto_en_sample": "manifesto-project",
    "cap_nytimes": "policy-agendas-media",
}
"""The shipped codebook whose themes bear the names of a set's labels."""

NUMBERS = {"uk_manifestos_cmp": (28, 43), "sotu": (22, 30)}
"""Sets of ten speeches and more whose themes are measured for stability, and how many themes are asked for."""


@dataclass(frozen=True)
class Rows:
    """A set: rows as the stage takes them, and the labels that people gave them."""

    rows: tuple[dict[str, Any], ...]
    labels: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(row["text"] for row in self.rows)


def read(folder: Path, name: str) -> Rows:
    """The set ``name`` in ``folder``."""
    with gzip.open(folder / f"topics.{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [json.loads(text) for text in lines]
    known = ("id", "text", "speech_id", "position")
    # Without a position there is no order: the rows of one document stand anywhere.
    wanted = known if "position" in found[0] else known[:2]
    return Rows(tuple({key: row[key] for key in wanted if key in row} for row in found), tuple(row["label"] for row in found))


def plain(label: object) -> str:
    """A label as it is compared: letters and digits only."""
    return "".join(character for character in str(label).casefold() if character.isalnum())


def scores(labels: Sequence[str], found: Sequence[object]) -> dict[str, float]:
    """NMI, ARI and purity of a partition; accuracy and macro-F1 where themes bear the names of labels."""
    from sklearn.metrics import adjusted_rand_score, f1_score, normalized_mutual_info_score
    from sklearn.metrics.cluster import contingency_matrix

    gold, answer = [plain(label) for label in labels], [plain(theme) for theme in found]
    return {
        "nmi": float(normalized_mutual_info_score(gold, answer)),
        "ari": float(adjusted_rand_score(gold, answer)),
        "purity": float(contingency_matrix(gold, answer).max(axis=0).sum() / len(gold)),
        "accuracy": float(np.mean([a == b for a, b in zip(gold, answer)])),
        "macro_f1": float(f1_score(gold, answer, labels=sorted(set(gold)), average="macro", zero_division=0)),
    }


def line(name: str, system: str, rows: Rows, found: Sequence[object], seconds: float) -> dict[str, object]:
    """One line of the table."""
    return {"set": name, "system": system, "themes": len(set(found)), **scores(rows.labels, found), "cpu_s": seconds}


def keep(out: Path, name: str, system: str, rows: Rows, found: Sequence[object]) -> None:
    """Write the answers as rows of id and theme."""
    path = out / f"{name}.{'-'.join(re.findall('[a-z0-9]+', system.lower()))}.jsonl"
    answers = [{"id": row["id"], "theme": None if theme in (-1, None) else str(theme)} for row, theme in zip(rows.rows, found)]
    path.write_text("".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers), encoding="utf-8")


def show(lines: Sequence[dict[str, object]]) -> None:
    """Print lines as one table."""
    for entry in lines:
        cells = [f"{value:.3f}" if isinstance(value, float) else str(value) for value in entry.values()]
        print("| " + " | ".join(cells) + " |", flush=True)


def coded(rows: Rows, **options: Any) -> list[str | None]:
    """The stage's single best theme of each row, by its label."""
    from pipeline import topics

    answers, themes = topics.code_rows(rows.rows, **options)
    labels = {theme.id: theme.label for theme in themes}
    return [None if answer["theme"] is None else labels[answer["theme"]] for answer in answers]


def lda(rows: Rows, k: int) -> list[int]:
    from sklearn.decomposition import LatentDirichletAllocation
    from sklearn.feature_extraction.text import CountVectorizer

    counts = CountVectorizer(stop_words="english", min_df=3, max_df=0.3).fit_transform(rows.texts)
    model = LatentDirichletAllocation(k, learning_method="online", max_iter=5, random_state=0)
    return [int(topic) for topic in model.fit_transform(counts).argmax(axis=1)]


def nmf(rows: Rows, k: int) -> list[int]:
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights = TfidfVectorizer(stop_words="english", min_df=3, max_df=0.3, sublinear_tf=True).fit_transform(rows.texts)
    return [int(topic) for topic in NMF(k, max_iter=60, init="nndsvd").fit_transform(weights).argmax(axis=1)]


def discovered(rows: Rows, name: str) -> Iterator[tuple[str, Sequence[object]]]:
    """Discovered themes, as many as there are labels, and the topic models of scikit-learn."""
    k = len(set(rows.labels))
    yield "themeshift", coded(rows, themes=k)
    yield "NMF", nmf(rows, k)
    yield "LDA", lda(rows, k)


def guided(rows: Rows, name: str) -> Iterator[tuple[str, Sequence[object]]]:
    """The shipped codebook, one phrase of each of its themes, and the names of the labels alone."""
    from pipeline import topics
    from pipeline.topics import codebook

    names = topics.Codebook(
        tuple(topics.CodebookTheme(plain(label), label, (label,)) for label in sorted(set(rows.labels))), single=True
    )
    if name in CODEBOOKS:
        book = codebook.load(ROOT / "models" / "codebooks" / f"{CODEBOOKS[name]}.toml")
        yield f"codebook {CODEBOOKS[name]}", coded(rows, codebook=book)
        first = topics.Codebook(tuple(replace(theme, phrases=theme.phrases[:1]) for theme in book.themes), single=True)
        yield "its first phrases", coded(rows, codebook=first)
    yield "names of the labels", coded(rows, codebook=names)


def stability(rows: Rows, name: str) -> Iterator[tuple[str, float]]:
    """ARI of discovered themes between the whole and runs without one speech in twenty, on what both hold: each speech in turn
    where there are fewer than twenty, else eight draws. Mean, and least."""
    from sklearn.metrics import adjusted_rand_score

    if name not in NUMBERS:
        return
    speeches = sorted({row["speech_id"] for row in rows.rows})
    draw = np.random.default_rng(0)
    few, size = len(speeches) < 20, max(1, round(len(speeches) / 20))
    without = [{one} for one in speeches] if few else [set(draw.choice(speeches, size, replace=False)) for _ in range(8)]
    for themes in NUMBERS[name]:
        whole = coded(rows, themes=themes)
        found = []
        for gone in without:
            kept = [number for number, row in enumerate(rows.rows) if row["speech_id"] not in gone]
            part = Rows(tuple(rows.rows[i] for i in kept), tuple(rows.labels[i] for i in kept))
            fewer = coded(part, themes=themes)
            found.append(float(adjusted_rand_score([str(whole[i]) for i in kept], list(map(str, fewer)))))
        yield f"{themes} themes, mean of {len(found)}", float(np.mean(found))
        yield f"{themes} themes, least", min(found)


def missed(rows: Rows, name: str) -> Iterator[dict[str, object]]:
    """How well the nearness of a group to a codebook tells what the codebook misses, a third of its themes left out, three ways.

    A group is missed when most of its segments have a label that was left out. ``auc`` is the area under the curve of nearness;
    ``kept`` and ``lost`` are the shares of missed groups, and of others, that the threshold of the stage calls missed.
    """
    import pandas as pd
    from sklearn.metrics import roc_auc_score

    from pipeline import encode
    from pipeline.topics import codebook, discover, guided
    from pipeline.topics.context import reading_order
    from pipeline.topics.literal import expansions
    from pipeline.topics.missed import REACH, nearness

    if name not in CODEBOOKS:
        return
    book, encoder = codebook.load(ROOT / "models" / "codebooks" / f"{CODEBOOKS[name]}.toml"), encode.load()
    order, vectors = reading_order(pd.DataFrame(rows.rows)), encoder.encode(rows.texts)
    groups = discover.discover(vectors, order, n_themes=len(book.themes), keys=rows.texts)
    k = len(groups.centroids)
    for first in range(3):
        rest = replace(book, themes=tuple(theme for number, theme in enumerate(book.themes) if number % 3 != first))
        out = {plain(theme.name) for number, theme in enumerate(book.themes) if number % 3 == first}
        reading = guided.read(rows.texts, vectors, order, rest, encoder, acronyms=expansions(rows.texts))
        near = nearness(reading, groups.labels, k)
        left_out = np.array([plain(label) in out for label in rows.labels])
        gone = np.array([left_out[groups.labels == group].mean() > 0.5 for group in range(k)])
        called = near < REACH
        yield {
            "set": name,
            "left out": f"every third from {first + 1}",
            "groups": k,
            "missed": int(gone.sum()),
            "auc": float(roc_auc_score(gone, -near)),
            "kept": float(called[gone].mean()),
            "lost": float(called[~gone].mean()),
        }


def sotu() -> Rows:
    """The sentences of the State of the Union since 1990, for stability: nobody labelled them."""
    from pipeline import ingest, speakers, tokenise

    speeches = ingest.read([ROOT / "corpus" / "sotu"]).speeches
    speeches = speeches[speeches["year"].astype(int) >= 1990].reset_index(drop=True)
    segments = tokenise.segment(speakers.attribute(speeches))
    segments = segments[segments["mode"] != "furniture"].reset_index(drop=True)
    rows = segments[["speech_id", "position", "speaker", "text"]].to_dict("records")
    return Rows(tuple({"id": str(number), **row} for number, row in enumerate(rows)), ("",) * len(rows))


def encoders(rows: Rows, name: str) -> Iterator[tuple[str, Sequence[object]]]:
    """k-means on the sentences alone by encoder: what the table keeps of its teacher."""
    from sklearn.cluster import KMeans

    from pipeline import encode

    for encoder in ("static", "minilm"):
        vectors = encode.load(encoder).encode(rows.texts)
        yield f"k-means, {encoder}", KMeans(len(set(rows.labels)), n_init=3, random_state=0).fit_predict(vectors).tolist()


def batches(rows: Rows, name: str) -> Iterator[tuple[str, Sequence[object]]]:
    """``ThemeModel`` on the sentences alone, given at once and a thousand at a time."""
    from pipeline.topics import SentenceVectorizer, ThemeModel

    k, vectors = len(set(rows.labels)), SentenceVectorizer().fit([]).transform(rows.texts)
    yield "ThemeModel, at once", ThemeModel(n_themes=k).fit(vectors).predict(vectors).tolist()
    model = ThemeModel(n_themes=k)
    for begin in range(0, len(vectors), 1000):
        model.partial_fit(vectors[begin : begin + 1000])
    yield "ThemeModel, 1,000 at a time", model.predict(vectors).tolist()


def speed(rows: Rows) -> Iterator[tuple[str, float]]:
    """CPU seconds of 5,000 segments after loading, and sentences per CPU-second of each encoder that is installed, when new to it."""
    from pipeline import encode

    part = Rows(rows.rows[:5000], rows.labels[:5000])
    coded(Rows(rows.rows[:700], rows.labels[:700]))
    started = time.process_time()
    coded(part)
    yield "5,000 segments discovered and named, CPU s", time.process_time() - started
    for name, texts in (("static", part.texts), ("minilm", part.texts[:500])):
        try:
            encoder = encode.ENCODERS[name]()
        except ImportError:
            continue
        encoder.encode(["Loaded."])
        started = time.process_time()
        encoder.encode(texts)
        yield f"{name} encoder, sentences a CPU s", len(texts) / (time.process_time() - started)


PARTS = {"discovered": discovered, "guided": guided, "encoders": encoders, "batches": batches}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=",".join(SETS), help="sets, by name")
    parts = f"of {', '.join(PARTS)}, missed, names, stability, speed"
    parser.add_argument("--parts", default="discovered,guided,missed,stability,speed", help=parts)
    parser.add_argument("-o", "--out", type=Path, default=Path("build/bench-topics"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    wanted = arguments.parts.split(",")
    for name in arguments.only.split(","):
        rows = read(arguments.folder, name)
        for part in (PARTS[part] for part in wanted if part in PARTS):
            started = time.process_time()
            for system, found in part(rows, name):
                keep(arguments.out, name, system, rows, found)
                show([line(name, system, rows, found, time.process_time() - started)])
                started = time.process_time()
        if "missed" in wanted:
            show(list(missed(rows, name)))
        if "names" in wanted and name in CODEBOOKS:
            from bench_names import measured

            book = ROOT / "models" / "codebooks" / f"{CODEBOOKS[name]}.toml"
            show([{"set": name, **found} for found in measured(rows.rows, rows.labels, book)])
        if "stability" in wanted:
            show([{"set": name, "stability": what, "ari": value} for what, value in stability(rows, name)])
    if "stability" in wanted:
        show([{"set": "sotu", "stability": what, "ari": value} for what, value in stability(sotu(), "sotu")])
    if "speed" in wanted:
        show([{"speed": what, "value": value} for what, value in speed(read(arguments.folder, SETS[0]))])


if __name__ == "__main__":
    main()
