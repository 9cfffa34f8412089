"""Web pages: the article that trafilatura finds, as blocks; metadata only from where a page declares it.

A date is taken from what the page says of itself (meta elements, JSON-LD, a ``<time>`` marked as publication), never from
its body: an event box or a list of other articles carries dates that are not the document's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pipeline.ingest import dates
from pipeline.ingest.blocks import join
from pipeline.ingest.content import Content
from pipeline.ingest.decoding import decode
from pipeline.settings import Limits

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_DATES = (
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "pubdate",
    "publish-date",
    "publication_date",
    "citation_publication_date",
    "parsely-pub-date",
    "sailthru.date",
)
"""Names of meta elements that give the date of publication, the most reliable first."""


def read(raw: bytes, *, form: str, encoding: str | None, limits: Limits) -> Content:
    """The article of the page."""
    try:
        import trafilatura
    except ImportError:
        raise ImportError("HTML needs the library trafilatura. Install it: pip install 'themeshift[html]'") from None
    from lxml import etree
    from lxml import html as lxml_html

    source = _decoded(raw, encoding)
    if len(source) > limits.page_characters:
        raise ValueError(f"The page must have at most {limits.page_characters:,} characters. Got {len(source):,}.")
    try:
        tree = lxml_html.document_fromstring(
            _without_declaration(source), parser=lxml_html.HTMLParser(no_network=True, huge_tree=False)
        )
    except (etree.LxmlError, ValueError, AssertionError):
        raise ValueError("The file must be a web page. Got nothing that can be read as HTML.") from None
    if _depth(tree) > limits.nesting:
        raise ValueError(f"The elements of the page must be nested at most {limits.nesting} deep. Got more.")
    said = _said(tree)
    try:
        found = trafilatura.bare_extraction(
            tree, include_comments=False, include_tables=True, with_metadata=False, favor_recall=True, date_extraction_params={}
        )
    except Exception as error:  # the library knows many odd pages, not all; one of them must not end a run
        raise ValueError(f"The page must have an article that can be found ({type(error).__name__} in trafilatura).") from None
    body = getattr(found, "body", None)
    text = join(_blocks(body)) if body is not None else ""
    if not text:
        raise ValueError("The page must have an article. Got no paragraph of text.")
    return Content(text, **said)


def _decoded(raw: bytes, encoding: str | None) -> str:
    """A page says its own charset; UTF-8 is believed first, since many that say otherwise are."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        charset = _CHARSET.search(raw, 0, 4096)
        name = charset.group(1).decode("ascii", "ignore").lower() if charset else None
        if encoding is None and name not in (None, "utf-8", "utf8", "iso-8859-1", "latin1", "us-ascii", "windows-1252", "utf-16"):
            try:
                return decode(raw, encoding=name)
            except ValueError:
                pass
    return decode(raw, encoding=encoding)


def _without_declaration(source: str) -> str:
    """lxml refuses text that begins with an encoding declaration of its own."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", source)


def _depth(tree: Any) -> int:
    from lxml import etree

    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


_BLOCKS = frozenset(("p", "head", "item", "cell", "ab", "code", "quote"))


def _blocks(body: Any) -> Iterator[str]:
    """Headings, paragraphs, list items and cells in order, each once."""
    for element in body.iter(*_BLOCKS):
        if element.tag in ("quote", "item", "cell") and next(element.iterdescendants(*_BLOCKS), None) is not None:
            yield element.text or ""
        else:
            inner = "".join(_flat(element))
            yield f"- {inner.strip()}" if element.tag == "item" and inner.strip() else inner
        parent = element.getparent()
        if parent is not None and parent.tag in ("quote", "item", "cell", "body"):
            yield element.tail or ""


def _flat(element: Any) -> Iterator[str]:
    """Text of an element; a line break is a line break, a block inside it belongs to itself."""
    yield element.text or ""
    for child in element:
        if child.tag == "lb":
            yield "\n"
        elif child.tag not in _BLOCKS:
            yield from _flat(child)
        if child.tag not in _BLOCKS:
            yield child.tail or ""


def _said(tree: Any) -> dict[str, Any]:
    """What a page declares of itself: title, date, author, publisher and address."""
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if name and element.get("content"):
            meta.setdefault(name, " ".join(element.get("content").split()))
    linked = _linked(tree)
    date = next((found for name in _DATES if (found := dates.said(meta.get(name)))), None) or dates.said(linked.get("date"))
    date = date or next(filter(None, (_time(element) for element in tree.iter("time"))), None)
    headings = [" ".join(element.text_content().split()) for element in tree.iter("h1")]
    canonical = next((e.get("href") for e in tree.iter("link") if (e.get("rel") or "").lower() == "canonical"), None)
    author = meta.get("author") or meta.get("article:author") or linked.get("author")
    declared = {
        "title": meta.get("og:title") or linked.get("title") or next(filter(None, headings), None) or _title(tree),
        "published": date,
        "author": author if author and not author.startswith("http") else None,
        "publisher": meta.get("og:site_name") or linked.get("publisher"),
        "url": canonical if canonical and canonical.startswith("http") else meta.get("og:url"),
    }
    return {key: value[:500] for key, value in declared.items() if value}


def _title(tree: Any) -> str | None:
    title = next((e.text for e in tree.iter("title") if e.text and e.text.strip()), None)
    return " ".join(title.split()) if title else None


def _time(element: Any) -> str | None:
    """The date of a ``<time>`` that is marked as publication."""
    marked = element.get("pubdate") is not None or (element.get("itemprop") or "").lower() == "datepublished"
    return dates.said(element.get("datetime")) if marked else None


_ARTICLES = ("Article", "NewsArticle", "BlogPosting", "Report", "OpinionNewsArticle", "AnalysisNewsArticle", "WebPage")


def _linked(tree: Any) -> dict[str, str]:
    """Title, date, author and publisher of the page's JSON-LD, where it describes an article."""
    for element in tree.iter("script"):
        if (element.get("type") or "").lower() != "application/ld+json" or not element.text:
            continue
        try:
            content = json.loads(element.text)
        except (ValueError, RecursionError):
            continue
        nodes = content if isinstance(content, list) else content.get("@graph", [content]) if isinstance(content, dict) else []
        for node in nodes if isinstance(nodes, list) else []:
            kinds = node.get("@type") if isinstance(node, dict) else None
            if (
                not {kinds} & set(_ARTICLES)
                if isinstance(kinds, str)
                else not isinstance(kinds, list) or not {str(k) for k in kinds} & set(_ARTICLES)
            ):
                continue
            values = {
                "title": node.get("headline"), "date": node.get("datePublished"),
                "author": _named(node.get("author")), "publisher": _named(node.get("publisher")),
            }  # fmt: skip
            return {key: value for key, value in values.items() if isinstance(value, str) and value}
    return {}


def _named(value: Any) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    name = value.get("name") if isinstance(value, dict) else value
    return name if isinstance(name, str) else None
