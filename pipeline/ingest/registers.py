"""Who the persons of a TEI corpus are, and to which party they belong: from ``listPerson`` and ``listOrg``.

They stand in the file itself, in the root file of the corpus, or (ParlaMint) in files beside that one. These are found by name,
in the folder of the document or one of the two above it; no address inside a file is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.ingest import dates, files
from pipeline.ingest.xml import flat, local, parse
from pipeline.settings import Limits

ID = "{http://www.w3.org/XML/1998/namespace}id"
_PREFIX = re.compile(r"^(.+?)_\d{4}")
_BESIDE = ("{}-listPerson.xml", "{}-listOrg.xml", "{}.xml", "{}.ana.xml")
_UP = 2
"""Folders above the one of a document in which its corpus may stand: ParlaMint has a folder a year below its root."""
_PARTIES = ("politicalParty", "parliamentaryGroup")


@dataclass(frozen=True)
class Register:
    """Names by id, and the affiliations of each id as (id of the organisation, from, to); names and roles of organisations."""

    people: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[tuple[str, str | None, str | None], ...]] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)

    def joined(self, other: Register) -> Register:
        """Both registers; what this one says of an id holds."""
        return Register({**other.people, **self.people}, {**other.members, **self.members}, {**other.parties, **self.parties})

    def party(self, person: str, date: str | None) -> str | None:
        """The party of a person on a day; without a day, the only one that is named. A party goes before its group."""
        for of, begins, ends in self.members.get(person, ()):
            if of in self.parties and (date is None or _covers(begins, ends, date)):
                return self.parties[of]
        return None


def _covers(begins: str | None, ends: str | None, date: str) -> bool:
    first, last = dates.span(date)
    return (begins is None or dates.span(begins)[0] <= last) and (ends is None or first <= dates.span(ends)[1])


def of_tree(root: Any) -> Register:
    """The register that stands in one file."""
    people: dict[str, str] = {}
    members: dict[str, tuple[tuple[str, str | None, str | None], ...]] = {}
    orgs: dict[str, tuple[str, str]] = {}
    for element in root.iter("{*}person", "{*}org"):
        identifier = element.get(ID)
        if not identifier:
            continue
        if local(element) == "org":
            if element.get("role") in _PARTIES and (name := _org_name(element)):
                orgs[identifier] = (str(element.get("role")), name)
            continue
        if name := _person_name(element):
            people[identifier] = name
        members[identifier] = tuple(_affiliations(element))
    order = sorted(orgs, key=lambda key: _PARTIES.index(orgs[key][0]))
    return Register(people, {person: found for person, found in members.items() if found}, {key: orgs[key][1] for key in order})


def _person_name(person: Any) -> str | None:
    """Forename before surname, of the latest name; else the name as it is written."""
    names = [child for child in person if local(child) == "persName"]
    if not names:
        return None
    name = max(names, key=lambda element: element.get("from") or "")
    parts = {kind: [flat(c) for c in name.iter(f"{{*}}{kind}")] for kind in ("forename", "nameLink", "surname")}
    return " ".join([*parts["forename"], *parts["nameLink"], *parts["surname"]]) or flat(name) or None


def _org_name(org: Any) -> str | None:
    """The full name in English where there is one, else the first."""
    names = [child for child in org if local(child) == "orgName"]
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    names.sort(key=lambda element: (element.get("full") not in ("yes", None), (element.get(lang) or "en")[:2] != "en"))
    return next((flat(name) for name in names if flat(name)), None)


def _affiliations(person: Any) -> Iterator[tuple[str, str | None, str | None]]:
    for element in person.iter("{*}affiliation"):
        for reference in (element.get("ref") or "").split():
            yield reference.rpartition("#")[2], dates.iso(element.get("from")), dates.iso(element.get("to"))


def near(place: Path | None, limits: Limits) -> Register:
    """The register of the corpus that a document belongs to by its place and name; an empty one when there is none.

    Raises
    ------
    ValueError
        When a file of the register is there and cannot be read.
    """
    prefix = _PREFIX.match(place.name) if place else None
    if place is None or prefix is None:
        return Register()
    for folder in (place.parent, *place.absolute().parent.parents[:_UP]):
        found = [folder / name.format(prefix.group(1)) for name in _BESIDE]
        found = [path for path in found if path != place and path.is_file() and not path.is_symlink()]
        if found:
            return _read(tuple((path, path.stat().st_mtime_ns) for path in found), limits)
    return Register()


@lru_cache(maxsize=8)
def _read(found: tuple[tuple[Path, int], ...], limits: Limits) -> Register:
    register = Register()
    for path, _ in found:
        try:
            register = register.joined(of_tree(parse(files.read_bytes(path, limits))))
        except ValueError as error:
            raise ValueError(f"The register of persons {path.name} must be readable. {error}") from None
    return register
