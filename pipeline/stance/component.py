"""The spaCy component ``themeshift/stance``: stances of a document's sentences as spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.stance.model import LABELS
from pipeline.stance.tagging import tag
from pipeline.stance.targets import find_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

SPANS = "stance"
"""Key in ``doc.spans``: one span a sentence and target; ``label_`` the label, ``kb_id_`` the target, ``id_`` the holder."""


@Language.factory("themeshift/stance", assigns=["doc.spans"], default_config={"targets": None, "none": False})
def make_stance(nlp: Language, name: str, targets: Sequence[str] | None, none: bool) -> StanceComponent:
    """Create the component; ``targets`` are names to look for (None finds them), ``none`` keeps pairs without a position too."""
    return StanceComponent(name, targets=targets, none=none)


class StanceComponent:
    """Writes ``doc.spans["stance"]``. Sentences are ``doc.sents`` where they are set, else the document is one."""

    def __init__(self, name: str, *, targets: Sequence[str] | None = None, none: bool = False) -> None:
        self.name = name
        self.targets = targets
        self.none = none

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.predict(doc))
        return doc

    def predict(self, doc: Doc) -> pd.DataFrame:
        """The table of stances of ``doc``; changes nothing."""
        sentences = list(doc.sents) if doc.has_annotation("SENT_START") else [doc[:]]
        rows = [
            {"speech_id": "", "start": sent.start_char, "end": sent.end_char, "text": sent.text, "speaker": None, "mode": None}
            for sent in sentences
            if sent.text.strip()
        ]
        segments = pd.DataFrame(rows, columns=["speech_id", "start", "end", "text", "speaker", "mode"])
        return tag(find_targets(segments, targets=self.targets))

    def set_annotations(self, doc: Doc, stances: pd.DataFrame) -> None:
        """Write the spans, in the order of the table."""
        spans = []
        for row in stances.to_dict("records"):
            span = doc.char_span(row["start"], row["end"], label=row["label"], kb_id=row["target"], alignment_mode="expand")
            if span is not None and row["label"] in LABELS and (self.none or row["label"] != "none"):
                spans.append(Span(doc, span.start, span.end, label=span.label, kb_id=span.kb_id, span_id=row["holder"] or ""))
        doc.spans[SPANS] = spans
