"""Who says a quotation: the verb of saying in the sentence around it, and that verb's subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.speakers.lexicon import verbs
from pipeline.speakers.masking import Masked
from pipeline.speakers.spans import Mention
from pipeline.speakers.subjects import SUBJECTS, holder_of, is_verb, mention_of, name_before

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

MINIMUM = 3.0
"""Score that a verb must reach to be the frame of a quotation: a verb that the parser puts above the quotation, or a verb
of saying right beside it, passes; a verb of saying elsewhere in the sentence does not."""
ANCESTORS = 4  # steps up the tree from the quotation; coordination and complements rarely make more
LONG = 10  # tokens: quoted names and scare quotes are shorter
BESIDE = 8  # tokens between a verb of naming and the words: "called the new plan for the town “a mess”"
_INVERTED = frozenset({"dobj", "attr", "npadvmod", "oprd", "dep", "dative", "nsubj", "appos"})
"""What parsers make of the subject in "…," tweeted a friend."""


def offsets(doc: Doc) -> list[int]:
    """Where each token begins in the text of ``doc``."""
    from spacy.attrs import IDX

    starts: list[int] = doc.to_array(IDX).tolist()
    return starts


def placeholders(doc: Doc, masked: Masked) -> dict[int, int]:
    """Numbers of the masked quotes by the token that stands for each."""
    if not masked.masks:
        return {}
    at = {start: i for i, start in enumerate(offsets(doc))}
    return {at[start]: quote for start, quote in masked.masks if start in at}


def find_frames(doc: Doc, masked: Masked) -> dict[int, tuple[Token, Mention]]:
    """For each masked quote that has one: its verb of saying and the mention of who says it."""
    marks = placeholders(doc, masked)
    found: dict[int, tuple[Token, Mention]] = {}
    for position, quote in marks.items():
        candidates = _candidates(doc, position, set(marks))
        best = max(candidates, key=lambda item: (item[2], -abs(item[0].i - position)), default=None)
        if best and best[2] >= MINIMUM:
            found[quote] = (best[0], mention_of(best[1], masked))
        elif position > 2 and doc[position - 2].text == ":" and doc[position - 3].tag_ == "NNP":
            found[quote] = (doc[position - 3], mention_of(doc[position - 3], masked))  # "Mary Hill: …"
    return found


def _candidates(doc: Doc, position: int, marks: set[int]) -> list[tuple[Token, Token, float]]:
    """Cues of the sentence around the quotation at ``position`` with their holders and scores."""
    above = _steps_up(doc[position])
    lower = max((mark for mark in marks if mark < position), default=-1)
    upper = min((mark for mark in marks if mark > position), default=len(doc))
    found = []
    for token in doc[position].sent:
        if token.i in marks:
            continue
        if token.lower_ == "according" and lower < token.i < upper:
            source = _source(token)
            if source is not None:
                found.append((token, source, MINIMUM + 1))
        if token.i == token.sent.start and _opens(token):
            found.append((token, _last_of_name(doc[token.i + 1]), MINIMUM + 1))
        if not is_verb(token):
            continue
        holder = _inverted(token, position) or holder_of(token)
        if holder is None and _is_saying(token) and token.dep_ == "ROOT":
            holder = name_before(token)
        if holder is not None and holder.i not in marks:
            found.append((token, holder, _score(token, position, above, lower, upper)))
    return found


def _score(verb: Token, position: int, above: dict[int, int], lower: int, upper: int) -> float:
    """How well a verb fits as the frame of the quotation at ``position``."""
    cue = verbs().get(verb.lower_)
    score = 0.0
    if cue:
        score += 2 if cue.classes & {"say", "manner"} else 0.5
    if verb.i in above:
        score += 2.5 - 0.5 * above[verb.i]
    if position < verb.i < upper:
        score += max(0.0, 2.0 - 0.15 * (verb.i - position - 2))
    elif lower < verb.i < position:
        before = verb.doc[max(position - 2, 0)].text
        score += max(0.0, 1.6 - 0.1 * (position - verb.i - 2)) + (0.5 if before in (":", ",") else 0)
    return score - 1 if verb.dep_ in ("relcl", "acl") and verb.i not in above else score


def _steps_up(token: Token) -> dict[int, int]:
    """Steps from ``token`` to each of its ancestors."""
    steps: dict[int, int] = {}
    for step in range(ANCESTORS):
        if token.head == token:
            break
        token = token.head
        steps[token.i] = step
    return steps


def _inverted(verb: Token, position: int) -> Token | None:
    """The noun behind a verb of saying that stands right behind the quotation and has no subject before it."""
    cue = verbs().get(verb.lower_)
    beside = verb.i - position <= 3 and verb.doc[position + 1].text == ","  # "…," exhorted the coach: any verb will do
    if verb.tag_ not in ("VBD", "VBZ", "VBP", "VBN") or not (beside or (cue and cue.classes & {"say", "manner"})):
        return None
    between = verb.doc[position + 1 : verb.i]
    if not 0 < verb.i - position <= 4 or any(not (token.is_punct or token.dep_ == "advmod") for token in between):
        return None
    if any(child.dep_ in SUBJECTS or child.dep_ in ("aux", "auxpass") for child in verb.children):
        return None
    for child in verb.rights:
        if child.dep_ in _INVERTED and child.tag_[0] in "NPDW":
            return child
    return None


def _likener(doc: Doc, masked: Masked, position: int) -> Mention | None:
    """The holder of the verb that likens: "describes his first year in the town as a “long walk”"."""
    for i in range(position - 1, doc[position].sent.start - 1, -1):
        cue = verbs().get(doc[i].lower_) if is_verb(doc[i]) else None
        if cue and cue.classes & {"say", "topic"}:
            holder = holder_of(doc[i])
            return mention_of(holder, masked) if holder is not None else None
    return None


def _is_saying(token: Token) -> bool:
    cue = verbs().get(token.lower_)
    return cue is not None and "say" in cue.classes


def _opens(token: Token) -> bool:
    """Whether a sentence opens with the verb and its name: "Said Hill: …"."""
    if not _is_saying(token) or token.tag_ not in ("VBD", "VBN") or token.i + 2 >= len(token.doc):
        return False
    return token.nbor().tag_ == "NNP"


def _last_of_name(token: Token) -> Token:
    while token.i + 1 < len(token.doc) and token.nbor().tag_ == "NNP":
        token = token.nbor()
    return token


def is_unreal(verb: Token) -> bool:
    """Whether the words were not said: "she would have said", "if he had said", "it seemed to say", "she did not say"."""
    helpers = {child.lower_ for child in verb.children if child.dep_ == "aux"}
    if helpers & {"would", "could", "might", "should"} and helpers & {"have", "'ve"}:
        return True
    if any(child.dep_ == "neg" or (child.dep_ == "mark" and child.lower_ == "if") for child in verb.children):
        return True
    return verb.dep_ == "xcomp" and verb.head.lower_ in ("seem", "seems", "seemed", "appear", "appears", "appeared")


def find_embedded(doc: Doc, masked: Masked, where: dict[int, tuple[int, int]]) -> dict[int, tuple[bool, Mention | None]]:
    """For each quote inside a sentence: whether it is talk (has a finite verb, or is long), and who uses the words.

    ``where`` are the offsets in the document of the quoted words, by number of the quote.
    """
    found: dict[int, tuple[bool, Mention | None]] = {}
    places = [masked.offset(start) for start in offsets(doc)] if where else []
    for quote, (start, end) in where.items():
        inside = [i for i, place in enumerate(places) if start <= place < end]
        if not inside:
            continue
        spoken = len(inside) >= LONG or any(doc[i].tag_ in ("VBZ", "VBP", "VBD", "MD") for i in inside)
        found[quote] = (spoken, _user(doc, masked, inside))
    return found


def _user(doc: Doc, masked: Masked, inside: list[int]) -> Mention | None:
    """The holder of the verb above quoted words, when it is one of saying or naming and stands before them."""
    words = set(inside)
    if any(doc[i].lower_ == "as" for i in range(max(inside[0] - 2, 0), inside[0])):
        return _likener(doc, masked, inside[0])
    token = doc[inside[-1]]
    for i in inside:
        if doc[i].head.i not in words:
            token = doc[i]
            break
    for _ in range(ANCESTORS):
        if token.head == token:
            return None
        token = token.head
        cue = verbs().get(token.lower_) if is_verb(token) else None
        if cue and cue.classes & {"say", "topic"} and token.i < inside[0] and inside[0] - token.i <= BESIDE:
            holder = holder_of(token)
            return mention_of(holder, masked) if holder is not None and holder.i not in words else None
    return None


def _source(according: Token) -> Token | None:
    """X in "according to X"."""
    to = next((child for child in according.children if child.lower_ == "to"), according)
    return next((child for child in to.children if child.dep_ == "pobj"), None)
