"""Reported speech: the clause that tells what somebody says, thinks, wants or stands for, without its cue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.speakers.subjects import holder_of, is_verb, mention_of
from pipeline.speakers.lexicon import adjectives, nouns, verbs
from pipeline.speakers.masking import Masked
from pipeline.speakers.spans import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

_LIGHT = frozenset("make issue repeat renew reiterate voice express have give offer raise release restate".split())
_OBJECT_PREPOSITIONS = frozenset("for against on about to of with in over from into as".split())
_EDGE = frozenset({",", ":", ";", "-", "–", "—", "--", "...", "…", "``", "''", '"', "“", "”"})


class Reported(NamedTuple):
    """A reported clause: token span, holder and the rule that found it."""

    first: int
    last: int
    holder: Token
    how: str
    cue: int


def find_reported(doc: Doc, masked: Masked, marks: set[int]) -> list[tuple[int, int, Mention, str]]:
    """Reported clauses of a paragraph as (start, end, holder, rule) in offsets of the document, outermost first.

    ``marks`` are the tokens that stand for whole quotations: a clause that is nothing else is no report.
    """
    found: list[Reported] = []
    for token in doc:
        found.extend(_of_token(token, marks))
    kept: list[Reported] = []
    for report in sorted(found, key=lambda item: (item.first - item.last, item.first)):
        clear = all(report.last < other.first or report.first > other.last for other in kept)
        if clear:
            kept.append(report)
    spans = []
    for report in sorted(kept, key=lambda item: item.first):
        start = masked.offset(doc[report.first].idx)
        end = masked.offset(doc[report.last].idx + len(doc[report.last]) - 1) + 1
        spans.append((start, end, mention_of(report.holder, masked), report.how))
    return spans


def _of_token(token: Token, marks: set[int]) -> Iterator[Reported]:
    """Reports that hang on ``token``."""
    if is_verb(token) and token.lower_ in verbs():
        yield from _verbal(token, marks)
    elif token.lower_ == "according" and token.i + 1 < len(token.doc):
        yield from _according(token, marks)
    elif token.tag_.startswith("NN") and token.lower_ in nouns():
        yield from _nominal(token, marks)
    elif token.tag_.startswith("JJ") or token.tag_ == "VBN":
        if token.lower_ in adjectives():
            yield from _adjectival(token, marks)


def _verbal(verb: Token, marks: set[int]) -> Iterator[Reported]:
    holder = holder_of(verb)
    if holder is None or holder.i in marks:
        return
    classes = verbs()[verb.lower_].classes
    if classes == {"manner"}:
        return
    clause = [child for child in verb.children if child.dep_ == "ccomp" and child.i not in marks]
    clause += [child for child in verb.children if child.dep_ == "xcomp" and child.i > verb.i and is_verb(child)]
    for child in clause:
        yield from _subtree(child, verb, holder, "reported", marks)
    if (
        not clause
        and "say" in classes
        and verb.dep_ in ("parataxis", "ccomp")
        and verb.head != verb
        and verb.head.i not in marks
    ):
        yield from _around(verb, holder, marks)
    if not clause and classes & {"judge", "say", "think"}:
        objects = [child for child in verb.children if child.i > verb.i and child.i not in marks]
        for child in objects:
            if child.dep_ == "dobj" and (classes & {"judge", "think"} or child.lower_ not in nouns()):
                if child.lower_ in nouns() and any(True for _ in _nominal(child, marks)):
                    continue
                if not any(report for report in [child] if report.tag_.startswith("PRP")):
                    yield from _subtree(child, verb, holder, "stance", marks)
            elif (
                child.dep_ == "prep"
                and child.lower_ in ("for", "against", "about", "of")
                and classes & {"judge", "say"}
            ):
                yield from _subtree(child, verb, holder, "stance", marks)


def _according(token: Token, marks: set[int]) -> Iterator[Reported]:
    """The sentence around "according to X"."""
    to = next((child for child in token.children if child.lower_ == "to"), None)
    source = next((child for child in (to or token).children if child.dep_ == "pobj"), None)
    if source is None:
        return
    yield from _around(token, source, marks, how="according")


def _around(insert: Token, holder: Token, marks: set[int], how: str = "reported") -> Iterator[Reported]:
    """The clause that ``insert`` is put into, without the insertion."""
    root = insert.head
    while not is_verb(root) and root.head != root and root.pos_ != "AUX":
        root = root.head
    inside = {token.i for token in insert.subtree}
    tokens = [token.i for token in root.subtree if token.i not in inside]
    runs: list[list[int]] = []
    for i in sorted(tokens):
        if runs and i == runs[-1][-1] + 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    for run in runs:
        yield from _trimmed(insert.doc, run[0], run[-1], holder, how, insert.i, marks)


def _nominal(noun: Token, marks: set[int]) -> Iterator[Reported]:
    """ "her call for a review", "the minister's claim that", "he made the case for"."""
    holder = next((child for child in noun.children if child.dep_ == "poss"), None)
    if holder is None:
        for child in noun.children:
            if child.dep_ in ("prep", "agent") and child.lower_ in ("by", "from"):
                holder = next((obj for obj in child.children if obj.dep_ == "pobj"), None)
    if holder is None and noun.dep_ in ("dobj", "attr") and is_verb(noun.head) or noun.head.pos_ == "AUX":
        holder = holder_of(noun.head)
    if holder is None or holder.i in marks:
        return
    for child in noun.children:
        if child.i < noun.i:
            continue
        if child.dep_ in ("acl", "ccomp", "relcl") and child.dep_ != "relcl":
            yield from _subtree(child, noun, holder, "nominal", marks)
        elif child.dep_ == "prep" and child.lower_ in (
            "for",
            "of",
            "about",
            "against",
            "on",
            "to",
            "in",
            "over",
            "with",
        ):
            yield from _subtree(child, noun, holder, "nominal", marks)


def _adjectival(adjective: Token, marks: set[int]) -> Iterator[Reported]:
    """ "she is sure that", "they were worried about"."""
    if adjective.dep_ not in ("acomp", "ROOT", "conj", "ccomp", "advcl"):
        return
    holder = holder_of(adjective.head) if adjective.dep_ == "acomp" else holder_of(adjective)
    if holder is None or holder.i in marks:
        return
    for child in adjective.children:
        if child.i > adjective.i and child.dep_ in ("ccomp", "xcomp", "prep"):
            yield from _subtree(child, adjective, holder, "attitude", marks)
            return


def _subtree(child: Token, cue: Token, holder: Token, how: str, marks: set[int]) -> Iterator[Reported]:
    """The words under ``child`` on its own side of the cue, without the holder."""
    first, last = child.left_edge.i, child.right_edge.i
    if first <= cue.i <= last:
        first, last = (cue.i + 1, last) if child.i > cue.i else (first, cue.i - 1)
    edge = {token.i for token in holder.subtree}
    if child.i < cue.i:
        while last > child.i and last in edge:
            last -= 1
    yield from _trimmed(cue.doc, first, last, holder, how, cue.i, marks)


def _trimmed(doc: Doc, first: int, last: int, holder: Token, how: str, cue: int, marks: set[int]) -> Iterator[Reported]:
    """The span without punctuation at its ends; nothing where only placeholders are left."""
    while first <= last and (doc[first].is_punct and doc[first].text in _EDGE or first in marks or doc[first].is_space):
        first += 1
    while last >= first and (doc[last].is_punct and doc[last].text not in ")%]" or last in marks or doc[last].is_space):
        last -= 1
    if first > last or first <= holder.i <= last:
        return
    if not any(doc[i].is_alpha and i not in marks for i in range(first, last + 1)):
        return
    yield Reported(first, last, holder, how, cue)
