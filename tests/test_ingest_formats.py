"""One file of every format to its text, its metadata, its pages and its turns."""

# ruff: noqa: E501  documents stand here as they are written
from __future__ import annotations

import json
import sys

import documents
import pytest
from documents import PARAGRAPHS, SAMPLES, TEXT

from pipeline.ingest import page_of, pages_of, read_content, read_speeches, span_of
from pipeline.ingest.decoding import decode, mend


def said(content):
    """(speaker, mode, text) of each turn."""
    return [(turn["speaker"], turn["mode"], content.text[turn["start"] : turn["end"]]) for turn in content.turns]


@pytest.mark.parametrize("form", ["txt", "docx", "odt", "rtf", "eml"])
def test_ingest_format_gives_the_paragraphs(form):
    assert read_content(SAMPLES[form], f"x.{form}").text == TEXT


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("£5 – “no”".encode(), "£5 – “no”"),
        ("£5 – “no”".encode("cp1252"), "£5 – “no”"),
        ("£5 – “no”".encode("utf-8-sig"), "£5 – “no”"),
        ("£5 – “no”".encode("utf-16"), "£5 – “no”"),
        ("£5 – “no”".encode("utf-32"), "£5 – “no”"),
        (b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("the childrenâ€™s cafÃ© costs Â£5".encode(), "the children’s café costs £5"),
        (b"", ""),
    ],
)
def test_ingest_decodes_text_as_it_is_written(raw, text):
    assert decode(raw) == text


@pytest.mark.parametrize("text", ["Ã la carte", "“straight” 'and' curly", "Â is a letter", "â", "naïve café – it’s"])
def test_ingest_mends_only_mojibake(text):
    assert mend(text) == text


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"a\x00b", "Got NUL bytes"),
        ("ab".encode("utf-16-le"), "Got NUL bytes"),
        (bytes(range(1, 32)) * 10, "control characters"),
        (b"\x81\x8d\xff", "must be text in UTF-8"),
        (b"\xff\xfea", "must be utf-16, as its byte-order mark says"),
    ],
)
def test_ingest_refuses_what_is_no_text(raw, sentence):
    with pytest.raises(ValueError, match=sentence):
        decode(raw)


@pytest.mark.parametrize("encoding", ["no-such", "base64", "zlib", "rot13"])
def test_ingest_encoding_must_be_one_of_text(encoding):
    with pytest.raises(ValueError, match="The field 'encoding' must be"):
        decode(b"x", encoding=encoding)


def test_ingest_content_outweighs_the_ending():
    assert "harbour" in read_content(SAMPLES["pdf"], "x.html").text
    assert read_content(SAMPLES["docx"], "x.txt").text == TEXT
    assert "<p>" not in read_content(SAMPLES["html"], "x.txt").text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("x.exe", "The file must end in one of .txt"), ("x.rtf", "must be Rich Text that begins with"), ("x.doc", "Save")],
)
def test_ingest_unknown_format_says_which_are_known(name, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_content(b"abc", name)


def test_ingest_front_matter_of_markdown_is_metadata():
    content = read_content(SAMPLES["md"], "x.md")
    assert (content.title, content.date) == ("The harbour wall", "2022-05-03")
    assert content.text.startswith("# The harbour wall")
    assert read_content(b"---\n\nA rule is no front matter.\n\n---\n", "x.md").text.startswith("---")


HEAD = (
    '<meta property="article:published_time" content="2022-05-03T10:00:00Z"><meta name="author" content="Ann Lee">'
    '<meta property="og:site_name" content="Quay News"><link rel="canonical" href="https://example.org/wall">'
)
LINKED = '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Wall","datePublished":"2022-05-03","author":[{"name":"Ann Lee"}]}]}</script>'


def test_ingest_page_gives_its_article_and_not_its_furniture():
    content = read_content(SAMPLES["html"], "x.html")
    assert content.text == f"The harbour wall\n\n{TEXT}"
    assert content.title == "The harbour wall"
    assert content.published is None, "the date of an event box is not the document's"


@pytest.mark.parametrize("head", [HEAD, LINKED])
def test_ingest_page_declares_its_metadata(head):
    content = read_content(documents.page(head=head), "x.html")
    assert (content.published, content.author) == ("2022-05-03", "Ann Lee")


def test_ingest_page_keeps_headings_lists_and_quotations_in_order():
    inside = "<h2>On money</h2><p>First the money,<br>then the work, and nobody shall wait.</p><ul><li>one wall</li><li>a <b>second</b> wall</li></ul><blockquote><p>It is ours.</p></blockquote><p>Last.</p>"
    raw = documents.page().replace(b"</article>", inside.encode() + b"</article>")
    tail = read_content(raw, "x.html").text.removeprefix(f"The harbour wall\n\n{TEXT}\n\n")
    assert tail.split("\n\n") == [
        "On money",
        "First the money,\nthen the work, and nobody shall wait.",
        "- one wall",
        "- a second wall",
        "It is ours.",
        "Last.",
    ]


def test_ingest_page_in_an_old_charset_is_read_by_its_own_word():
    raw = (
        documents.page(("Die Stadt ist größer geworden, šťastný and the wall is there.",) * 3)
        .decode()
        .replace("utf-8", "windows-1250")
    )
    assert "šťastný" in read_content(raw.encode("cp1250"), "x.html").text


def test_ingest_pdf_unwraps_lines_and_drops_running_heads():
    pages = [
        [(72, 800, "Quay Council papers 2022"), (72, 750, "The harbour needs a new wall, and we shall build"), (72, 736, "it before the winter after next."),
         (72, 700, "“There is also the question of the ferry,” she said, and"), (290, 30, "1")],
        [(72, 800, "Quay Council papers 2022"), (72, 750, "it was late again."), (72, 722, "Nobody should have to wait."), (290, 30, "2")],
        [(72, 800, "Quay Council papers 2022"), (72, 750, "One more page of the same."), (290, 30, "3")],
    ]  # fmt: skip
    content = read_content(documents.pdf(pages, title="The harbour wall"), "x.pdf")
    assert content.text.split("\n\n") == [
        "The harbour needs a new wall, and we shall build it before the winter after next.",
        "“There is also the question of the ferry,” she said, and it was late again.",
        "Nobody should have to wait.",
        "One more page of the same.",
    ]
    assert content.title == "The harbour wall"
    assert [content.text[begin:][:3] for begin in content.pages] == ["The", "it ", "One"]


def test_ingest_pdf_of_set_paragraphs_is_the_paragraphs():
    assert read_content(documents.pdf_of(), "x.pdf").text == TEXT


def test_ingest_pdf_without_text_says_so():
    with pytest.raises(ValueError, match="must have a text layer"):
        read_content(documents.pdf([[]]), "x.pdf")


def test_ingest_word_counts_insertions_and_not_deletions():
    inner = (
        "<w:p><w:r><w:t>We shall</w:t></w:r><w:ins><w:r><w:t> surely</w:t></w:r></w:ins><w:del><w:r><w:delText> not</w:delText></w:r></w:del>"
        "<w:r><w:t> build.</w:t><w:br/><w:t>Soon.</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A cell.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    content = read_content(documents.docx(inner=inner), "x.docx")
    assert content.text == "We shall surely build.\nSoon.\n\nA cell."
    assert (content.title, content.author) == ("The harbour wall", "Ann Lee")


def test_ingest_open_document_leaves_notes_and_deletions_out():
    inner = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>A head</text:h><text:p>One<text:s/>two"
        "<text:note><text:p>a note</text:p></text:note> three<text:line-break/>four.</text:p>"
    )
    assert read_content(documents.odt(inner=inner), "x.odt").text == "A head\n\nOne two three\nfour."


def test_ingest_captions_join_cues_and_break_at_pauses():
    content = read_content(SAMPLES["srt"], "x.srt")
    assert content.text == "The harbour needs a new wall, and we shall build it.\n\nThere is also the ferry."
    assert content.turns == ()


def test_ingest_captions_with_voices_have_turns():
    content = read_content(SAMPLES["vtt"], "x.vtt")
    assert said(content) == [
        ("Ann Lee", "spoken", "The harbour needs a new wall. We shall build it."),
        ("Tom Reed", "spoken", "With what money & when?"),
    ]


def test_ingest_tei_turns_are_the_truth_about_speakers():
    content = read_content(SAMPLES["tei"], "x.xml")
    assert (content.title, content.date, content.kind) == ("A sitting of the Quay Assembly", "2022-05-03", "debate")
    assert said(content) == [
        (None, "furniture", "Harbour wall\n\nAnn Lee:"),
        ("Ann Lee", "spoken", "The wall is old and it has to go.\n\nWe shall build a new one."),
        (None, "furniture", "(Applause)"),
        ("Ann Lee", "spoken", "That is a promise."),
        ("TomReed", "spoken", "I do not believe it."),
    ]


def test_ingest_tei_of_tokens_is_joined_by_its_own_marks():
    words = '<s><w>It</w><w join="right">ca</w><w>n\'t</w><w join="right">wait</w><pc>.</pc></s>'
    raw = SAMPLES["tei"].decode().replace("I do not believe it.", words).encode()
    assert said(read_content(raw, "x.xml"))[-1][2] == "It can't wait."


def test_ingest_tei_of_plain_paragraphs_has_no_turns():
    raw = b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><head>A head</head><p>One <hi>plain</hi>\n paragraph.</p></body></text></TEI>'
    content = read_content(raw, "x.xml")
    assert (content.text, content.turns) == ("A head\n\nOne plain paragraph.", ())


def test_ingest_hansard_of_a_day_has_its_members():
    content = read_content(SAMPLES["xml"], "debates2022-05-03a.xml")
    assert (content.title, content.date) == ("Harbours", "2022-05-03")
    assert said(content) == [
        (None, "furniture", "Harbours"),
        ("Ann Lee", "spoken", "I beg to move that the wall be built.\n\nIt has waited for long enough."),
        (None, "furniture", "Question put."),
        ("Tom Reed", "spoken", "I oppose the motion."),
    ]


def test_ingest_hansard_of_old_has_its_members():
    content = read_content(documents.HISTORIC.encode(), "x.xml")
    assert content.date == "1902-05-06"
    assert said(content)[1:] == [
        ("Mr. Lee", "spoken", "I beg to ask about the wall.\n\nIt is very old."),
        ("Mr. Reed", "spoken", "No."),
    ]


def test_ingest_message_has_subject_sender_and_day():
    content = read_content(SAMPLES["eml"], "x.eml")
    assert (content.title, content.author, content.published) == ("The harbour wall", "Ann Lee", "2022-05-03")


@pytest.mark.parametrize("form", sorted(SAMPLES.keys() - {"csv", "tsv", "jsonl"}))
def test_ingest_turns_and_pages_lie_inside_the_text(form):
    content = read_content(SAMPLES[form], f"x.{form}")
    last = 0
    for turn in content.turns:
        assert last <= turn["start"] < turn["end"] <= len(content.text)
        last = turn["end"]
    assert all(0 <= begin <= len(content.text) for begin in content.pages)
    assert list(content.pages) == sorted(content.pages)
    assert PARAGRAPHS[0][:20] in content.text or content.turns or form == "srt"


@pytest.mark.parametrize(
    ("form", "library"),
    [
        ("html", "trafilatura"),
        ("pdf", "pypdfium2"),
        ("docx", "docx"),
        ("tei", "lxml"),
        ("odt", "lxml"),
        ("rtf", "striprtf.striprtf"),
    ],
)
def test_ingest_missing_library_names_the_extra(monkeypatch, form, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=r"pip install 'themeshift\[(html|pdf|docx|xml|rtf)\]'"):
        read_content(SAMPLES[form], f"x.{form}")


@pytest.mark.parametrize(
    "raw",
    [
        b"plain",
        b"a\r\nb",
        "café £5".encode(),
        "café".encode("cp1252"),
        "cafÃ© â€™".encode(),
        b"\xef\xbb\xbfx",
        "x".encode("utf-16"),
    ],
)
def test_ingest_utf8_of_a_file_is_that_of_its_text(raw):
    from pipeline.ingest.decoding import utf8

    assert utf8(raw) == decode(raw).encode()


def test_ingest_rich_text_leaves_links_pictures_and_deleted_addresses_out():
    inner = (
        r"{\*\generator x;}\pard One {\field{\*\fldinst{HYPERLINK \"https://example.org/a\"}}{\fldrslt{link}}} and \'a35.\par"
        r"{\pict\pngblip " + "89504e47" * 60 + r"}\pard Two \u8220?words\u8221? \u-10179?\u-8704?.\line Three\par"
    )
    content = read_content(documents.rtf(inner=inner), "x.rtf")
    assert content.text == "One link and £5.\n\nTwo “words” 😀.\n\nThree"
    assert (content.title, content.author) == ("The harbour wall", "Ann Lee")


def test_ingest_page_of_a_place_is_the_one_it_is_printed_on():
    pages = [[(72, 750, "The first page is short.")], [(72, 750, "The second one says more.")], [(72, 750, "The third ends it.")]]
    content = read_content(documents.pdf(pages), "x.pdf")
    for number, words in enumerate(("first page", "second one", "third ends"), 1):
        start = content.text.index(words)
        assert page_of(content.pages, start) == page_of(json.dumps(content.pages), start) == number
        begin, end = span_of(content.pages, number, len(content.text))
        assert words in content.text[begin:end]
    assert pages_of(content.pages, 0, len(content.text)) == (1, 3)
    assert page_of(None, 0) is None and pages_of((), 0, 5) is None
    with pytest.raises(ValueError, match=r"must be a number from 1 to 3\. Got 4\."):
        span_of(content.pages, 4, 100)
    with pytest.raises(ValueError, match="must be a list of offsets"):
        page_of('{"a": 1}', 0)


def test_ingest_table_with_a_broken_head_is_told_in_one_line(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text('id,"tex\nmore",' + ",".join(f"c{n}" for n in range(40)) + "\na,b" + ",1" * 40 + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"Available: id, tex more, c0, .* and 22 more\.$") as told:
        read_speeches([path])
    assert "\n" not in str(told.value)
