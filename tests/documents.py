"""Small documents of every format, written by hand so that the tests need no other writer: each function returns the bytes of a file."""

# ruff: noqa: E501  documents stand here as they are written
from __future__ import annotations

import io
import zipfile

PARAGRAPHS = (
    "The harbour needs a new wall, and we shall build it before the winter after next.",
    "“Nobody who lives on the quay should have to wait for it,” the mayor said. She had promised the same to the fishermen.",
    "There is also the question of the ferry. It has been late on most of the days of this year, and that must change.",
)
"""Three paragraphs of an invented speech."""
TEXT = "\n\n".join(PARAGRAPHS)


def zipped(members: dict[str, bytes | str], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of ``members``."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return sink.getvalue()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def page(paragraphs: tuple[str, ...] = PARAGRAPHS, *, head: str = "", around: tuple[str, str] = ("", "")) -> bytes:
    """A web page with an article between a menu and an event box."""
    body = "".join(f"<p>{_escaped(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Harbour wall | Quay News</title>{head}</head><body>"
        f"<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>{around[0]}"
        f"<main><article><h1>The harbour wall</h1>{body}</article></main>{around[1]}"
        "<aside><h3>Next event</h3><time datetime='2031-05-06'>6 May 2031</time></aside><footer>All rights reserved</footer></body></html>"
    ).encode()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(
    paragraphs: tuple[str, ...] = PARAGRAPHS,
    *,
    inner: str | None = None,
    prolog: str = "",
    more: dict[str, bytes | str] | None = None,
) -> bytes:
    """A Word document; ``inner`` replaces the XML of its body."""
    body = inner or "".join(f'<w:p><w:r><w:t xml:space="preserve">{_escaped(p)}</w:t></w:r></w:p>' for p in paragraphs)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override '
            'PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
            "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/><Relationship Id="r2" '
            f'Type="{package}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
            "word/document.xml": f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr/></w:body></w:document>',
            "docProps/core.xml": f'<?xml version="1.0"?><cp:coreProperties xmlns:cp="{package}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The harbour wall</dc:title><dc:creator>Ann Lee</dc:creator>'
            "</cp:coreProperties>",
            **(more or {}),
        }
    )


def odt(paragraphs: tuple[str, ...] = PARAGRAPHS, *, inner: str | None = None) -> bytes:
    """An OpenDocument text."""
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    body = inner or "".join(f"<text:p>{_escaped(paragraph)}</text:p>" for paragraph in paragraphs)
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{oasis}:office:1.0" xmlns:text="{oasis}:text:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    meta = (
        f'<?xml version="1.0"?><office:document-meta xmlns:office="{oasis}:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<office:meta><dc:title>The harbour wall</dc:title><dc:creator>Ann Lee</dc:creator></office:meta></office:document-meta>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "meta.xml": meta})


def rtf(paragraphs: tuple[str, ...] = PARAGRAPHS, *, more: str = "", inner: str | None = None) -> bytes:
    """A Rich Text document as word processors write it: tables of fonts, colours and styles before the text."""

    def shown(text: str) -> str:
        plain = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
        units = plain.encode("utf-16-le")
        codes = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
        return "".join(chr(code) if code < 128 else f"\\u{code if code < 2**15 else code - 2**16}?" for code in codes)

    body = (
        inner if inner is not None else "".join(f"\\pard\\plain\\f0\\fs24 {shown(paragraph)}\\par\n" for paragraph in paragraphs)
    )
    return (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\froman\\fcharset0 Times New Roman;}}{\\colortbl;\\red0\\green0\\blue0;}\n"
        "{\\stylesheet{\\s0 Normal;}}{\\info{\\title The harbour wall}{\\author Ann Lee}{\\creatim\\yr2022\\mo5\\dy3}}"
        f"{more}{body}}}"
    ).encode("cp1252")


def pdf(pages: list[list[tuple[float, float, str]]], *, title: str = "") -> bytes:
    """A PDF of lines ``(x, y, text)`` in 12 point Helvetica, one list a page; y counts from the bottom in points."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(f"BT /F1 12 Tf {x} {y} Td ({_pdf_text(text)}) Tj ET\n" for x, y, text in lines)
        objects.append(f"<< /Length {len(shown.encode('cp1252'))} >>\nstream\n{shown}endstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(kids)}] >>"
    objects.append(f"<< /Title ({_pdf_text(title)}) >>")
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + table.encode() + trailer.encode()


def _pdf_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def pdf_of(paragraphs: tuple[str, ...] = PARAGRAPHS, *, width: int = 60, head: str = "", copies: int = 1) -> bytes:
    """A PDF of set paragraphs, ``copies`` pages each beginning with the next one, with a running head and a number."""
    import textwrap

    pages = []
    for number in range(1, copies + 1):
        lines, y = ([(72.0, 800.0, head)] if head else []), 750.0
        for paragraph in paragraphs[number - 1 :] + paragraphs[: number - 1]:
            for line in textwrap.wrap(paragraph, width):
                lines.append((72.0, y, line))
                y -= 14
            y -= 14
        pages.append([*lines, (290.0, 30.0, str(number))] if head else lines)
    return pdf(pages, title="The harbour wall")


TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en"><teiHeader><fileDesc><titleStmt><title type="main">A sitting of the Quay Assembly</title>
</titleStmt><publicationStmt><publisher>Quay Assembly</publisher><date when="2030-01-01"/></publicationStmt><sourceDesc><bibl>
<date when="2022-05-03">3 May 2022</date></bibl></sourceDesc></fileDesc><profileDesc><particDesc><listPerson><person xml:id="AnnLee">
<persName><surname>Lee</surname><forename>Ann</forename></persName></person></listPerson></particDesc></profileDesc></teiHeader>
<text><body><div type="debateSection"><head>Harbour wall</head><note type="speaker">Ann Lee:</note><u who="#AnnLee" ana="#regular">
<seg>The wall is old and it has to go.</seg><seg>We shall build a new one. <kinesic type="applause"><desc>(Applause)</desc></kinesic> That is
a promise.</seg></u><u who="#TomReed"><seg>I do not believe it.</seg></u></div></body></text></TEI>
"""

HANSARD = """<?xml version="1.0" encoding="UTF-8"?>
<publicwhip latest="yes"><major-heading id="uk.org.publicwhip/debate/2022-05-03a.1.0" nospeaker="true">Harbours</major-heading>
<speech id="uk.org.publicwhip/debate/2022-05-03a.1.1" speakername="Ann Lee" person_id="x/1" colnum="1"><p pid="a1">I beg to move that
the wall be built.</p><p pid="a2">It has waited for long enough.</p></speech>
<speech id="uk.org.publicwhip/debate/2022-05-03a.1.2" nospeaker="true"><p>Question put.</p></speech>
<speech id="uk.org.publicwhip/debate/2022-05-03a.1.3" speakername="Tom Reed"><p>I oppose the motion.</p></speech></publicwhip>
"""

HISTORIC = """<?xml version="1.0"?><hansard><housecommons><date format="1902-05-06">Tuesday</date><debates><section><title>HARBOURS</title>
<p id="1"><member>MR. LEE <memberconstituency>(Quay)</memberconstituency></member><membercontribution>: I beg to ask about the wall.
</membercontribution></p><p id="2">It is very old.</p><p id="3"><member>MR. REED:</member><membercontribution>No.</membercontribution></p>
</section></debates></housecommons></hansard>"""

SRT = """1
00:00:01,000 --> 00:00:03,000
The harbour needs a new wall,

2
00:00:03,100 --> 00:00:05,000
and <i>we</i> shall build it.

3
00:00:12,000 --> 00:00:14,000
There is also the ferry.
"""

VTT = """WEBVTT

NOTE made by hand

00:01.000 --> 00:03.000 align:start
<v Ann Lee>The harbour needs a new wall.

00:03.000 --> 00:05.000
<v Ann Lee>We shall build it.

00:05.000 --> 00:07.000
<v.loud Tom Reed>With what money &amp; when?</v>
"""

EML = (
    "From: Ann Lee <ann@example.org>\r\nTo: press@example.org\r\nSubject: =?utf-8?q?The_harbour_wall?=\r\n"
    "Date: Tue, 03 May 2022 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    + TEXT.replace("\n", "\r\n")
    + "\r\n"
    "--b\r\nContent-Type: text/html\r\n\r\n<p>Not this one.</p>\r\n--b--\r\n"
)

SAMPLES: dict[str, bytes] = {
    "txt": TEXT.encode(),
    "md": f"---\ntitle: The harbour wall\ndate: 2022-05-03\n---\n\n# The harbour wall\n\n{TEXT}\n".encode(),
    "html": page(),
    "pdf": pdf_of(head="Quay Council papers", copies=3),
    "docx": docx(),
    "odt": odt(),
    "rtf": rtf(),
    "srt": SRT.encode(),
    "vtt": VTT.encode(),
    "tei": TEI.encode(),
    "xml": HANSARD.encode(),
    "eml": EML.encode(),
    "csv": b'id,text,year\na,"We shall build the wall, and it will be ready.",2022\nb,"The ferry is late.\n\nThat must change.",2024\n',
    "tsv": b"id\ttext\tyear\na\tWe shall build the wall.\t2022\n",
    "jsonl": '{"id": "a", "text": "We shall build the wall."}\n{"id": "b", "text": "The ferry is late – again."}\n'.encode(),
}
"""A good file of every format, by its ending."""
