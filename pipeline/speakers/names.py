"""From a mention to a name: the corpus's registry first, names met in the text second, pronouns and descriptions last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.speakers.lexicon import FEMALE_TITLES, MALE_TITLES, TITLES
from pipeline.speakers.spans import Mention

HE = frozenset({"he", "him", "his", "himself"})
SHE = frozenset({"she", "her", "hers", "herself"})
THEY = frozenset({"they", "them", "their", "themselves", "we", "us", "our", "both"})
FIRST = frozenset({"i", "me", "my", "myself", "we", "us", "our"})
_CAPITAL = r"(?:[A-Z][a-z]?\.(?:[A-Z]\.)*|[A-ZÀ-Þ][\w’'-]*[a-zà-ÿ])"
_FULL = re.compile(rf"\b({_CAPITAL}(?:[ \t]+(?:de|da|del|di|van|von|der|la|le|bin|al|{_CAPITAL})){{1,4}})")
_POSSESSIVE = re.compile(r"['’]s?$")
_ROLE = re.compile(r"\b([a-z]+(?:-[a-z]+)?),? ([A-Z][\w’'-]+(?: [A-Z][\w’'.-]+)+)")


def plain(name: str) -> str:
    """Lower case, straight apostrophes, no possessive, no article or title in front.

    >>> plain("the Rev. Anna O’Neill’s")
    "anna o'neill"
    """
    words = _POSSESSIVE.sub("", name.strip()).replace("’", "'").replace(".", " ").replace(",", " ").lower().split()
    while len(words) > 1 and (words[0] in TITLES or words[0] in ("the", "a", "an")):
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=1)
def closed_class() -> frozenset[str]:
    """Words that open sentences and are no names: spaCy's English stop words."""
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS)


@dataclass
class Person:
    """Somebody who can speak: the name handed out, other names, and pronouns if known."""

    name: str
    aliases: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()


def registry(aliases: Mapping[str, object] | None, default_speaker: str | None = None) -> list[Person]:
    """Persons of ``aliases``: {name: [alias, ...]} or {name: {"aliases": [...], "pronouns": [...]}}.

    Raises ``ValueError`` when an entry is neither.
    """
    people: list[Person] = []
    for name, entry in (aliases or {}).items():
        if isinstance(entry, Mapping):
            others, pronouns = entry.get("aliases") or [], entry.get("pronouns") or []
        elif isinstance(entry, Sequence) and not isinstance(entry, str):
            others, pronouns = entry, []
        else:
            raise ValueError(f"The aliases of {name!r} must be a list of names. Got {entry!r}.")
        people.append(
            Person(name, frozenset(plain(str(o)) for o in others), frozenset(str(p).lower() for p in pronouns))
        )
    if default_speaker and all(plain(person.name) != plain(default_speaker) for person in people):
        people.append(Person(default_speaker))
    return people


@dataclass
class Names:
    """The people of one document, and who was spoken of last."""

    people: list[Person]
    full: dict[str, str] = field(default_factory=dict)
    """Surname to the full name that the text gives."""
    roles: dict[str, str] = field(default_factory=dict)
    gender: dict[str, str] = field(default_factory=dict)
    recent: list[tuple[int, str, str]] = field(default_factory=list)
    """(offset, name, kind) of names met in order; kind is person, other or plural."""

    @classmethod
    def of(cls, text: str, people: list[Person]) -> Names:
        """Names of ``text`` beside the registered ``people``."""
        names = cls(list(people))
        closed = closed_class()
        counts: dict[str, dict[str, int]] = {}
        for match in _FULL.finditer(text):
            words = match.group().split()
            title = words[0].rstrip(".").lower()
            while words and (words[0].rstrip(".").lower() in TITLES or words[0].lower() in closed):
                title = words[0].rstrip(".").lower()
                words = words[1:]
            if not words:
                continue
            surname = _POSSESSIVE.sub("", words[-1]).lower()
            whole = _POSSESSIVE.sub("", " ".join(words))
            if title in FEMALE_TITLES or title in MALE_TITLES:
                names.gender[surname] = "she" if title in FEMALE_TITLES else "he"
            if len(words) > 1:
                counts.setdefault(surname, {}).setdefault(whole, 0)
                counts[surname][whole] += 1
        for surname, forms in counts.items():
            names.full[surname] = max(forms, key=lambda form: (forms[form], -text.find(form)))
        for match in _ROLE.finditer(text):
            names.roles.setdefault(match.group(1), match.group(2))
        return names

    def registered(self, name: str) -> str | None:
        """The registered person called ``name``: whole name, alias, or a surname that only one of them has."""
        wanted = plain(name)
        if not wanted:
            return None
        for person in self.people:
            if wanted == plain(person.name) or wanted in person.aliases:
                return person.name
        last = wanted.split()[-1]
        holders = [person.name for person in self.people if plain(person.name).split()[-1] == last]
        if len(holders) == 1 and (wanted == last or plain(holders[0]).startswith(wanted.split()[0])):
            return holders[0]
        return None

    def named(self, name: str) -> str:
        """The fullest form of a proper name: registry, then a longer form in the text, then itself without title."""
        found = self.registered(name)
        if found:
            return found
        words = _POSSESSIVE.sub("", name).split()
        while len(words) > 1 and (words[0].rstrip(".").lower() in TITLES or words[0].lower() == "the"):
            words = words[1:]
        if len(words) == 1:
            whole = self.full.get(words[0].lower())
            if whole:
                return self.registered(whole) or whole
        return " ".join(words)

    def see(self, offset: int, name: str, *, person: bool = True, plural: bool = False) -> None:
        """Note that ``name`` was spoken of at ``offset``."""
        self.recent.append((offset, name, "plural" if plural else "person" if person else "other"))

    def resolve(self, mention: Mention) -> str | None:
        """The speaker that a mention stands for; None when the text does not say."""
        word = mention.head or mention.text.lower()
        if word in HE or word in SHE:
            return self._by_pronoun("he" if word in HE else "she", mention.start)
        if word in FIRST:
            return None
        if word in THEY:
            return self._last(mention.start, ("plural", "other")) or self._last(mention.start, ("person",))
        if mention.name:
            return self.named(mention.name)
        return self.registered(mention.text) or self._described(mention)

    def _described(self, mention: Mention) -> str:
        definite = mention.text.lower().startswith(("the ", "its ", "their "))
        if definite and mention.head in self.roles:
            return self.named(self.roles[mention.head])
        return mention.text

    def _by_pronoun(self, pronoun: str, before: int) -> str | None:
        """The last person spoken of before ``before`` who may be meant by he or she."""
        for offset, name, kind in reversed(self.recent):
            if offset < before and kind == "person" and self._may_be(name, pronoun):
                return name
        only = [person.name for person in self.people if pronoun in person.pronouns]
        return only[0] if len(only) == 1 else None

    def _may_be(self, name: str, pronoun: str) -> bool:
        for person in self.people:
            if person.name == name and person.pronouns:
                return pronoun in person.pronouns
        known = self.gender.get(name.split()[-1].lower()) if name else None
        return known in (None, pronoun)

    def _last(self, before: int, kinds: tuple[str, ...]) -> str | None:
        return next((name for offset, name, kind in reversed(self.recent) if offset < before and kind in kinds), None)
