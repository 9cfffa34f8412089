"""Many tiny files: time and memory of one ingest: `python tests/bench_files.py [COUNT]` (1,000,000 need 4 GB of disk).

Each file is one sentence of 26 words, a thousand files a folder; every one differs in its words.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline import ingest

WORDS = (
    "the of and to in a harbour wall ferry town council budget winter school train library road bridge market river promise build "
    "money people year work open close late early"
).split()
"""Ordinary ones, of which a fifth are function words; a sentence that happens to draw too few is refused as not English."""


def main(count: int = 20_000) -> None:
    random_ = random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        for number in range(count):
            folder = Path(place) / f"{number // 1000:04}"
            folder.mkdir(exist_ok=True)
            words = " ".join(random_.choices(WORDS, k=20))
            (folder / f"{number % 1000:03}.txt").write_text(
                f"We shall build wall number {number}, and {words}.", encoding="utf-8"
            )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        reading = ingest.read([place])
        seconds = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{count:,} files: {len(reading.speeches):,} speeches, {len(reading.failed):,} refused")
    print(f"{1e6 * seconds / count:.0f} microseconds of the processor a file; {most / 1024:,.0f} MB at most")
    print(f"{1024 * (most - before) / count:.0f} bytes a file beyond the start")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
