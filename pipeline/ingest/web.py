"""A visitor of web hosts: asks robots.txt first, waits between requests, tries again what may pass, never takes too much."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
import urllib.robotparser
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPException, HTTPMessage
from typing import IO

from pipeline.ingest.files import megabytes
from pipeline.ingest.formats import sniff
from pipeline.settings import Limits

AGENT = "themeshift/0.1 (+research; fetches the addresses of one manifest)"
ATTEMPTS = 4
"""Tries of one address, with pauses of 1, 2 and 4 seconds between."""
PAUSE = 1.0
"""Seconds between two requests to one host, and the first pause before another try."""
LONGEST_WAIT = 60.0
"""Seconds that a server may ask to wait (Retry-After) before this run gives up on the address."""
TIMEOUT = 30.0
"""Seconds without a byte; a whole download may take ``LONGEST_DOWNLOAD``."""
LONGEST_DOWNLOAD = 300.0
REDIRECTS = 5
AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))
"""HTTP states that pass."""

TYPES = {
    "text/html": "html", "application/xhtml+xml": "html", "application/pdf": "pdf", "text/plain": "txt", "text/markdown": "md",
    "text/xml": "xml", "application/xml": "xml", "application/tei+xml": "xml", "text/vtt": "vtt", "application/x-subrip": "srt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt", "message/rfc822": "eml",
}  # fmt: skip
"""Media types that a reader exists for, with the ending that they get."""


class PassingError(Exception):
    """A failure that another try may not meet; ``wait`` is how long the server asks for."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Redirects within reason, and to web addresses only."""

    max_redirections = REDIRECTS
    max_repeats = 2

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if urllib.parse.urlsplit(newurl).scheme not in ("http", "https"):
            raise ValueError(f"A redirect must lead to http:// or https://. Got {newurl[:80]!r}.")
        if not newurl.endswith("/robots.txt") and not self.visitor.allowed(newurl):
            raise ValueError(f"The robots.txt of {urllib.parse.urlsplit(newurl).netloc} must allow the address. It does not.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Visitor:
    """Asks hosts one at a time, with a pause between two requests to one of them, and remembers their robots.txt."""

    def __init__(self, limits: Limits, pause: float, timeout: float) -> None:
        self.limits = limits
        self.pause = pause
        self.timeout = timeout
        self.robots: dict[str, urllib.robotparser.RobotFileParser] = {}
        self.last: dict[str, float] = {}
        self.opener = urllib.request.build_opener(_Redirects(self))

    def get(self, url: str) -> tuple[bytes, str]:
        """The body behind an address, and its format; ``ValueError`` when it cannot be had."""
        parts = urllib.parse.urlsplit(url)
        url = urllib.parse.urlunsplit(
            parts._replace(path=urllib.parse.quote(parts.path, safe="/%:@!$&'()*+,;=~-._"), fragment="")
        )
        if not self.allowed(url):
            raise ValueError("The host's robots.txt must allow the address. It does not.")
        for attempt in range(ATTEMPTS):
            try:
                return self._once(url)
            except PassingError as error:
                wait = error.wait if error.wait is not None else self.pause * 2**attempt
                if attempt == ATTEMPTS - 1 or wait > LONGEST_WAIT:
                    raise ValueError(f"The address must answer within {ATTEMPTS} tries. {error}") from None
                time.sleep(wait)
        raise ValueError("The address must answer.")

    def allowed(self, url: str) -> bool:
        """Whether robots.txt allows the address; a host without one, or whose own fails, allows it."""
        parts = urllib.parse.urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self.robots:
            rules = urllib.robotparser.RobotFileParser()
            try:
                raw, _ = self._body(f"{host}/robots.txt", 512 * 1024)
                rules.parse(raw.decode("utf-8", "replace").splitlines())
            except ValueError as error:
                rules.disallow_all = "HTTP 401" in str(error) or "HTTP 403" in str(error)  # type: ignore[attr-defined]
                rules.parse([])
            except PassingError:
                rules.parse([])
            self.robots[host] = rules
        return self.robots[host].can_fetch(AGENT, url)

    def _once(self, url: str) -> tuple[bytes, str]:
        raw, headers = self._body(url, self.limits.file_bytes)
        if not raw.strip():
            raise PassingError("The answer was empty.")
        kind = headers.get_content_type() if headers.get("Content-Type") else None
        form = sniff(raw[:4096]) or TYPES.get(kind or "") or (sniff(raw) if raw.startswith(b"PK") else None)
        if form is None or (
            kind is not None and kind not in TYPES and kind not in ("application/octet-stream", "binary/octet-stream")
        ):
            raise ValueError(f"The address must lead to a text of a known kind. Got {kind or 'no kind'}.")
        return raw, form

    def _body(self, url: str, most: int) -> tuple[bytes, Message]:
        """The whole body, once; ``PassingError`` for what another try may mend."""
        host = urllib.parse.urlsplit(url).netloc
        since = time.monotonic() - self.last.get(host, -self.pause)
        if since < self.pause:
            time.sleep(self.pause - since)
        self.last[host] = time.monotonic()
        request = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})
        try:
            with self.opener.open(request, timeout=self.timeout) as answer:
                raw = b"".join(_pieces(answer, most))
                length = answer.headers.get("Content-Length")
                if length and length.isdigit() and len(raw) != int(length):
                    raise PassingError(f"The answer broke off after {len(raw):,} of {int(length):,} bytes.")
                return raw, answer.headers
        except urllib.error.HTTPError as error:
            with error:
                if "not allowed" in str(error.msg):
                    raise ValueError("A redirect must lead to http:// or https://. Got another kind of address.") from None
                if "redirect" in str(error.reason).lower() or "redirect" in str(error.msg).lower():
                    raise ValueError(f"The address must not redirect more than {REDIRECTS} times.") from None
                if error.code in AGAIN:
                    wait = error.headers.get("Retry-After", "")
                    raise PassingError(f"The host answered HTTP {error.code}.", float(wait) if wait.isdigit() else None) from None
                raise ValueError(f"The host must hand the text out. It answered HTTP {error.code}.") from None
        except (urllib.error.URLError, TimeoutError, ConnectionError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise PassingError(f"The connection failed ({type(reason).__name__ if str(reason) == '' else reason}).") from None


def _pieces(answer: IO[bytes], most: int) -> Iterator[bytes]:
    """The body in pieces; ``ValueError`` beyond ``most`` bytes, ``PassingError`` when it takes too long."""
    began, size = time.monotonic(), 0
    while piece := answer.read1(1 << 16):  # type: ignore[attr-defined]
        size += len(piece)
        if size > most:
            raise ValueError(f"The answer must have at most {megabytes(most)}. Got more.")
        if time.monotonic() - began > LONGEST_DOWNLOAD:
            raise PassingError(f"The answer took longer than {LONGEST_DOWNLOAD:.0f} seconds.")
        yield piece
