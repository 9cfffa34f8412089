"""The spaCy component ``themeshift/utterances``: who says what, as spans of a ``Doc``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.speakers.attribution import attribute_text
from pipeline.speakers.spans import Utterance

KEY = "utterances"


@Language.factory(
    "themeshift/utterances",
    assigns=["doc.spans"],
    default_config={"default_speaker": None, "aliases": None, "kind": None},
)
def make_utterances(
    nlp: Language,
    name: str,
    default_speaker: str | None,
    aliases: dict[str, list[str]] | None,
    kind: str | None,
) -> UtteranceTagger:
    """Component that writes ``doc.spans["utterances"]``; options as of :func:`pipeline.speakers.attribute_text`."""
    return UtteranceTagger(name, default_speaker=default_speaker, aliases=aliases, kind=kind)


class UtteranceTagger:
    """Marks who says what in a ``Doc``.

    Each span of ``doc.spans["utterances"]`` has the mode as its label and the speaker as its id ("" for nobody). The
    spans follow the tokens; offsets by character are what :func:`pipeline.speakers.attribute_text` returns.
    """

    def __init__(
        self,
        name: str = "utterances",
        *,
        default_speaker: str | None = None,
        aliases: Mapping[str, Sequence[str]] | None = None,
        kind: str | None = None,
    ) -> None:
        self.name = name
        self.default_speaker = default_speaker
        self.aliases = aliases
        self.kind = kind

    def __call__(self, doc: Doc) -> Doc:
        """Predict and set, as spaCy asks of a component."""
        self.set_annotations(doc, self.predict(doc))
        return doc

    def predict(self, doc: Doc) -> list[Utterance]:
        """Utterances of the text of ``doc``, which is not changed."""
        return attribute_text(doc.text, default_speaker=self.default_speaker, aliases=self.aliases, kind=self.kind)

    def set_annotations(self, doc: Doc, utterances: Sequence[Utterance]) -> None:
        """Write ``utterances`` to ``doc.spans["utterances"]``."""
        spans = []
        taken = 0
        for utterance in utterances:
            span = doc.char_span(
                utterance.start, utterance.end, label=utterance.mode, span_id=utterance.speaker or "", alignment_mode="expand"
            )
            if span is None or span.end <= taken:
                continue
            start = max(span.start, taken)
            spans.append(Span(doc, start, span.end, label=utterance.mode, span_id=utterance.speaker or ""))
            taken = span.end
        doc.spans[KEY] = spans
