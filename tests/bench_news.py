"""Who says what in articles of news, which the parser reads: words per CPU-second, and what the quick word vectors change.

    python tests/bench_news.py FILE.jsonl.gz [--every N]

FILE holds rows of id and text (any table that ``themeshift speakers`` reads). Each way starts with a pipeline of its own that has met
no word. Prints whether the answers are the same, byte for byte, with spaCy's own word vectors and with those of
``pipeline.tok2vec``. One thread (OMP_NUM_THREADS=1).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline import language, speakers, store, tok2vec

WARM = {"id": "", "text": "“Go,” she said."}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file")
    asked.add_argument("--every", type=int, default=1, metavar="N", help="read every Nth article")
    chosen = asked.parse_args()
    rows = [{"id": row["id"], "text": row["text"]} for row in store.read_rows(chosen.file)[:: chosen.every]]
    words = sum(len(row["text"].split()) for row in rows)
    quick, answers = tok2vec.quick, []
    for name, vectors in (("spaCy's own vectors", lambda model: model), ("quick vectors", quick)):
        tok2vec.quick = vectors
        language.nlp.cache_clear()
        speakers.attribute_rows([WARM])
        began = time.process_time()
        answers.append(json.dumps(speakers.attribute_rows(rows)))
        seconds = time.process_time() - began
        print(f"{name}: {len(rows):,} articles, {words:,} words, {words / seconds:,.0f} words per CPU-second", flush=True)
    print("the same answers" if answers[0] == answers[1] else "other answers")


if __name__ == "__main__":
    main()
