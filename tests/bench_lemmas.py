"""Are the lemmas of :mod:`pipeline.lemmas` those of spaCy, and how much faster? On the State of the Union texts.

    python tests/bench_lemmas.py [--words N]

Prints how many tokens differ in tag, part of speech, morphology or lemma from the tagger, attribute ruler and lemmatizer of spaCy's
pipeline as it is loaded, and the words per CPU-second of both, taking turns speech by speech on one thread.
"""

from __future__ import annotations

import argparse
import importlib
import time
from pathlib import Path

from spacy.attrs import LEMMA, MORPH, ORTH, POS, TAG

from pipeline import ingest, language, lemmas

ROOT = Path(__file__).resolve().parent.parent
SAID = [ORTH, TAG, POS, MORPH, LEMMA]


def main() -> None:
    chosen = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    chosen.add_argument("--words", type=int, default=10**9, help="stop behind so many (default: all)")
    most = chosen.parse_args().words
    nlp = importlib.import_module(language.pipeline_package()).load()
    tokens = differ = words = 0
    ours = theirs = 0.0
    for text in ingest.read([ROOT / "corpus" / "sotu"]).speeches["text"]:
        paragraphs = [line for line in text.split("\n") if line.strip()]
        began = time.process_time()
        own = [doc.to_array(SAID) for doc in lemmas.lemmatised(paragraphs)]
        halfway = time.process_time()
        others = [doc.to_array(SAID) for doc in nlp.pipe(paragraphs, batch_size=lemmas.BATCH, disable=list(lemmas.UNUSED))]
        ours, theirs = ours + halfway - began, theirs + time.process_time() - halfway
        for one, other in zip(own, others, strict=True):
            differ += int((one != other).any(axis=1).sum()) if one.shape == other.shape else len(other)
            tokens += len(other)
        words += len(text.split())
        if words >= most:
            break
    rates = f"{words / ours:,.0f} words per CPU-second, spaCy's own {words / theirs:,.0f}, ratio {theirs / ours:.2f}"
    print(f"{differ} of {tokens:,} tokens differ in {words:,} words ({len(lemmas.memory().rows):,} pairs kept); {rates}")


if __name__ == "__main__":
    main()
