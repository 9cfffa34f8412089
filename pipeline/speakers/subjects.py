"""Grammar of the holder: whose verb, noun or adjective it is, and the words that name them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.speakers.lexicon import kind, nouns, people, verbs
from pipeline.speakers.masking import Masked
from pipeline.speakers.spans import Mention

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
CLIMB = frozenset({"conj", "xcomp", "advcl", "pcomp", "prep", "dep", "parataxis", "ccomp", "acl"})
RELATIVE = frozenset({"who", "that", "which", "whom"})
NAME_TAGS = frozenset({"NNP", "NNPS"})
DEPTH = 5  # verbs that share a subject by coordination and participles ("he rose, turned and, smiling, said")
_BEFORE_NOUN = frozenset(["det", "amod", "compound", "poss", "nummod", "nmod", "quantmod", "advmod", "predet", "case", "punct"])
_IN_NAME = frozenset(["compound", "nmod", "poss", "det", "amod", "nsubj"])
_DUMMIES = frozenset({"there", "what", "this"})


def is_verb(token: Token) -> bool:
    """Whether the tagger calls the token a verb."""
    return token.tag_.startswith("VB")


def mention_of(head: Token, masked: Masked) -> Mention:
    """The noun phrase around ``head`` as a mention, with the proper name in or beside it.

    A relative pronoun is the mention itself; its name is that of the noun which it stands for.
    """
    doc = head.doc
    if head.lower_ in RELATIVE and head.head.dep_ == "relcl":
        start = masked.offset(head.idx)
        return replace(mention_of(head.head.head, masked), start=start, end=start + len(head))
    left = head.i
    for child in sorted(head.lefts, key=lambda token: -token.i):
        if child.dep_ not in _BEFORE_NOUN or child.right_edge.i != left - 1 or (child.is_punct and child.text != "-"):
            break
        left = child.left_edge.i
    right = head.i
    name = _name_at(head)
    if not name or name.rstrip(".").lower() in people("titles"):
        beside = _name_beside(head)
        if beside is not None:
            name, right = _name_at(beside), beside.i
    start = masked.offset(doc[left].idx)
    end = masked.offset(doc[right].idx + len(doc[right]) - 1) + 1
    words = masked.text[doc[left].idx : doc[right].idx + len(doc[right])]
    plural = head.tag_ in ("NNS", "NNPS") or any(child.dep_ == "conj" for child in head.rights)
    of = next((child for child in head.rights if child.dep_ == "prep"), head)
    whole = masked.text[doc[left].idx : of.right_edge.idx + len(of.right_edge)]
    return Mention(start, end, words, name, head.text.lower(), plural, whole)


def _name_beside(head: Token) -> Token | None:
    """The name that stands beside a noun: "the mayor, Ann Hill", "the head of the union of bakers, Ann Hill, said"."""
    for child in head.rights:
        if child.dep_ == "appos" and child.tag_ in NAME_TAGS and child.lower_.rstrip(".") not in people("titles"):
            return child
    last = head.right_edge
    if last.text == "," and last.i > head.i:
        last = last.nbor(-1)
    first = last.i
    while first > head.i + 1 and last.doc[first - 1].tag_ == "NNP":
        first -= 1
    named = last.tag_ == "NNP" and last.i > first > head.i + 1 and last.doc[first - 1].text == ","
    return last if named else None


def _name_at(head: Token) -> str | None:
    """The run of proper nouns that ends in ``head``."""
    if head.tag_ not in NAME_TAGS:
        return None
    first = head.i
    for i in range(head.i - 1, head.sent.start - 1, -1):
        if head.doc[i].tag_ not in NAME_TAGS or head.doc[i].dep_ not in _IN_NAME:
            break
        first = i
    return str(head.doc[first : head.i + 1].text)


def holder_of(verb: Token, depth: int = 0, *, controlled: bool = False) -> Token | None:
    """The token that heads the subject of ``verb``, looked for up the tree where the verb shares another's.

    ``controlled``: asked on behalf of an infinitive below, whose subject is that of a passive too ("was moved to say").
    """
    if verb.tag_ == "VBG" and _tells(verb) and _has_own_subject(verb):
        return verb.nbor(-1)
    cue = verbs().get(verb.lower_)
    passive = any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children)
    if passive and not controlled and not (cue and cue.lemma in kind("passive_speaks")):
        return _agent(verb)
    for child in verb.children:
        if child.dep_ in SUBJECTS:
            if child.lower_ in RELATIVE:
                return child if verb.dep_ == "relcl" and verb.head != verb else None
            if child.lower_ == "it":
                return child if _it_speaks(verb) else None
            return None if child.lower_ in _DUMMIES else child
    if verb.dep_ == "acl" and verb.tag_ == "VBG" and verb.head.tag_.startswith("N"):
        return _author(verb.head) or verb.head
    if verb.dep_ == "acl" and verb.head.dep_ == "ROOT" and verb.head.tag_ in NAME_TAGS:
        return verb.head  # a finite verb that the parser took for a participle: "Hill, who was late, nodded"
    if depth < DEPTH and verb.dep_ in CLIMB and verb.head != verb:
        head = verb.head
        while head.dep_ in CLIMB and not is_verb(head) and head.head != head:
            head = head.head
        if verb.dep_ == "advcl" and verb.tag_ == "VBG" and _tells(verb):
            head = _outer_teller(head) or head
        if is_verb(head) or head.pos_ == "AUX":
            return holder_of(head, depth + 1, controlled=controlled or verb.dep_ == "xcomp")
    return None


def name_before(verb: Token) -> Token | None:
    """The name right before a verb, at most a comma between: who says it where the parser finds no subject."""
    i = verb.i - 1
    if i > verb.sent.start and verb.doc[i].text == ",":
        i -= 1
    return verb.doc[i] if i >= verb.sent.start and verb.doc[i].tag_ in NAME_TAGS else None


def _has_own_subject(verb: Token) -> bool:
    """Whether a name right before the participle is its subject: "footage of Mary Hill saying"."""
    if verb.i == verb.sent.start or verb.nbor(-1).tag_ != "NNP":
        return False
    above = verb.nbor(-1).head
    return above.dep_ == "prep" and above.lower_ in ("of", "with")


def _agent(verb: Token) -> Token | None:
    agent = next((child for child in verb.children if child.dep_ == "agent"), None)
    return next((child for child in agent.children if child.dep_ == "pobj"), None) if agent else None


def _tells(verb: Token) -> bool:
    cue = verbs().get(verb.lower_)
    return cue is not None and "say" in cue.classes


def _outer_teller(verb: Token) -> Token | None:
    """The verb of saying whose clause ``verb`` heads: in "she said he must go, adding" it is she who adds."""
    if verb.dep_ == "ccomp" and verb.head.i < verb.i and _tells(verb.head):
        return verb.head
    return None


def _it_speaks(verb: Token) -> bool:
    """Whether "it" before the verb is a paper or a body that speaks, and no dummy."""
    cue = verbs().get(verb.lower_)
    return (
        cue is not None
        and bool(cue.classes & {"say", "topic"})
        and all(child.dep_ not in ("acomp", "oprd", "auxpass") for child in verb.children)
    )


def _author(noun: Token) -> Token | None:
    """Who issued a statement: its possessor, the author behind "by" or "from", or the subject of the verb above it."""
    if noun.lower_ not in nouns() and noun.lower_ not in kind("documents"):
        return None
    for child in noun.children:
        if child.dep_ == "poss":
            return child
        if child.dep_ in ("prep", "agent") and child.lower_ in ("by", "from"):
            return next((obj for obj in child.children if obj.dep_ == "pobj"), None)
    head = noun.head.head if noun.dep_ == "pobj" else noun.head
    return holder_of(head, 1) if is_verb(head) else None
