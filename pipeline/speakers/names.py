"""From a mention to a name: the corpus's registry first, names met in the text second, pronouns and descriptions last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.speakers.lexicon import people
from pipeline.speakers.spans import Mention

HE = frozenset({"he", "him", "his", "himself"})
SHE = frozenset({"she", "her", "hers", "herself"})
THEY = frozenset({"they", "them", "their", "themselves", "both"})
IT = frozenset({"it", "its", "itself"})
FIRST = frozenset({"i", "me", "my", "myself", "we", "us", "our", "ourselves"})
_CAPITAL = r"(?:[A-ZÀ-Þ][a-z]?\.(?:[A-Z]\.)*|[A-ZÀ-Þ](?:[\w’']|-(?=\w))*[\wà-ÿ])"
_FULL = re.compile(rf"\b{_CAPITAL}(?:[ \t\n](?:de|da|del|di|van|von|der|la|le|bin|al|{_CAPITAL})){{1,4}}")
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_END = frozenset(".!?:;\"“”‘’'\n\r(—–-")
_ROLE = re.compile(r"\b([a-z]+(?:-[a-z]+)?),? ((?:[A-Z][\w’'.-]+ )+[A-Z][\w’'-]+)")
_ROLE_BEHIND = re.compile(r"\b((?:[A-Z][\w’'.-]+ )+[A-Z][\w’'-]+), (?:the|a|an|its|our|their) (?:[a-z-]+ ){0,3}([a-z]+)\b")


def plain(name: str) -> str:
    """Lower case, straight apostrophes, no possessive, no article or title in front.

    >>> plain("the Rev. Anna O’Neill’s")
    "anna o'neill"
    """
    words = _POSSESSIVE.sub("", name.strip()).replace("’", "'").replace(".", " ").replace(",", " ").lower().split()
    while len(words) > 1 and (words[0] in people("titles") or words[0] in ("the", "a", "an")):
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=1)
def genders() -> dict[str, str]:
    """ "he" or "she" by given name, title or noun, in lower case."""
    he = people("male") | people("he") | people("male_titles")
    she = people("female") | people("she") | people("female_titles")
    return dict.fromkeys(he, "he") | dict.fromkeys(she, "she")


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

    Raises ``ValueError`` when it is no mapping, or an entry is neither.
    """
    if aliases is not None and not isinstance(aliases, Mapping):
        raise ValueError(f"The aliases must be a mapping of names to lists of names. Got {type(aliases).__name__}.")
    persons: list[Person] = []
    for name, entry in (aliases or {}).items():
        if isinstance(entry, Mapping):
            others, pronouns = entry.get("aliases") or [], entry.get("pronouns") or []
        elif isinstance(entry, Sequence) and not isinstance(entry, str):
            others, pronouns = entry, []
        else:
            raise ValueError(f"The aliases of {name!r} must be a list of names. Got {entry!r}.")
        persons.append(Person(name, frozenset(plain(str(o)) for o in others), frozenset(str(p).lower() for p in pronouns)))
    if default_speaker and all(plain(person.name) != plain(default_speaker) for person in persons):
        persons.append(Person(default_speaker))
    return persons


@dataclass
class Names:
    """The people of one document, and who was spoken of last."""

    people: list[Person]
    default: str | None = None
    full: dict[str, str] = field(default_factory=dict)
    """Surname to the full name that the text gives."""
    given: dict[str, str] = field(default_factory=dict)
    """Given name to the full name, where one person only bears it."""
    roles: dict[str, str] = field(default_factory=dict)
    gender: dict[str, str] = field(default_factory=dict)
    recent: list[tuple[int, str, str]] = field(default_factory=list)
    """(offset, name, kind) of names met in order; kind is person, other or plural."""
    speakers: set[str] = field(default_factory=set)
    """Names that were found to say something."""

    @classmethod
    def of(cls, text: str, registered: list[Person], default: str | None = None) -> Names:
        """Names of ``text`` beside the ``registered`` people."""
        names = cls(list(registered), default)
        counts: dict[str, dict[str, int]] = {}
        for words, opening in _full_names(text):
            title = words[0].rstrip(".").lower()
            while words and words[0].rstrip(".").lower() in people("titles"):
                title, words = words[0].rstrip(".").lower(), words[1:]
            if not words:
                continue
            surname = words[-1].lower()
            if title in people("female_titles") | people("male_titles") and len(words) == 1:
                spoken_of = "she" if title in people("female_titles") else "he"
                names.gender[surname] = spoken_of if names.gender.get(surname, spoken_of) == spoken_of else "both"
            if len(words) > 1:
                forms = counts.setdefault(surname, {})
                forms[" ".join(words)] = forms.get(" ".join(words), 0) + (0 if opening else 1)
        for surname, forms in counts.items():
            best = max(forms, key=lambda form: (forms[form], -text.find(form)))
            if forms[best] or best.split()[0].lower() in genders():
                names.full[surname] = best
        bearers: dict[str, set[str]] = {}
        for whole in names.full.values():
            bearers.setdefault(whole.split()[0].lower(), set()).add(whole)
        names.given = {first: next(iter(whole)) for first, whole in bearers.items() if len(whole) == 1 and first in genders()}
        for match in _ROLE.finditer(text):
            names.roles.setdefault(match.group(1), match.group(2))
        for match in _ROLE_BEHIND.finditer(text):
            names.roles.setdefault(match.group(2), match.group(1))
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
        while len(words) > 1 and words[-1].islower():
            words = words[:-1]  # a verb that the tagger took for a name
        found = self.registered(" ".join(words))
        if found:
            return found
        title = ""
        while len(words) > 1 and (words[0].rstrip(".").lower() in people("titles") or words[0].lower() == "the"):
            title, words = words[0], words[1:]
        if len(words) == 1:
            key = words[0].lower()
            if self.gender.get(key) == "both" and title:
                return f"{title} {words[0]}"
            whole = self.full.get(key) or (None if title else self.given.get(key))
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
            return self.default
        if word in THEY:
            return self._last(mention.start, ("plural", "other")) or self._last(mention.start, ("person",))
        if word in IT:
            return self._last(mention.start, ("other",), capital=True)
        known = self.registered(mention.whole) if mention.whole != mention.text else None
        if known:
            return known
        if mention.name:
            return self.named(mention.name)
        return self.registered(mention.text) or self._described(mention)

    def gender_of(self, name: str) -> str | None:
        """ "he" or "she" where the registry, a title, the given name or the noun tells; None otherwise."""
        for person in self.people:
            if person.name == name and person.pronouns:
                return "he" if "he" in person.pronouns else "she" if "she" in person.pronouns else "they"
        words = [word.rstrip(".").lower() for word in name.split()]
        if not words:
            return None
        known = genders()
        by_title = self.gender.get(words[-1])
        return (
            known.get(words[0])
            or (by_title if by_title != "both" else None)
            or (known.get(words[-1]) if name[0].islower() else None)
        )

    def _described(self, mention: Mention) -> str:
        """A description as it stands, or the one person whom the text gives that role."""
        definite = mention.text.lower().startswith(("the ", "its ", "their "))
        if definite and mention.head in self.roles and len(mention.text.split()) <= 4:
            return self.named(self.roles[mention.head])
        return mention.text

    def _by_pronoun(self, pronoun: str, before: int) -> str | None:
        """The last person spoken of before ``before`` who may be meant by he or she.

        One who is known for a person (by name, title, registry, or as a speaker) goes before a capitalised thing.
        """
        unsure: str | None = None
        for offset, name, kind in reversed(self.recent):
            if offset >= before or kind != "person":
                continue
            gender = self.gender_of(name)
            if gender == pronoun or (gender is None and name in self.speakers and not is_thing(name)):
                return name
            if gender is None and unsure is None and not is_thing(name):
                unsure = name
        only = [person.name for person in self.people if pronoun in person.pronouns]
        return only[0] if len(only) == 1 else unsure

    def _last(self, before: int, kinds: tuple[str, ...], *, capital: bool = False) -> str | None:
        for offset, name, kind in reversed(self.recent):
            if offset < before and kind in kinds and (not capital or name[0].isupper() or name in self.speakers):
                return name
        return None


def is_thing(name: str) -> bool:
    """Whether a name is that of a body or a paper: capitals only, a word for an institution, or an article in front.

    >>> is_thing("NUT"), is_thing("Leeds City Council"), is_thing("Mary Hill")
    (True, True, False)
    """
    words = name.split()
    return (
        (len(name) > 1 and name.isupper())
        or words[0].lower() in ("the", "a", "an")
        or not people("institution").isdisjoint(name.lower().split())
    )


def _full_names(text: str) -> list[tuple[list[str], bool]]:
    """Runs of capitalised words, without words that only open a sentence; True where the run opens one."""
    found = []
    closed = closed_class()
    for match in _FULL.finditer(text):
        words = [_POSSESSIVE.sub("", word) for word in match.group().split()]
        before = text[max(match.start() - 3, 0) : match.start()].rstrip(" \t")
        opening = not before or before[-1] in _SENTENCE_END
        while words and words[0].lower() in closed:
            words, opening = words[1:], False
        if words:
            found.append((words, opening))
    return found
