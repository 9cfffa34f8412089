"""Where the noun phrases of a sentence begin and end, from part-of-speech tags and named entities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.stance.closed_words import AMOUNTS, INSTRUMENTS, LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

MAX_WORDS = 7
"""Longest phrase, in tokens: what is longer is a clause."""


def noun(token: Token) -> bool:
    """Whether the token is a noun or a name."""
    return token.tag_ in ("NN", "NNS", "NNP", "NNPS")


def _inner(token: Token) -> bool:
    return (
        token.tag_ in ("JJ", "JJR", "VBN", "POS", "HYPH", "AFX")
        or (token.tag_ == "VBG")
        or (token.tag_ == "CD" and token.text.isdigit())
    )


def barred(token: Token) -> bool:
    """Whether the token belongs to an amount or a date."""
    return token.ent_type_ in AMOUNTS


def runs(doc: Doc) -> Iterator[tuple[int, int]]:
    """First token and end of each noun phrase of ``doc``, in order: adjectives and nouns up to a noun, names over their links.

    Needs the tags and the entities of ``doc``.
    """
    i, n = 0, len(doc)
    while i < n:
        if not (noun(doc[i]) or _inner(doc[i])):
            i += 1
            continue
        j = i
        while j < n and (noun(doc[j]) or _inner(doc[j])):
            j += 1
        last = j
        while last > i and not noun(doc[last - 1]):
            last -= 1
        for first, stop in _parts(doc, i, last):
            yield first, stop
            i = stop
        if last > i:
            if _joint_acronyms(doc, last):
                end = _run_end(doc, last + 1)
            else:
                end = _run_end(doc, j + 1) if _titled(doc, last, j) else _over_links(doc, i, last)
            yield i, end
            j = max(j, end)
        i = j


def _parts(doc: Doc, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Phrases that end before the last one of a run of nouns, where the run is more than one phrase.

    That is after a plural before an adjective ("charge | the councils | high fees"), and where a clause without a relative
    word begins ("value the work | planning officers do"): an object, then a plural before a verb.
    """
    for k in range(first + 1, last - 1):
        if doc[k - 1].tag_ == "NNS" and not capital(doc[k - 1]) and doc[k].tag_ in ("JJ", "JJR") and doc[k + 1].tag_ != "HYPH":
            yield first, k
            first = k
    if (
        first > 1
        and last < len(doc)
        and doc[last].tag_ in ("VBP", "VBD", "VBZ", "MD")
        and doc[last - 1].tag_ == "NNS"
        and not capital(doc[last - 1])
        and doc[first - 1].tag_ in ("DT", "PRP$")
        and doc[first - 2].tag_.startswith("VB")
    ):
        head = next(k for k in range(first, last) if noun(doc[k]))
        subject = last - 1
        while subject - 1 > head and doc[subject - 1].tag_ in ("JJ", "HYPH"):
            subject -= 1
        if head < subject:
            yield first, head + 1
            if subject > head + 1:
                yield head + 1, subject


def capital(token: Token) -> bool:
    """Whether the token is a capitalised noun."""
    return token.text[:1].isupper() and noun(token)


def _acronym(token: Token) -> bool:
    return bool(re.fullmatch(r"[A-Z][A-Z&]+", token.text))


def _joint_acronyms(doc: Doc, last: int) -> bool:
    """Whether two acronyms share the noun behind them ("the HR | and IT strategy"): together they name one thing."""
    return (
        last + 2 < len(doc)
        and _acronym(doc[last - 1])
        and doc[last].lower_ in ("and", "&")
        and _acronym(doc[last + 1])
        and noun(doc[last + 2])
    )


def _run_end(doc: Doc, first: int) -> int:
    """End of the run of nouns and what stands inside a noun phrase from ``first`` on, on a noun."""
    end = first
    while end < len(doc) and (noun(doc[end]) or _inner(doc[end])):
        end += 1
    while end > first and not noun(doc[end - 1]):
        end -= 1
    return end


def owns(doc: Doc, i: int) -> bool:
    """Whether token ``i`` is the 's inside a name ("Pilots' Board")."""
    return 0 < i < len(doc) - 1 and doc[i].tag_ == "POS" and capital(doc[i - 1]) and capital(doc[i + 1])


def _over_links(doc: Doc, first: int, end: int) -> int:
    """End of a name that goes on over a link ("Department | for Work and Pensions"): both sides must be capitalised."""
    while end < len(doc) and end - first < MAX_WORDS and capital(doc[end - 1]) and doc[end].lower_ in LINKS:
        step = end + 1
        if step < len(doc) and doc[step].lower_ == "the" and doc[end].lower_ == "of":
            step += 1
        stop = step
        while stop < len(doc) and not barred(doc[stop]) and (capital(doc[stop]) or owns(doc, stop)):
            stop += 1
        inside = doc[end - 1].ent_type_ not in ("", "PERSON", *AMOUNTS) and doc[end - 1].ent_type_ == doc[step - 1].ent_type_
        inside = inside or _joint_title(doc, first, end, stop)
        if stop == step or (doc[end].lower_ in ("and", "in", "to", "against", "on") and not inside):
            return end
        end = stop
    return end


def _joint_title(doc: Doc, first: int, end: int, stop: int) -> bool:
    """Whether two names share the instrument behind them ("the Ports | and Harbours Bill"): together they are its title."""
    return (
        doc[end].lower_ == "and"
        and first > 0
        and doc[first - 1].tag_ in ("DT", "PRP$")
        and stop - end > 2
        and doc[stop - 1].lower_ in INSTRUMENTS
        and not any(token.lower_ in INSTRUMENTS for token in doc[first:end])
    )


def _titled(doc: Doc, last: int, end: int) -> bool:
    """Whether the run of nouns ends in a capitalised verb and a link: a title goes on ("Safer Harbours Built on | Trust")."""
    return (
        last < end < len(doc) - 1
        and all(token.text[:1].isupper() and token.tag_.startswith("VB") for token in doc[last:end])
        and capital(doc[last - 1])
        and doc[end].lower_ in LINKS
        and capital(doc[end + 1])
    )
