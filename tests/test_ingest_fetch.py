"""Fetching from a server on this machine that misbehaves in the ways that real ones do."""

from __future__ import annotations

import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from documents import SAMPLES, TEXT

from pipeline import ingest
from pipeline.ingest import fetch, web
from pipeline.settings import Limits

PAGE = SAMPLES["html"]


class Handler(BaseHTTPRequestHandler):
    """Each path is a fault."""

    protocol_version = "HTTP/1.0"

    def do_GET(self):
        asked = self.server.asked
        asked[self.path] += 1
        if self.path == "/robots.txt":
            return self.give(b"User-agent: *\nDisallow: /private\n", "text/plain")
        if self.path == "/good" or (self.path == "/later" and asked[self.path] > 2) or self.path == "/private/page":
            return self.give(PAGE, "text/html; charset=utf-8")
        if self.path == "/later":
            return self.fail(500)
        if self.path == "/busy":
            return self.fail(429, ("Retry-After", "0")) if asked[self.path] == 1 else self.give(PAGE, "text/html")
        if self.path == "/busy-for-days":
            return self.fail(503, ("Retry-After", "99999"))
        if self.path == "/truncated":
            return self.give(PAGE[:100], "text/html", length=len(PAGE))
        if self.path == "/loop":
            return self.fail(302, ("Location", "/loop"))
        if self.path == "/away":
            return self.fail(302, ("Location", "file:///etc/passwd"))
        if self.path == "/moved":
            return self.fail(301, ("Location", "/good"))
        if self.path == "/moved-to-private":
            return self.fail(301, ("Location", "/private/page"))
        if self.path == "/picture":
            return self.give(b"\x89PNG\r\n", "image/png")
        if self.path == "/paper":
            return self.give(SAMPLES["pdf"], "application/octet-stream")
        if self.path == "/slow":
            time.sleep(1.2)
        if self.path == "/large":
            return self.give(PAGE + b" " * 100_000, "text/html")
        if self.path == "/empty":
            return self.give(b"", "text/html")
        return self.fail(404)

    def give(self, body, kind, length=None):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def fail(self, code, *headers):
        self.send_response(code)
        for header in headers:
            self.send_header(*header)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture
def server(monkeypatch):
    """A loopback server that counts what it is asked for."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.asked = Counter()
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def corpus(server, tmp_path):
    """Write a corpus with one document an address, and return its folder."""

    def make(*paths, own=True, more=""):
        host = f"http://127.0.0.1:{server.server_address[1]}"
        lines = ['[corpus]\nschema = 1\nname = "quay"\n[[presidency]]\nid = "first"\n']
        for path in paths:
            name = path.strip("/").replace("/", "-")
            place = f"originals/{name}.html" if own else f"{name}.txt"
            lines.append(f'[[document]]\nid = "{name}"\npath = "{place}"\nurl = "{host}{path}"\npresidency = "first"\n{more}\n')
            if not own:
                (tmp_path / place).write_text(TEXT, encoding="utf-8")
        (tmp_path / "manifest.toml").write_text("".join(lines), encoding="utf-8")
        return tmp_path

    return make


def run(folder, **options):
    return fetch.fetch(folder, pause=0.01, **{"timeout": 5, **options})


@pytest.mark.parametrize(("path", "times"), [("/good", 1), ("/later", 3), ("/busy", 2), ("/moved", 1)])
def test_ingest_fetch_gets_what_a_patient_reader_would(corpus, server, path, times):
    folder = corpus(path)
    (row,) = run(folder)
    assert not row.failed, row.outcome
    assert server.asked[path] == times
    assert (folder / row.path).read_bytes() == PAGE
    assert TEXT in ingest.read_speeches([folder])["text"][0]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/nothing", "The host must hand the text out. It answered HTTP 404."),
        ("/truncated", "The answer broke off after 100 of"),
        ("/loop", "must not redirect more than 5 times"),
        ("/away", "A redirect must lead to http:// or https://"),
        ("/private/page", "The host's robots.txt must allow the address. It does not."),
        ("/moved-to-private", "must allow the address. It does not."),
        ("/picture", "The address must lead to a text of a known kind. Got image/png."),
        ("/paper", "The address must lead to .html, as the path of the document says. Got .pdf."),
        ("/large", "The answer must have at most"),
        ("/empty", "The answer was empty."),
        ("/busy-for-days", "The host answered HTTP 503."),
        ("/slow", "The connection failed"),
    ],
)
def test_ingest_fetch_says_why_and_leaves_nothing_behind(corpus, monkeypatch, path, sentence):
    monkeypatch.setattr(web, "ATTEMPTS", 2)
    folder = corpus(path)
    (row,) = run(folder, limits=Limits(file_bytes=50_000), timeout=0.5)
    assert row.failed
    assert sentence in row.outcome
    assert not list(folder.glob("originals/*"))


def test_ingest_fetch_does_not_ask_again_for_what_is_there(corpus, server):
    folder = corpus("/good", "/nothing")
    assert [row.failed for row in run(folder)] == [False, True]
    said = []
    again = run(folder, progress=lambda *what: said.append(what))
    assert [row.failed for row in again] == [False, True]
    assert "there already" in again[0].outcome
    assert server.asked["/good"] == 1
    assert said[0] == ("Fetching", 0, 2)
    assert said[-1] == ("Fetching", 2, 2)


def test_ingest_fetch_checks_the_hash(corpus):
    (row,) = run(corpus("/good", more=f'sha256 = "{"0" * 64}"'))
    assert row.failed
    assert "The field 'sha256' must be that of the file." in row.outcome


def test_ingest_fetch_keeps_digests_and_makes_a_corpus_of_the_originals(corpus):
    folder = corpus("/good", "/paper", own=False)
    rows = run(folder)
    assert [row.path for row in rows] == ["originals/good.html", "originals/paper.pdf"]
    assert ingest.read_speeches([folder])["text"].tolist() == [TEXT, TEXT]
    originals = ingest.read_speeches([folder / "originals"])
    assert originals["presidency"].tolist() == ["first", "first"]
    assert originals["url"].str.startswith("http://127.0.0.1").all()


def test_ingest_fetch_without_addresses_says_so(library, tmp_path):
    (tmp_path / "manifest.toml").write_text(
        '[corpus]\nschema = 1\nname = "x"\n[[document]]\nid = "a"\npath = "a.txt"\n', encoding="utf-8"
    )
    with pytest.raises(ValueError, match="must give the field 'url' of at least one document"):
        fetch.fetch(tmp_path)


def test_ingest_fetch_command_names_each_document(corpus, cli, monkeypatch):
    monkeypatch.setitem(fetch.fetch.__kwdefaults__, "pause", 0.01)
    status, said, wrong = cli("fetch", corpus("/good", "/nothing"))
    assert status == 2
    assert "good: fetched" in said
    assert "nothing: http://127.0.0.1" in wrong
