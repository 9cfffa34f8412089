"""A manifest as TOML text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Fields = Mapping[str, object]


def toml_manifest(
    corpus: Fields,
    *,
    speakers: Iterable[Fields] = (),
    presidencies: Iterable[Fields] = (),
    documents: Iterable[Fields] = (),
    head: str = "",
) -> str:
    """The text of a ``manifest.toml``; fields that are None or empty lists are left out.

    >>> print(toml_manifest({"schema": 1, "name": "quay"}, documents=[{"id": "a", "path": "a.txt"}]))
    [corpus]
    schema = 1
    name = "quay"
    <BLANKLINE>
    [[document]]
    id = "a"
    path = "a.txt"
    <BLANKLINE>
    """
    lines = [*(f"# {line}" for line in head.splitlines()), ""] if head else []
    lines += _table("[corpus]", corpus)
    for name, entries in (("speaker", speakers), ("presidency", presidencies), ("document", documents)):
        for entry in entries:
            lines += _table(f"[[{name}]]", entry)
    return "\n".join(lines)


def _table(head: str, fields: Fields) -> list[str]:
    docvars = fields.get("docvars")
    lines = [
        head,
        *(f"{key} = {value(given)}" for key, given in fields.items() if key != "docvars" and given is not None and given != ()),
    ]
    if isinstance(docvars, Mapping) and docvars:
        lines += ["[document.docvars]", *(f"{_key(key)} = {value(given)}" for key, given in docvars.items() if given is not None)]
    return [*lines, ""]


def _key(name: object) -> str:
    text = str(name)
    return text if text and all(c.isascii() and (c.isalnum() or c in "-_") for c in text) else value(text)


def value(given: object) -> str:
    """A text, number, truth value or list as TOML writes it."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, (int, float)):
        return repr(given)
    if isinstance(given, Sequence) and not isinstance(given, str):
        return f"[{', '.join(map(value, given))}]"
    escaped = str(given).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c for c in escaped) + '"'
