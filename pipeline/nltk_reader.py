"""The table of speeches as NLTK knows a corpus: a categorised plain text reader, its categories the grouping variable."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
from nltk.corpus.reader import CategorizedPlaintextCorpusReader
from nltk.data import PathPointer, SeekableUnicodeStreamReader

from pipeline import language, sides
from pipeline.records import SPEECHES, conform


class SpeechPointer(PathPointer):
    """A speech where NLTK expects a file: its text, never a path, so that no folder must be on ``nltk.data.path``.

    Parameters
    ----------
    texts : text of each speech by its id.
    fileid : the speech that is meant; empty for the corpus as a whole.
    """

    def __init__(self, texts: dict[str, str], fileid: str = "") -> None:
        self.texts = texts
        self.fileid = fileid
        self.path = fileid or f"{len(texts)} speeches"

    def open(self, encoding: str | None = None) -> SeekableUnicodeStreamReader:
        """The text as a stream. Raises ``OSError`` when no speech has this id."""
        return SeekableUnicodeStreamReader(io.BytesIO(self._content()), "utf-8")

    def file_size(self) -> int:
        """Length of the text in bytes of UTF-8."""
        return len(self._content())

    def join(self, fileid: str) -> SpeechPointer:
        """The pointer of the speech ``fileid``."""
        return SpeechPointer(self.texts, fileid)

    def _content(self) -> bytes:
        if self.fileid not in self.texts:
            raise OSError(f"No speech named {self.fileid!r}.")
        return self.texts[self.fileid].encode("utf-8")


class SpeechReader(CategorizedPlaintextCorpusReader):
    """``raw``, ``words``, ``sents`` and ``paras`` of a table of speeches, by file (a speech) and by category (a side).

    Sentences are those of the project's own Punkt model, so that nothing has to be downloaded.

    Parameters
    ----------
    speeches : table of speeches, as :func:`pipeline.ingest.read_speeches` makes it.
    by : the grouping variable; its values are the categories. A speech without a value is left out.
    **options : of :class:`nltk.corpus.reader.PlaintextCorpusReader`, for example ``word_tokenizer``.

    Raises
    ------
    ValueError
        When there is no such variable, or no speech has a value of it.

    >>> from pipeline.ingest import read_speeches
    >>> reader = SpeechReader(read_speeches("corpus/adcs"), by="presidency")
    >>> reader.categories(), reader.fileids(categories="2024")
    (['2022', '2024'], ['2024-smith'])
    """

    def __init__(self, speeches: pd.DataFrame, *, by: str, **options: Any) -> None:
        speeches = conform(speeches, SPEECHES)
        sides.values_of(speeches, by)
        grouped = speeches[speeches[by].notna()]
        texts = dict(zip(grouped["speech_id"], grouped["text"].fillna("")))
        categories = {name: [sides.text_of(value)] for name, value in zip(grouped["speech_id"], grouped[by])}
        options = {"sent_tokenizer": language.punkt(), **options}
        super().__init__(SpeechPointer(texts), list(texts), cat_map=categories, **options)

    def abspath(self, fileid: str) -> SpeechPointer:
        """The pointer of a speech, which is no path."""
        return SpeechPointer(self.root.texts, fileid)

    def abspaths(self, fileids: Any = None, include_encoding: bool = False, include_fileid: bool = False) -> list:
        """The pointers of speeches, with encoding and id where asked for, as NLTK's readers want them."""
        names = self._fileids if fileids is None else [fileids] if isinstance(fileids, str) else list(fileids)
        rows = [(self.abspath(name), *(["utf8"] * include_encoding), *([name] * include_fileid)) for name in names]
        return rows if include_encoding or include_fileid else [row[0] for row in rows]

    def open(self, file: str) -> SeekableUnicodeStreamReader:
        """The text of a speech as a stream."""
        return self.abspath(file).open()
