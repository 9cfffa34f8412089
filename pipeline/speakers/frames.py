"""Who says a quotation: the verb of saying in the sentence around it, and that verb's subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.speakers.lexicon import nouns, verbs
from pipeline.speakers.masking import Masked
from pipeline.speakers.spans import Mention

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
CLIMB = frozenset({"conj", "xcomp", "advcl", "pcomp", "prep", "dep", "parataxis", "ccomp", "acl"})
_NOUN_PARTS = frozenset(
    {"det", "amod", "compound", "poss", "nummod", "nmod", "quantmod", "advmod", "predet", "case", "punct"}
)
_NAME = frozenset({"NNP", "NNPS"})
_RELATIVE = frozenset({"who", "that", "which", "whom"})
_NOBODY = frozenset({"it", "there", "what", "this", "that", "which", "who"})
_HEARD_OF = frozenset(
    {"quote", "ask", "cite", "hear", "overhear", "press", "question", "quiz", "record", "see", "report"}
)
MINIMUM = 3.0
"""Score that a verb must reach to be taken for the frame of a quotation: a verb that the parser puts above the quotation, or
a verb of saying right beside it, passes; a verb of saying elsewhere in the sentence does not."""


def is_verb(token: Token) -> bool:
    """Whether the tagger calls the token a verb."""
    return token.tag_.startswith("VB")


def mention_of(head: Token, masked: Masked) -> Mention:
    """The noun phrase around ``head`` as a mention, with the proper name in or beside it."""
    left = head.i
    for child in sorted(head.lefts, key=lambda token: -token.i):
        if (
            child.dep_ not in _NOUN_PARTS
            or child.right_edge.i != left - 1
            or child.dep_ == "punct"
            and child.text in ","
        ):
            break
        left = child.left_edge.i
    right = head.i
    name = _name_at(head)
    if not name:
        for child in head.rights:
            if child.dep_ == "appos" and child.tag_ in _NAME:
                name, right = _name_at(child), child.i
                break
    doc = head.doc
    start = masked.offset(doc[left].idx)
    end = masked.offset(doc[right].idx + len(doc[right]) - 1) + 1
    words = masked.text[doc[left].idx : doc[right].idx + len(doc[right])]
    plural = head.tag_ in ("NNS", "NNPS") or any(child.dep_ == "conj" for child in head.rights)
    return Mention(start, end, words, name, head.text.lower(), plural)


def _name_at(head: Token) -> str | None:
    """The run of proper nouns that ends in ``head``."""
    if head.tag_ not in _NAME:
        return None
    first = head.i
    while first > 0 and (head.doc[first - 1].tag_ in _NAME) and head.doc[first - 1].sent == head.sent:
        if head.doc[first - 1].dep_ not in ("compound", "nmod", "poss", "det", "amod", "nsubj"):
            break
        first -= 1
    return str(head.doc[first : head.i + 1].text)


def holder_of(verb: Token, depth: int = 0) -> Token | None:
    """The token that heads the subject of ``verb``, looked for up the tree where the verb shares another's."""
    passive = any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children)
    cue = verbs().get(verb.lower_)
    if passive and not (cue and cue.lemma in _HEARD_OF):
        for child in verb.children:
            if child.dep_ == "agent":
                return next((obj for obj in child.children if obj.dep_ == "pobj"), None)
        return None
    for child in verb.children:
        if child.dep_ in SUBJECTS:
            if child.lower_ in _RELATIVE:
                return verb.head if verb.dep_ == "relcl" and verb.head != verb else None
            if child.lower_ in _NOBODY:
                return None
            return child if child.tag_[0] in "NPDCJE" or child.tag_ in ("WP", "CD", "FW") else child
    if verb.dep_ == "acl" and verb.tag_ == "VBG" and verb.head.tag_.startswith("N"):
        return _owner(verb.head) or verb.head
    if depth < 5 and verb.dep_ in CLIMB and verb.head != verb:
        head = verb.head
        while head.dep_ in CLIMB and not is_verb(head) and head.head != head:
            head = head.head
        if is_verb(head) or head.pos_ == "AUX":
            return holder_of(head, depth + 1)
    return None


def _owner(noun: Token) -> Token | None:
    """Who issued the statement: its possessor, its author behind "by" or "from", or the subject of the verb above it."""
    if noun.lower_ not in nouns() and noun.lower_ not in (
        "statement",
        "interview",
        "speech",
        "tweet",
        "letter",
        "post",
        "email",
    ):
        return None
    for child in noun.children:
        if child.dep_ == "poss":
            return child
        if child.dep_ in ("prep", "agent") and child.lower_ in ("by", "from"):
            return next((obj for obj in child.children if obj.dep_ == "pobj"), None)
    head = noun.head
    if noun.dep_ == "pobj":
        head = head.head
    return holder_of(head, 1) if is_verb(head) else None


def placeholders(doc: Doc, masked: Masked) -> dict[int, int]:
    """Numbers of the masked quotes by the token that stands for each."""
    at = {token.idx: token.i for token in doc}
    return {at[start]: quote for start, quote in masked.masks if start in at}


def find_frames(doc: Doc, masked: Masked) -> dict[int, tuple[Token, Mention]]:
    """For each masked quote that has one: its verb of saying and the mention of who says it."""
    marks = placeholders(doc, masked)
    found: dict[int, tuple[Token, Mention]] = {}
    for position, quote in marks.items():
        best = max(
            ((score, verb.i, holder) for verb, holder, score in _candidates(doc, position, set(marks))),
            key=lambda item: (item[0], -abs(item[1] - position)),
            default=None,
        )
        if best and best[0] >= MINIMUM:
            found[quote] = (doc[best[1]], mention_of(best[2], masked))
    return found


def _candidates(doc: Doc, position: int, marks: set[int]) -> list[tuple[Token, Token, float]]:
    """Verbs of the sentence with their holders and scores."""
    sentence: Span = doc[position].sent
    ancestors = {}
    token = doc[position]
    for step in range(4):
        if token.head == token:
            break
        token = token.head
        ancestors[token.i] = step
    others = sorted(marks - {position})
    lower = max((m for m in others if m < position), default=-1)
    upper = min((m for m in others if m > position), default=len(doc))
    found = []
    for verb in sentence:
        if not is_verb(verb) or verb.i in marks:
            continue
        holder = holder_of(verb)
        if holder is None or holder.i in marks:
            continue
        cue = verbs().get(verb.lower_)
        score = 0.0
        if cue and cue.classes & {"say", "manner"}:
            score += 2
        elif cue:
            score += 0.5
        if verb.i in ancestors:
            score += 2.5 - 0.5 * ancestors[verb.i]
        if position < verb.i < upper:
            score += max(0.0, 2.0 - 0.15 * (verb.i - position - 2))
        elif lower < verb.i < position:
            score += max(0.0, 1.6 - 0.1 * (position - verb.i - 2)) + (0.5 if doc[position - 2].text in ":," else 0)
        if verb.dep_ in ("relcl", "acl"):
            score -= 1
        found.append((verb, holder, score))
    return found
