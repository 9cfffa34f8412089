"""What odd but real documents say of themselves, and what they only seem to say."""

# ruff: noqa: E501  documents stand here as they are written
from __future__ import annotations

import documents
import pytest
from documents import SAMPLES

from pipeline import ingest
from pipeline.ingest import read_content


def declared(head="", around=("", "")):
    content = read_content(documents.page(head=head, around=around), "x.html")
    return content.title, content.published, content.author, content.publisher, content.url


LD = '<script type="application/ld+json">{}</script>'


@pytest.mark.parametrize(
    ("head", "published", "author"),
    [
        # The organisation and the bread crumbs stand before the article, as content systems write them.
        (LD.format('[{"@type":"Organization","name":"Quay News"},{"@type":"BreadcrumbList"},{"@type":["Article","NewsArticle"],"datePublished":"2022-05-03T07:00:00+00:00","author":{"@type":"Person","name":"Ann Lee"}}]'), "2022-05-03", "Ann Lee"),
        # Several authors, of whom the first is named; the day of change is not that of publication.
        (LD.format('{"@type":"NewsArticle","datePublished":"2022-05-03","dateModified":"2024-01-01","author":[{"name":"Ann Lee"},{"name":"Tom Reed"}]}'), "2022-05-03", "Ann Lee"),
        # An author that is an address is nobody's name.
        ('<meta property="article:author" content="https://example.org/ann"><meta name="date" content="2022-05">', "2022-05", None),
        # Broken JSON-LD beside a good meta element.
        (LD.format('{"@type":"NewsArticle", broken') + '<meta name="DC.date.issued" content="2022-05-03"><meta name="author" content=" Ann  Lee ">', "2022-05-03", "Ann Lee"),
        # An event of the page, and a day that no calendar has.
        (LD.format('{"@type":"Event","startDate":"2031-05-06","name":"Conference"}') + '<meta name="date" content="2022-02-30">', None, None),
        # What a program writes by default.
        ('<meta property="article:published_time" content="0001-01-01T00:00:00Z">', None, None),
        # JSON-LD whose values are of other types than they should be.
        (LD.format('{"@type":"Article","datePublished":20220503,"author":[[]],"headline":{"a":1},"publisher":7}'), None, None),
    ],
)  # fmt: skip
def test_ingest_page_declares_what_it_declares_and_nothing_else(head, published, author):
    assert declared(head)[1:3] == (published, author)


@pytest.mark.parametrize(
    "box",
    [
        "<div class='event'><time datetime='2031-05-06'>6 May 2031</time></div>",
        "<p class='date'>6 May 2031</p>",
        "<ul class='latest'><li><time datetime='2024-01-01' class='published'>1 January</time> Another story</li></ul>",
        "<table><tr><td>Date:</td><td>2031-05-06</td></tr></table>",
    ],
)
def test_ingest_date_of_a_box_is_not_the_page_s(box):
    assert declared(around=(box, box))[1] is None


def test_ingest_file_properties_are_variables_and_no_date():
    pdf = SAMPLES["pdf"].replace(b"/Title (", b"/Author (Ann Lee) /CreationDate (D:20220503101500+01'00') /Title (")
    core = '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>The wall</dc:title><dc:creator>Ann Lee</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">{}</dcterms:created></cp:coreProperties>'
    word = documents.docx(more={"docProps/core.xml": core.format("2022-05-03T10:00:00Z")})
    for raw, name in ((pdf, "x.pdf"), (word, "x.docx"), (SAMPLES["rtf"], "x.rtf")):
        content = read_content(raw, name)
        assert (content.author, content.date, content.published) == ("Ann Lee", None, None), name
        assert dict(content.docvars) == {"created": "2022-05-03"}, name
    broken = documents.docx(more={"docProps/core.xml": core.format("yesterday")})
    assert dict(read_content(broken, "x.docx").docvars) == {}


@pytest.mark.parametrize("title", ["Microsoft Word - speech final v3.docx", "untitled", "speech.indd", ""])
def test_ingest_title_that_a_program_made_up_is_none(title):
    assert read_content(documents.pdf([[(72, 700, "The wall is old.")]], title=title), "x.pdf").title is None


def test_ingest_first_manifest_of_odd_documents_is_in_order(tmp_path, cli):
    pages = {
        "2022/page.html": documents.page(head='<meta property="article:published_time" content="2022-05-03"><meta name="author" content="Ann “A” Lee\\">'),
        "2022/paper.pdf": SAMPLES["pdf"],
        "2024/letter.rtf": SAMPLES["rtf"],
        "2024/Mail Nr. 1.eml": SAMPLES["eml"],
        "2024/broken.docx": b"PK\x03\x04 no archive",
    }  # fmt: skip
    for name, raw in pages.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    assert cli("ingest", "--manifest-init", tmp_path)[0] == 0
    status, _, said = cli("validate", tmp_path)
    assert status == 2
    assert [line for line in said.splitlines() if "broken.docx" not in line] == []
    (tmp_path / "2024/broken.docx").write_bytes(documents.docx())
    assert ingest.validate(tmp_path) == []
    speeches = ingest.read_speeches([tmp_path]).set_index("speech_id")
    assert speeches.loc["2022/page", ["date", "author", "presidency"]].tolist() == ["2022-05-03", "Ann “A” Lee\\", "2022"]
    assert speeches.loc["2024/Mail Nr. 1", ["date", "author"]].tolist() == ["2022-05-03", "Ann Lee"]


def test_ingest_presidency_by_date_needs_a_date_that_decides(tmp_path):
    terms = "".join(
        f'[[presidency]]\nid = "{name}"\nfrom = "{begins}"\nto = "{ends}"\n'
        for name, begins, ends in (
            ("one", "2022-04-01", "2023-03-31"),
            ("two", "2023-04-01", "2024-03-31"),
            ("both", "2024-03-01", "2024-06-30"),
        )
    )
    dates = {
        "a": "2022-04-01",
        "b": "2023-03-31",
        "c": "2023",
        "d": "2023-03",
        "e": "2024-03-15",
        "f": "2024-05",
        "g": "2030-01-01",
        "h": "",
    }
    listed = "".join(
        f'[[document]]\nid = "{name}"\npath = "{name}.txt"\n' + (f'date = "{date}"\n' if date else "")
        for name, date in dates.items()
    )
    (tmp_path / "manifest.toml").write_text(f'[corpus]\nschema = 1\nname = "x"\n{terms}{listed}', encoding="utf-8")
    for name in dates:
        (tmp_path / f"{name}.txt").write_text(f"The wall of {name} is old.", encoding="utf-8")
    found = ingest.read_speeches([tmp_path]).set_index("speech_id")["presidency"].to_dict()
    assert found == {"a": "one", "b": "one", "c": None, "d": "one", "e": None, "f": "both", "g": None, "h": None}
