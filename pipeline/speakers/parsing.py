"""The parser, asked only for paragraphs that can hold a frame or reported speech, with their quotations masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.speakers.furniture import dateline_end
from pipeline.speakers.lexicon import adjectives, nouns, verbs
from pipeline.speakers.marks import Quote
from pipeline.speakers.masking import WORD, Masked, mask
from pipeline.speakers.paragraphs import Paragraph

if TYPE_CHECKING:
    from spacy.tokens import Doc

UNUSED = ("attribute_ruler", "lemmatizer", "ner")
"""Parts of the pipeline that attribution does without: tags are the tagger's own, lemmas the lexicon's, names the text's."""
BATCH = 64  # paragraphs; larger ones gain nothing on a processor


@dataclass(frozen=True)
class Parsed:
    """A parsed paragraph."""

    masked: Masked
    doc: Doc


def parse(text: str, paragraphs: Sequence[Paragraph], quotes: Sequence[Quote], wanted: Callable[[int], bool]) -> list[Parsed]:
    """Parse the paragraphs whose numbers are ``wanted``, but for those that are one quotation and nothing else."""
    by_paragraph: dict[int, list[tuple[int, Quote]]] = {}
    for index, quote in enumerate(quotes):
        for number in range(quote.first, quote.last + 1):
            by_paragraph.setdefault(number, []).append((index, quote))
    masked = [
        mask(text, n, paragraph, by_paragraph.get(n, []), dateline_end(paragraph.of(text)))
        for n, paragraph in enumerate(paragraphs)
        if wanted(n)
    ]
    masked = [item for item in masked if item.has_frame()]
    if not masked:
        return []
    from pipeline.language import nlp

    pipeline = nlp()
    with pipeline.select_pipes(disable=[name for name in UNUSED if name in pipeline.pipe_names]):
        docs = list(pipeline.pipe([item.text for item in masked], batch_size=BATCH))
    return [Parsed(item, doc) for item, doc in zip(masked, docs, strict=True)]


def has_cue(line: str) -> bool:
    """Whether any word of ``line`` could be a cue of reported speech."""
    cues, things, minds = verbs(), nouns(), adjectives()
    words = [word.lower() for word in WORD.findall(line)]
    return any(word in cues or word in things or word in minds or word == "according" for word in words)
