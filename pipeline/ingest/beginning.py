"""A first manifest for a folder of texts, to be edited by hand: what the files say of themselves, and their hashes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline import settings, store
from pipeline.ingest import manifest
from pipeline.ingest.content import NoDocument
from pipeline.ingest.formats import read_content
from pipeline.ingest.sources import items
from pipeline.ingest.writing import toml_manifest
from pipeline.settings import Limits

HEAD = """A first manifest, made from the files. To edit:
- one [[speaker]] for each person who speaks: id, name, aliases, pronouns;
- [[presidency]]: the speaker's id, and `from` and `to` as dates, by which documents without a presidency get theirs;
- [[document]]: date, kind (speech, article, press_release ...), default_speaker (the id of a speaker, or "" for never assume)."""


def begin(folder: str | Path, *, limits: Limits | None = None) -> Path:
    """Write ``manifest.toml`` into a folder of texts, and return its path.

    A sub-folder becomes a presidency. Documents that cannot be read are listed too; ``themeshift validate`` says what is wrong
    with them.

    Raises
    ------
    ValueError
        When there is a manifest already, the folder holds no document, or it holds tables (which need no manifest).
    OSError
        When the folder is not there or cannot be written.
    """
    place = Path(folder) / manifest.NAME
    if not Path(folder).is_dir():
        raise NotADirectoryError(20, "Not a directory", str(folder))
    if place.exists():
        raise ValueError(f"{place}: The folder must not have a manifest yet. Got one.")
    documents: list[dict[str, object]] = []
    groups: dict[str, None] = {}
    limits = limits or settings.limits()
    for item in items([folder], limits):
        if item.is_table or item.source.lower().endswith(".zip") or item.name != item.source:
            raise ValueError(f"{item.source}: A manifest lists single documents. Tables and archives are read without one.")
        entry: dict[str, object] = {"id": item.id, "path": item.source}
        try:
            raw = item.load()
            content = read_content(raw, item.name, limits=limits, place=item.place)
            entry |= {"sha256": hashlib.sha256(raw).hexdigest(), "title": content.title, "date": content.date}
            entry |= {"published": content.published, "kind": content.kind, "author": content.author}
            entry |= {"publisher": content.publisher, "url": content.url}
        except NoDocument:
            continue
        except (ValueError, OSError):  # validate says what is wrong with it
            pass
        if item.group is not None:
            groups[item.group] = None
            entry["presidency"] = item.group
        documents.append(entry)
    name = Path(folder).resolve().name or "corpus"
    text = toml_manifest(
        {"schema": manifest.SCHEMA, "name": name},
        presidencies=[{"id": group} for group in groups],
        documents=documents,
        head=HEAD,
    )
    store.write_text(place, text)
    return place
