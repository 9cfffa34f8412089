"""corpus/adcs-web: its addresses against the catalogue they come from, and its two commands against pages of our own."""

# ruff: noqa: E501  pages stand here as they are written
from __future__ import annotations

import csv
import shutil
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import ROOT, SHARED_CORPUS

from pipeline import ingest
from pipeline.ingest import fetch

CORPUS = ROOT / "corpus" / "adcs-web"
MANIFEST = tomllib.loads((CORPUS / "manifest.toml").read_text(encoding="utf-8"))
KINDS = {"blog": "statement", "article": "article", "press_release": "press_release"}
"""The kinds of the catalogue, and what they are called here: a blog is signed by the president."""


def test_ingest_adcs_web_is_the_catalogue():
    path = SHARED_CORPUS / "catalogue.csv"
    if not path.is_file():
        pytest.skip("the catalogue is not beside the repository")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    documents = {document["url"]: document for document in MANIFEST["document"]}
    assert set(documents) == {row["url"] for row in rows}
    assert len(rows) == len(MANIFEST["document"])
    names = {speaker["id"]: speaker["name"] for speaker in MANIFEST["speaker"]}
    terms = {term["id"]: term for term in MANIFEST["presidency"]}
    for row in rows:
        document = documents[row["url"]]
        assert row["title"].startswith(document["title"])
        assert (document["kind"], document["docvars"]["form"]) == (KINDS[row["kind"]], row["kind"])
        assert document["publisher"] == row["publisher"]
        # A catalogue that knows the year only gives no date by which a presidency could be found.
        assert document.get("date") == (row["date"] if len(row["date"]) > 4 else None)
        before = "before the term" in row["title"]
        assert document.get("presidency") == (None if before else row["presidency"])
        assert names[terms[row["presidency"]]["speaker"]] == row["speaker"]
        default = document["default_speaker"]
        assert default == "" or names[default] == row["speaker"]


def test_ingest_adcs_web_has_several_pieces_of_three_presidencies():
    counts = {term["id"]: 0 for term in MANIFEST["presidency"]}
    for document in MANIFEST["document"]:
        if "presidency" in document:
            counts[document["presidency"]] += 1
    assert counts == {"2022": 5, "2023": 1, "2024": 5}


PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Quay Weekly</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="Quay Weekly">
<meta property="article:published_time" content="{date}T09:00:00+01:00"><script>var tracking = "{title}";</script></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/events">Events</a></li></ul></nav></header>
<div class="cookie-banner"><p>We use cookies to make this site work.</p><button>Accept</button></div>
<main><article><h1>{title}</h1><p class="byline">By a reporter</p>{body}</article></main>
<aside><h3>Related</h3><ul><li><a href="/a">Another story about something else entirely</a></li></ul>
<div class="event"><h3>Next event</h3><time datetime="2031-11-12">12 November 2031</time></div></aside>
<footer><p>© Quay Weekly. All rights reserved.</p></footer></body></html>"""
EARLIER = (
    "Foster carers are the people whom this association must thank first. The funding of foster care has not kept up with its cost, and I ask ministers to mend that.",
    "“The shortage of social workers is the first of our worries,” {name} said. “We cannot go on paying agencies for what we could do ourselves.”",
    "Councils met in the spring to speak about foster care and about the workforce. {name} said that the workforce needed a plan of ten years.",
)
LATER = (
    "School places for children with special needs are the first matter of this year. The number of plans has doubled, and the money has not.",
    "“Special schools are full, and the travel to them costs more each year,” {name} said. “We want mainstream schools that can take these children.”",
    "Councils met in the spring to speak about special needs and about buildings. {name} said that every school needed a place for these children.",
)


class Pages(BaseHTTPRequestHandler):
    """News pages in the shape of real ones, at the paths of the manifest."""

    def do_GET(self):
        body = self.server.pages.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if body else "text/plain")
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the corpus whose addresses lead to pages of our own on this machine."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(fetch.fetch.__kwdefaults__, "pause", 0.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.pages = {}
    folder = tmp_path / "adcs-web"
    shutil.copytree(CORPUS, folder, ignore=shutil.ignore_patterns("originals"))
    manifest = (folder / "manifest.toml").read_text(encoding="utf-8")
    names = {speaker["id"]: speaker["name"] for speaker in MANIFEST["speaker"]}
    terms = {term["id"]: names[term["speaker"]] for term in MANIFEST["presidency"]}
    for number, document in enumerate(MANIFEST["document"]):
        side = document.get("presidency", "2022")
        body = "".join(f"<p>{p.format(name=terms[side])}</p>" for p in (LATER if side == "2024" else EARLIER))
        body += f"<p>This was piece number {number} of a series, and it said what the {number} others had not.</p>"
        date = document.get("date", f"{side}-06-01")
        page = PAGE.format(title=document["title"], body=body, date=date if len(date) == 10 else f"{date}-15")
        server.pages[f"/{number}"] = page.encode()
        manifest = manifest.replace(f'"{document["url"]}"', f'"http://127.0.0.1:{server.server_address[1]}/{number}"')
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield folder
    server.shutdown()
    server.server_close()


def test_ingest_adcs_web_is_fetched_and_read(copy):
    rows = fetch.fetch(copy, pause=0.0)
    assert [row.outcome for row in rows if row.failed] == []
    assert ingest.validate(copy) == []
    speeches = ingest.read_speeches([copy]).set_index("speech_id")
    assert speeches["presidency"].value_counts().to_dict() == {"2022": 5, "2024": 5, "2023": 1}
    assert not speeches["text"].str.contains("cookies|All rights reserved|Next event|tracking|Another story").any()
    assert (speeches["date"].dropna() < "2025").all(), "the date of an event box is no document's"
    undated = speeches.loc["2024-smith-responding-to-the-announcement"]
    assert (undated["date"], undated["president"]) == ("2024-06-01", "Andy Smith"), "the page says what the manifest leaves open"


@pytest.mark.slow
def test_ingest_adcs_web_by_the_two_commands_of_its_readme(copy, cli, tmp_path):
    assert cli("fetch", copy)[0] == 0
    status, said, wrong = cli(
        "diff", copy, "--by", "presidency", "--before", "2022", "--after", "2024", "--no-stance", "-o", tmp_path / "out"
    )
    assert status == 0, wrong
    assert (tmp_path / "out/report.html").is_file()
    assert "The report:" in said
