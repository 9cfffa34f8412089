"""What ``tests/bench.py`` measures: each measurement's work, with everything that it needs computed before."""

from __future__ import annotations

import importlib
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CODEBOOK = ROOT / "models" / "codebooks" / "policy-agendas.toml"

SPLIT = "1950"
"""Year that parts the two sides."""

SIDES = {"by": "half", "before": "before", "after": "after"}

STAGES = (
    "bare loop", "count path", "speakers, spoken", "speakers, told", "tokenise", "topics, codebook", "topics, discovered", "diff",
    "diff with words", "targets", "stance", "lemmas, spaCy's own", "lemmas", "lemmas, known", "segments from the cache",
)  # fmt: skip
WALKS = ("walk", "walk, themes discovered", "bulk")
OURS = {
    "ours on sentences": "themeshift, themes discovered, named and located",
    "counts of sentences": "themeshift, count path: segments and hashed counts",
}
COMMANDS = ("start of the command", "unchanged command")

Work = Callable[[], Any]


def sample(words: int) -> Any:
    """Speeches of about ``words`` words of the State of the Union texts, taken evenly over the years, with the column ``half``."""
    from pipeline import ingest

    speeches = ingest.read([ROOT / "corpus" / "sotu"]).speeches
    step = max(1, round(speeches["text"].str.split().str.len().sum() / words))
    speeches = speeches.iloc[::step].reset_index(drop=True)
    return speeches.assign(half=["before" if str(year) < SPLIT else "after" for year in speeches["year"]])


def written(speeches: Any, scale: int, path: Path) -> None:
    """The speeches ``scale`` times as a Parquet file, a copy a row group, so that no process holds them all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.records import SPEECHES
    from pipeline.store import to_arrow

    schema = to_arrow(speeches, SPEECHES).schema
    with pq.ParquetWriter(path, schema) as file:
        for copy in range(scale):
            own = speeches.assign(speech_id=speeches["speech_id"] + f" {copy}")
            file.write_table(pa.Table.from_batches(to_arrow(own, SPEECHES).to_batches(), schema))


def told(speeches: Any) -> Any:
    """The speeches as anybody's articles: no kind, no speaker, and so nothing that spares the parser."""
    return speeches.assign(kind="article", default_speaker="", president=None)


def stage(name: str, speeches: Any, folder: Path) -> tuple[Work, int]:
    """The work of a stage, and the words that it reads."""
    from pipeline import diff, language, lemmas, run, speakers, stance, tokenise, topics

    words = int(speeches["text"].str.split().str.len().sum())
    paragraphs = [line for text in speeches["text"] for line in text.split("\n") if line.strip()]
    if name == "bare loop":
        return lambda: bare(speeches["text"], language.blank(), language.punkt()), words
    if name == "lemmas, spaCy's own":
        nlp = importlib.import_module(language.pipeline_package()).load()
        return lambda: [len(doc) for doc in nlp.pipe(paragraphs, batch_size=lemmas.BATCH, disable=list(lemmas.UNUSED))], words
    if name.startswith("lemmas"):
        if name.endswith("known"):
            list(lemmas.lemmatised(paragraphs))
        return lambda: [len(doc) for doc in lemmas.lemmatised(paragraphs)], words
    if name == "speakers, spoken":
        return lambda: speakers.attribute(speeches), words
    if name == "speakers, told":
        return lambda: speakers.attribute(told(speeches)), words
    if name == "segments from the cache":
        run.utter(speeches, cache=folder)
        return lambda: run.utter(speeches, cache=folder), words
    utterances = speakers.attribute(speeches)
    if name == "tokenise":
        return lambda: tokenise.segment(utterances), words
    if name == "count path":
        return lambda: hashed()(tokenise.segment(utterances)["text"]), words
    segments = tokenise.segment(utterances)
    if name == "topics, codebook":
        return lambda: topics.code(segments, codebook=CODEBOOK), words
    if name == "topics, discovered":
        return lambda: topics.code(segments), words
    mentions, themes = topics.code(segments, codebook=CODEBOOK)
    if name.startswith("diff"):
        return lambda: diff.compare(mentions, **SIDES, themes=themes, words=name.endswith("words")), words
    few = mentions.iloc[:: max(1, len(mentions) // 300)]
    words = int(few["n_words"].sum())
    if name == "targets":
        return lambda: stance.find_targets(few, themes), words
    pairs = stance.find_targets(few, themes)
    return lambda: stance.tag(pairs), words


def bare(texts: Any, nlp: Any, punkt: Any) -> list[int]:
    """What counting words costs at the least: sentences, tokens, and a hashed count of them."""
    counts = [0] * 2**18
    for text in texts:
        for start, end in punkt.span_tokenize(text):
            for token in nlp.tokenizer(text[start:end]):
                counts[zlib.crc32(token.lower_.encode()) % 2**18] += 1
    return counts


def hashed() -> Callable[[Any], Any]:
    """Texts to a hashed count of their words."""
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(analyzer=str.split, norm=None).transform  # type: ignore[no-any-return]


def walking(name: str, path: Path, folder: Path) -> Work:
    """A whole walk over the speeches of a Parquet file, reading them included: their themes, the diff, and the words inside."""
    from pipeline import bulk, run, store
    from pipeline.records import SPEECHES

    if name == "bulk":
        source = partial(bulk.read_batches, path)
        return lambda: bulk.compare(source, **SIDES, codebook=CODEBOOK, executor="auto", out=folder / "out")
    codebook = CODEBOOK if name == "walk" else None
    return lambda: run.walk(store.read(path, SPEECHES), **SIDES, codebook=codebook, stance=False, executor="auto")


def on_sentences(name: str, texts: list[str]) -> tuple[Work, int]:
    """What the other tools are asked for, as it is done here: themes of sentences found and named, or their words counted."""
    import pandas as pd

    from pipeline import tokenise, topics

    rows = pd.DataFrame({"speech_id": "all", "position": range(len(texts)), "text": texts})
    words = sum(len(text.split()) for text in texts)
    if name == "ours on sentences":
        topics.code(rows.head(300))
        return lambda: topics.code(rows), words
    count = hashed()
    tokenise.segment(rows.head(300))
    return lambda: count(tokenise.segment(rows[["speech_id", "text"]])["text"]), words


def command(name: str, kept: Path) -> tuple[Work, int]:
    """The command as a process of its own: its help, or the comparison of all State of the Union texts that it did before.

    ``kept`` is a folder for the cache and the output, which hold from one session to the next.
    """
    asked = ["--help"]
    words = 0
    if name == "unchanged command":
        sides = ["--by", "year", "--before", "1790-1949", "--after", "1950-2020", "--codebook", "policy-agendas", "--no-stance"]
        asked = ["diff", "corpus/sotu", *sides, "--cache", str(kept / "cache"), "-o", str(kept / "sotu")]
        words = 2_019_452
    call = [sys.executable, "-m", "pipeline", *asked]

    def work() -> None:
        subprocess.run(call, cwd=ROOT, check=True, capture_output=True)

    work()
    return work, words
