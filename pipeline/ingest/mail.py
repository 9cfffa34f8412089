"""Messages (.eml): the plain text, else the HTML; subject, sender and date are metadata, attachments are left alone."""

from __future__ import annotations

from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from typing import Any

from pipeline.ingest import dates
from pipeline.ingest.content import Content
from pipeline.ingest.decoding import decode
from pipeline.settings import Limits

_BROKEN = (MessageError, LookupError, TypeError, AttributeError, RecursionError, UnicodeError, ArithmeticError)
"""What the library raises on headers and parts that are not what they should be."""


def read(raw: bytes, *, form: str, encoding: str | None, limits: Limits) -> Content:
    """The body of the message."""
    try:
        message = BytesParser(policy=policy.default.clone(raise_on_defect=False)).parsebytes(raw)
        if not isinstance(message, EmailMessage) or not message.keys():
            raise ValueError("The file must be a message with headers. Got none.")
        body = message.get_body(preferencelist=("plain", "html"))
        if body is None:
            raise ValueError("The message must have a text. Got only attachments.")
        content = body.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise ValueError("The message must have a text. Got only attachments.")
        said: dict[str, Any] = {
            "title": _header(message, "subject"),
            "author": parseaddr(_header(message, "from") or "")[0] or None,
            "published": _day(message),
        }
        charset = encoding or body.get_content_charset()
    except _BROKEN as error:
        raise ValueError(f"The file must be a message that can be read ({type(error).__name__}).") from None
    if body.get_content_type() == "text/html":
        from pipeline.ingest.html import read as read_html

        page = read_html(content, form="html", encoding=encoding, limits=limits)
        return Content(page.text, **said)
    try:
        text = decode(content, encoding=charset)
    except ValueError:
        text = decode(content)
    return Content(text.strip("\n"), **said)


def _day(message: EmailMessage) -> str | None:
    try:
        return dates.said(getattr(message["date"], "datetime", None))
    except (ValueError, ArithmeticError, TypeError):  # a day that no calendar has
        return None


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split())[:500] or None if value is not None else None
