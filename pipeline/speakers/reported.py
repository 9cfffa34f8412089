"""Reported speech: the clause that tells what somebody says, thinks, wants or stands for, without its cue."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.speakers.lexicon import adjectives, kind, nouns, prepositions, verbs
from pipeline.speakers.masking import Masked
from pipeline.speakers.spans import Mention
from pipeline.speakers.subjects import SUBJECTS, holder_of, is_verb, mention_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

_REASONS = frozenset({"for", "of", "over", "as", "about", "against", "on"})
_NOMINAL = frozenset({"for", "of", "about", "against", "on", "to", "over"})
_MAKE = frozenset({"make", "makes", "made", "making"})
_EDGE = frozenset({",", ":", ";", "-", "–", "—", "--", "...", "…", "``", "''", '"', "“", "”", ".", "?", "!"})


class Reported(NamedTuple):
    """A reported clause: token span, holder, the rule that found it, and its cue."""

    first: int
    last: int
    holder: Token
    how: str
    cue: int


def find_reported(doc: Doc, masked: Masked, marks: set[int]) -> list[tuple[int, int, Mention, str]]:
    """Reported clauses of a paragraph as (start, end, holder, rule) in offsets of the document, outermost first.

    ``marks`` are the tokens that stand for whole quotations: a clause that is nothing else is no report.
    """
    found = [report for i in _cues(doc) for report in _of_token(doc[i], marks)]
    kept: list[Reported] = []
    for report in sorted(found, key=lambda item: (item.first - item.last, item.first)):
        if all(report.last < other.first or report.first > other.last for other in kept):
            kept.append(report)
    spans = []
    for report in _joined(doc, sorted(kept, key=lambda item: item.first)):
        start = masked.offset(doc[report.first].idx)
        end = masked.offset(doc[report.last].idx + len(doc[report.last]) - 1) + 1
        spans.append((start, end, mention_of(report.holder, masked), report.how))
    return spans


def _cues(doc: Doc) -> list[int]:
    """Tokens whose form is that of a cue; all others are passed over without a look at their grammar."""
    from spacy.attrs import LOWER

    known = _cue_forms()
    return [i for i, form in enumerate(doc.to_array(LOWER).tolist()) if form in known]


@lru_cache(maxsize=1)
def _cue_forms() -> frozenset[int]:
    """The forms of all cues, as spaCy's hashes."""
    from spacy.strings import get_string_id

    return frozenset(map(get_string_id, (*verbs(), *nouns(), *adjectives(), "according")))


def _joined(doc: Doc, reports: list[Reported]) -> list[Reported]:
    """Neighbours of one cue with no word between them as one report."""
    joined: list[Reported] = []
    for report in reports:
        last = joined[-1] if joined else None
        if last and last.cue == report.cue and all(token.is_punct for token in doc[last.last + 1 : report.first]):
            joined[-1] = last._replace(last=report.last)
        else:
            joined.append(report)
    return joined


def _of_token(token: Token, marks: set[int]) -> Iterator[Reported]:
    """Reports that hang on ``token``."""
    if is_verb(token) and token.lower_ in verbs():
        yield from _verbal(token, marks)
        if token.tag_ == "VBN" and token.lower_ in adjectives():
            yield from _adjectival(token, marks)
    elif token.lower_ == "according":
        yield from _according(token, marks)
    elif token.tag_.startswith("NN") and token.lower_ in nouns():
        yield from _nominal(token, marks)
    elif token.lower_ in adjectives():
        yield from _adjectival(token, marks)


def _verbal(verb: Token, marks: set[int]) -> Iterator[Reported]:
    """ "she said that", "that, she said, is", "he wants to", "they oppose the ban"."""
    cue = verbs()[verb.lower_]
    holder = holder_of(verb)
    if holder is None or holder.i in marks:
        return
    clauses = [child for child in verb.children if _is_clause(child, verb) and child.i not in marks]
    if cue.classes & {"say", "think", "topic"}:
        for child in clauses:
            yield from _subtree(child, verb, holder, "reported", marks)
        if not clauses and "say" in cue.classes and _is_inserted(verb) and verb.head.i not in marks:
            yield from _around(verb, holder, marks, "reported")
    if not clauses:
        yield from _topical(verb, cue.lemma, "topic" in cue.classes, holder, marks)


def _is_clause(child: Token, verb: Token) -> bool:
    return child.dep_ == "ccomp" or (child.dep_ == "xcomp" and child.i > verb.i and is_verb(child))


def _is_inserted(verb: Token) -> bool:
    """Whether the verb is put into another clause between commas: "the plan, she says, is ready"."""
    if verb.dep_ not in ("parataxis", "ccomp") or verb.head == verb:
        return False
    if any(child.dep_ in ("mark", "dobj", "prep") and child.i < verb.i for child in verb.children):
        return False
    first = verb.left_edge.i
    return first == verb.sent.start or verb.doc[first].is_punct or verb.doc[first - 1].is_punct


def _topical(verb: Token, lemma: str, takes_object: bool, holder: Token, marks: set[int]) -> Iterator[Reported]:
    """The object that is spoken of or stood for, with its reason ("praised the plan for its courage")."""
    after = [child for child in verb.rights if child.i not in marks]
    objects = [child for child in after if child.dep_ == "dobj" and not child.tag_.startswith(("PRP", "W"))]
    reasons = [child for child in after if child.dep_ in ("prep", "oprd") and child.lower_ in _REASONS]
    addressed = lemma in kind("addressed")
    behind = [child for addressee in after if addressed and addressee.dep_ == "dobj" for child in addressee.rights]
    for child in (*after, *behind):
        if child.dep_ == "prep" and child.lower_ in prepositions(lemma):
            yield from _subtree(child, verb, holder, "stance", marks)
    if addressed or not takes_object:
        return
    for child in objects:
        if child.lower_ in nouns() and _is_own(child, lemma) and any(True for _ in _nominal(child, marks)):
            continue
        last = max((reason.right_edge.i for reason in reasons if reason.i > child.i), default=child.right_edge.i)
        yield from _trimmed(verb.doc, child.left_edge.i, last, holder, "stance", verb.i, marks)


def _is_own(noun: Token, lemma: str) -> bool:
    """Whether the noun is the holder's own statement ("renewed her call for"), and no view on somebody else's."""
    own = any(child.dep_ == "poss" and child.tag_ == "PRP$" for child in noun.children)
    return own or lemma in kind("light")


def _according(token: Token, marks: set[int]) -> Iterator[Reported]:
    """The sentence around "according to X"."""
    to = next((child for child in token.children if child.lower_ == "to"), token)
    source = next((child for child in to.children if child.dep_ == "pobj"), None)
    if source is not None:
        yield from _around(token, source, marks, "according")


def _around(insert: Token, holder: Token, marks: set[int], how: str) -> Iterator[Reported]:
    """The clause that ``insert`` is put into, without the insertion."""
    root = insert.head
    while (not is_verb(root) or root.dep_ in ("aux", "auxpass")) and root.head != root:
        root = root.head
    inside = {token.i for token in insert.subtree}
    runs: list[list[int]] = []
    for i in sorted(token.i for token in root.subtree if token.i not in inside):
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
        by = next((child for child in noun.children if child.dep_ == "prep" and child.lower_ in ("by", "from")), None)
        holder = next((child for child in by.children if child.dep_ == "pobj"), None) if by else None
    if holder is None and noun.dep_ in ("dobj", "attr") and (is_verb(noun.head) or noun.head.pos_ == "AUX"):
        holder = holder_of(noun.head)
    if holder is None or holder.i in marks:
        return
    for child in noun.rights:
        if child.dep_ in ("acl", "ccomp") or (child.dep_ == "prep" and child.lower_ in _NOMINAL):
            yield from _subtree(child, noun, holder, "nominal", marks)


def _adjectival(adjective: Token, marks: set[int]) -> Iterator[Reported]:
    """ "she is sure that", "they were worried about"."""
    if adjective.lower_ == "clear" and adjective.head.lower_ in _MAKE:
        holder = holder_of(adjective.head)
        clause = next(
            (c for c in (*adjective.rights, *adjective.head.rights) if c.dep_ in ("ccomp", "advcl") and c.i > adjective.i), None
        )
        if holder is not None and holder.i not in marks and clause is not None:
            yield from _subtree(clause, adjective, holder, "reported", marks)
        return
    if adjective.dep_ not in ("acomp", "ROOT", "conj", "ccomp", "advcl"):
        return
    holder = holder_of(adjective.head) if adjective.dep_ == "acomp" else holder_of(adjective)
    if holder is None or holder.i in marks:
        return
    for child in adjective.rights:
        if child.dep_ in ("ccomp", "xcomp", "prep"):
            yield from _subtree(child, adjective, holder, "attitude", marks)
            return


def _subtree(child: Token, cue: Token, holder: Token, how: str, marks: set[int]) -> Iterator[Reported]:
    """The words under ``child`` on its own side of the cue, without the holder."""
    first, last = child.left_edge.i, child.right_edge.i
    if first <= cue.i <= last:
        first, last = (cue.i + 1, last) if child.i > cue.i else (first, cue.i - 1)
    if (
        child.dep_ == "ccomp"
        and first > cue.i
        and not any(c.dep_ in SUBJECTS or c.dep_ in ("expl", "mark") for c in child.children)
    ):
        first = cue.i + 1  # the parser took the clause's subject for the cue's object
    if child.i < cue.i:
        edge = {token.i for token in holder.subtree}
        while last > child.i and last in edge:
            last -= 1
    yield from _trimmed(cue.doc, first, last, holder, how, cue.i, marks)


def _trimmed(doc: Doc, first: int, last: int, holder: Token, how: str, cue: int, marks: set[int]) -> Iterator[Reported]:
    """The span without punctuation at its ends; nothing where only placeholders are left."""

    def is_edge(i: int) -> bool:
        return i in marks or doc[i].is_space or doc[i].text in _EDGE

    while first <= last and is_edge(first):
        first += 1
    while last >= first and is_edge(last):
        last -= 1
    if first <= last and not first <= holder.i <= last and any(token.is_alpha for token in doc[first : last + 1]):
        yield Reported(first, last, holder, how, cue)
