"""Words per CPU-second of every stage, the whole walk at several sizes, and both beside a bare loop and other people's tools.

    python tests/bench.py [--short] [--only walk,lemmas] [--fresh] [--peers PYTHON,PYTHON] [-o docs/benchmarks/speed.md]
    python tests/bench.py --profile "speakers, told"        where the time of one step goes

Every measurement is a process of its own, on one thread: its CPU seconds are of the work alone (models loaded, two short speeches
done before), its memory is the whole process's. A word is what ``str.split`` gives. The walks run on a process a core and their
start is a part of them; their memory is that of the largest process. On a busy machine only ratios of neighbours mean anything.

A measurement is kept in build/bench under what it was made of (the program, the sizes, the machine), so that a run that was stopped
goes on where it was; --fresh measures again. The page gets its tables, between two marks, when all measurements are there.
Other tools (``tests/peers_speed.py`` says how to make environments for them) run where --peers or THEMESHIFT_PEERS names a Python.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import bench_work as steps  # noqa: E402
from bench_page import Asked, between, page, processor  # noqa: E402
from peers_speed import TOOLS  # noqa: E402

THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
KEPT = ROOT / "build" / "bench"

SHORT, LONG = (30_000, (1, 4), 1000), (200_000, (1, 4, 16), 2000)
"""Words of the sample, how many times they are walked, and sentences that other tools get: a few minutes in all, and a quarter of
an hour. The State of the Union texts have two million words."""

STAGE_WORDS = 125_000
"""Words that a stage reads at the most: ten seconds of the slowest."""


def plan(size: int, scales: Sequence[int], sentences: int, peers: bool) -> list[Asked]:
    """All measurements, in order; a tool of others stands between two measurements of ours."""
    asked = [Asked(name, min(size, STAGE_WORDS)) for name in steps.STAGES]
    asked += [Asked(name, size, scale) for name in steps.WALKS for scale in (scales if name != steps.WALKS[1] else scales[:1])]
    asked += [Asked(name, 0) for name in steps.COMMANDS]
    return asked + [Asked(name, size, 1, sentences) for name in (*steps.OURS, *(TOOLS if peers else ()))]


def spent() -> float:
    """CPU seconds of this process and of the workers that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def measure(asked: Asked) -> dict[str, Any]:
    """Run one measurement in this process."""
    from joblib.externals.loky import get_reusable_executor

    from pipeline import store
    from pipeline.records import SPEECHES

    given = Path(os.environ.get("GIVEN", ""))
    with tempfile.TemporaryDirectory() as folder:
        if asked.name in steps.OURS:
            work, words = steps.on_sentences(asked.name, json.loads(given.read_text(encoding="utf-8")))
        elif asked.name in steps.COMMANDS:
            work, words = steps.command(asked.name, KEPT)
        elif asked.name in steps.WALKS:
            work, words = steps.walking(asked.name, given, Path(folder)), asked.words * asked.scale
        else:
            speeches = store.read(given, SPEECHES)
            (Path(folder) / "small").mkdir()
            steps.stage(asked.name, speeches.iloc[[0, -1]].reset_index(drop=True), Path(folder) / "small")[0]()
            work, words = steps.stage(asked.name, speeches, Path(folder))
        cpu, wall = spent(), time.perf_counter()
        work()
        wall = time.perf_counter() - wall
        get_reusable_executor(max_workers=1).shutdown(wait=True)
        cpu = spent() - cpu
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return {**asked._asdict(), "words": words, "cpu": cpu, "wall": wall, "peak": peak}


class Bench:
    """The measurements of one program on one machine, kept from one session to the next."""

    def __init__(self, folder: Path, *, fresh: bool, peers: Sequence[str]) -> None:
        from pipeline.cache import names, runs

        self.folder, self.fresh, self.peers = folder, fresh, peers
        self.made_of = (
            runs.installed(),
            processor(),
            *(path.read_text("utf-8") for path in (Path(__file__), Path(steps.__file__))),
        )
        self.key = names.key
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, asked: Asked) -> Path:
        """Where a measurement is kept."""
        return self.folder / f"{self.key(repr(tuple(asked)), *self.made_of)}.json"

    def found(self, asked: Asked) -> dict[str, Any] | None:
        """A measurement of before."""
        path = self.path(asked)
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def of(self, asked: Asked) -> dict[str, Any] | None:
        """A measurement, made where it is not kept; None where no environment has the tool."""
        kept = None if self.fresh else self.found(asked)
        if kept is None:
            load = os.getloadavg()[0]
            made = self._peer(asked) if asked.name in TOOLS else self._child(asked)
            if made is None:
                print(f"{asked.title:32} in none of the environments", flush=True)
                return None
            kept = {**made, "load": max(load, os.getloadavg()[0])}
            self.path(asked).write_text(json.dumps(kept), encoding="utf-8")
        rate = f"{kept['words'] / kept['cpu']:>11,.0f} words / CPU-s" if kept["words"] else f"{'':11}"
        print(f"{asked.title:32} {rate} {kept['cpu']:>8.2f} CPU-s {kept['wall']:>8.2f} s {kept['peak']:>6.0f} MB", flush=True)
        return kept

    def given(self, asked: Asked) -> Path:
        """The speeches or sentences that a measurement reads, written once."""
        path = self.folder / (
            f"sentences-{asked.words}-{asked.sentences}.json"
            if asked.sentences
            else f"speeches-{asked.words}x{asked.scale}.parquet"
        )
        if path.exists():
            return path
        speeches = steps.sample(asked.words)
        if asked.sentences:
            from pipeline import tokenise

            texts = [text[a:b] for text in speeches["text"] for a, b in tokenise.sentences(text)][: asked.sentences]
            path.write_text(json.dumps(texts), encoding="utf-8")
        else:
            half_written = path.with_suffix(".half")
            steps.written(speeches, asked.scale, half_written)
            half_written.rename(path)
        return path

    def _child(self, asked: Asked) -> dict[str, Any]:
        """A measurement in a process of its own."""
        given = self.given(asked) if asked.words else None
        if asked.name in steps.WALKS and given:
            import pyarrow.compute as pc
            import pyarrow.parquet as pq

            texts = pq.ParquetFile(given).read_row_group(0, columns=["text"])["text"]
            asked = asked._replace(words=int(pc.sum(pc.list_value_length(pc.utf8_split_whitespace(texts))).as_py()))
        command = [sys.executable, __file__, "--one", json.dumps(tuple(asked))]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | THREADS | {"GIVEN": str(given or "")})
        if done.returncode:
            raise SystemExit(f"{asked.title}: {done.stderr}")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    def _peer(self, asked: Asked) -> dict[str, Any] | None:
        """A peer on the same sentences, in the first environment that has it; None when none has."""
        given = self.given(asked)
        words = sum(len(text.split()) for text in json.loads(given.read_text(encoding="utf-8")))
        for python in self.peers:
            command = [python, str(ROOT / "tests" / "peers_speed.py"), asked.name, str(given)]
            done = subprocess.run(command, capture_output=True, text=True, env=os.environ | THREADS)
            if done.returncode == 0:
                return {**json.loads(done.stdout.splitlines()[-1]), "words": words}
        return None


def profile(name: str, words: int) -> None:
    """Print the twenty functions that a step spends most of its own time in; the profiler doubles the time of small ones."""
    import cProfile
    import pstats

    speeches = steps.sample(words)
    with tempfile.TemporaryDirectory() as folder:
        work, _ = steps.stage(name, speeches, Path(folder))
        work()
        profiler = cProfile.Profile()
        profiler.runcall(work)
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(20)


def wanted(asked: Iterable[Asked], only: str | None) -> list[Asked]:
    """The measurements whose names hold one of the words of ``only``."""
    parts = [part.strip() for part in (only or "").split(",") if part.strip()]
    return [one for one in asked if not parts or any(part in one.title for part in parts)]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--short", action="store_true", help=f"{SHORT[0]:,} words and sizes {SHORT[1]}: a few minutes")
    words.add_argument("--only", metavar="WORD,WORD", help="measurements whose names hold one of these words")
    words.add_argument("--fresh", action="store_true", help="measure again what was measured before")
    words.add_argument(
        "--peers", metavar="PYTHON,PYTHON", default=os.environ.get("THEMESHIFT_PEERS", ""), help="of other environments"
    )
    words.add_argument(
        "--profile", choices=steps.STAGES, metavar="STEP", help="print the functions that a step spends its time in"
    )
    words.add_argument("--one", help=argparse.SUPPRESS)
    words.add_argument("-o", "--out", default=str(ROOT / "docs" / "benchmarks" / "speed.md"))
    chosen = words.parse_args()
    if chosen.one:
        print(json.dumps(measure(Asked(*json.loads(chosen.one)))))
        return
    size, scales, sentences = SHORT if chosen.short else LONG
    if chosen.profile:
        profile(chosen.profile, size)
        return
    peers = [python for python in chosen.peers.split(",") if python]
    bench = Bench(KEPT, fresh=chosen.fresh, peers=peers)
    whole = plan(size, scales, sentences, bool(peers))
    for asked in wanted(whole, chosen.only):
        bench.of(asked)
    found = {asked: row for asked in whole if (row := bench.found(asked)) is not None}
    missing = [asked.title for asked in whole if asked not in found and asked.name not in TOOLS]
    if missing:
        print(f"{chosen.out} is left as it is: {', '.join(missing)} not measured yet.")
        return
    tables = page(found)
    out = Path(chosen.out)
    out.write_text(between(out.read_text(encoding="utf-8") if out.exists() else "# Speed\n\n", tables), encoding="utf-8")
    print(f"\n{tables}\n{out}")


if __name__ == "__main__":
    main()
