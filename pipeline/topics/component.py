"""The spaCy component ``themeshift/themes``: the themes of a document's sentences as spans."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.topics.codebook import Codebook

SPANS = "themes"
"""Key in ``doc.spans``: one span a sentence and theme; ``label_`` is the theme's id, ``id_`` why (literal or similar), and
``doc.spans["themes"].attrs["weights"]`` holds the weights (0 to 1) in the same order."""

FILE = "codebook.json"


@Language.factory("themeshift/themes", assigns=["doc.spans"], default_config={"codebook": None, "encoder": "static"})
def make_themes(nlp: Language, name: str, codebook: str | None, encoder: str) -> ThemesComponent:
    """Create the component; ``codebook`` is the path of a TOML codebook or of the ``.themes.json`` that a run of topics left."""
    return ThemesComponent(name, codebook=codebook, encoder=encoder)


def saved_themes(path: str | Path) -> Codebook:
    """The themes that ``themeshift topics`` left in ``OUT.themes.json``, as a codebook: label and terms are the phrases.

    Raises
    ------
    OSError
        When the file cannot be read.
    ValueError
        When it is no list of themes.
    """
    from pipeline.topics import codebook as codebooks

    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))
        themes = tuple(
            codebooks.CodebookTheme(
                row["id"], row["label"], tuple(dict.fromkeys([row["label"], *row["terms"]])), row.get("parent")
            )
            for row in rows
        )
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: saved themes must be a JSON list of {{id, label, terms}} ({error}).") from None
    return codebooks.Codebook(themes)


class ThemesComponent:
    """Writes ``doc.spans["themes"]``. Sentences are ``doc.sents`` where they are set, else the document is one.

    Parameters
    ----------
    name : of the component in its pipeline.
    codebook : a codebook, or the path of one, read at first use; after ``nlp.to_disk`` it travels inside the pipeline.
    encoder : name of an encoder of :mod:`pipeline.encode`, or an object with ``encode``.

    Notes
    -----
    A component sees one document at a time and says of it the same alone and in any batch. The stage
    :func:`pipeline.topics.code` sees a whole corpus and centres on it: weights of the two may not be compared.
    """

    def __init__(self, name: str, *, codebook: str | Path | Codebook | None = None, encoder: Any = "static") -> None:
        self.name = name
        self.codebook = codebook
        self.encoder = encoder

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.predict(doc))
        return doc

    def loaded(self) -> Codebook:
        """The codebook itself. Raises ``ValueError`` when the component has none."""
        from pipeline.topics import codebook as codebooks

        if self.codebook is None:
            raise ValueError("The component themeshift/themes must have a codebook: config={'codebook': 'my.toml'}. Got none.")
        if not isinstance(self.codebook, codebooks.Codebook):
            as_json = str(self.codebook).endswith(".json")
            self.codebook = saved_themes(self.codebook) if as_json else codebooks.load(self.codebook)
        return self.codebook

    def predict(self, doc: Doc) -> pd.DataFrame:
        """The table of mentions of ``doc``, one row a sentence and theme; changes nothing."""
        import pandas as pd

        from pipeline.topics.coding import code

        book = self.loaded()
        sentences = list(doc.sents) if doc.has_annotation("SENT_START") else [doc[:]]
        rows = [
            {"speech_id": "doc", "start": sent.start_char, "end": sent.end_char, "text": sent.text, "position": position}
            for position, sent in enumerate(sentences)
            if sent.text.strip()
        ]
        segments = pd.DataFrame(rows, columns=["speech_id", "start", "end", "text", "position"])
        return code(segments, codebook=book, encoder=self.encoder)[0]

    def set_annotations(self, doc: Doc, mentions: pd.DataFrame) -> None:
        """Write the spans, in the order of the table."""
        spans, weights = [], []
        named = mentions[mentions["theme"].notna()]
        columns = [named[name].tolist() for name in ("start", "end", "theme", "why", "weight")]
        for start, end, theme, why, weight in zip(*columns, strict=True):
            span = doc.char_span(start, end, label=theme, span_id=why, alignment_mode="expand")
            if span is not None:
                spans.append(span)
                weights.append(weight)
        doc.spans[SPANS] = SpanGroup(doc, name=SPANS, spans=spans, attrs={"weights": weights})

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The codebook, as JSON."""
        book = self.loaded()
        themes = [{"id": t.id, "name": t.name, "phrases": list(t.phrases), "parent": t.parent} for t in book.themes]
        saved = {"single": book.single, "other": list(book.other), "themes": themes}
        return json.dumps(saved, ensure_ascii=False).encode("utf-8")

    def from_bytes(self, content: bytes, *, exclude: Iterable[str] = ()) -> ThemesComponent:
        """Take the codebook that :meth:`to_bytes` gave."""
        from pipeline.topics.codebook import Codebook, CodebookTheme

        saved = json.loads(content)
        themes = tuple(CodebookTheme(t["id"], t["name"], tuple(t["phrases"]), t["parent"]) for t in saved["themes"])
        self.codebook = Codebook(themes, tuple(saved["other"]), saved["single"])
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the codebook into the folder ``path``, so that the pipeline needs no file from elsewhere."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> ThemesComponent:
        """Read what :meth:`to_disk` wrote."""
        return self.from_bytes((Path(path) / FILE).read_bytes())
