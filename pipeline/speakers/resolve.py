"""Who says each quotation of an article: the frame's speaker, or the one that the text around it carries over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.speakers.dialogue import Turn, fill, short_forms
from pipeline.speakers.frames import find_embedded, find_frames, is_unreal, placeholders
from pipeline.speakers.lexicon import verbs
from pipeline.speakers.marks import Quote
from pipeline.speakers.names import FIRST, HE, IT, SHE, Names, genders
from pipeline.speakers.paragraphs import Paragraph
from pipeline.speakers.parsing import Parsed
from pipeline.speakers.reported import find_reported
from pipeline.speakers.spans import Mention, Utterance
from pipeline.speakers.subjects import mention_of

if TYPE_CHECKING:
    from pipeline.records import Mode

CONFIDENCE = {
    "frame": 0.97,
    "labelled": 0.97,
    "same-paragraph": 0.97,
    "signed": 0.95,
    "continued": 0.9,
    "named": 0.9,
    "introduced": 0.75,
    "default": 0.9,
    "following": 0.8,
    "carried": 0.7,
    "preceding-subject": 0.65,
    "addressed": 0.45,
    "alternating": 0.4,
    "following-subject": 0.3,
    "according": 0.96,
    "reported": 0.94,
    "stance": 0.92,
    "attitude": 0.88,
    "nominal": 0.75,
}
"""Share of right speakers by rule, rounded: on 300 news articles, the rules of conversation on four novels. ``default`` is the
declared speaker's, whom no article declares; its figure is an estimate."""

NEAR = 2  # paragraphs over which a speaker carries: an unframed quotation belongs to who spoke just before
WHOLE = 0.95  # of a paragraph's characters are quoted: it is one quotation, and the speaker before it goes on
ADDRESS_SHARE = 0.25  # of the quotations address somebody in conversation (fiction: .33 to .5; news: .11)
FEWEST_TURNS = 8  # quotations below which a text is not called conversation
_ADDRESS = re.compile(r"\b(?:you|your|yours|yourself)\b|\?", re.IGNORECASE)
_LABEL = re.compile(r"([A-ZÀ-Þ][A-ZÀ-Þ’'. -]{2,40}):\s")
_SIGNATURE = re.compile(r"\s*[―—–-]{1,2}\s*((?:[A-ZÀ-Þ][\w.’'-]*)(?:,? (?:[a-z]{1,3} )?[A-ZÀ-Þ0-9][\w.’'-]*){0,7})\W*$")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LONG_WORD = re.compile(r"\b[^\W\d_]{4,}\b")


@dataclass(frozen=True)
class Speaker:
    """A resolved speaker: the name handed out, and the mention it came from."""

    name: str | None
    mention: Mention | None


class Walk:
    """One walk over an article, paragraph by paragraph, that remembers who spoke."""

    def __init__(
        self, text: str, paragraphs: Sequence[Paragraph], quotes: Sequence[Quote], names: Names, default: str | None
    ) -> None:
        self.text = text
        self.paragraphs = paragraphs
        self.quotes = quotes
        self.names = names
        self.default = default
        self.reported: list[Utterance] = []
        self.quoted: dict[int, Utterance] = {}
        self.previous: Speaker | None = None  # who spoke last
        self.previous_number = -NEAR - 1
        self.introduced: Speaker | None = None  # by a paragraph that ends in a colon
        self.continued: Speaker | None = None  # whose quotation is reopened
        self.turns: list[Turn] = []  # of a conversation
        self.is_conversation = is_conversation(text, quotes)

    def paragraph(self, number: int, indices: Sequence[int], parsed: Parsed | None) -> None:
        """Take in a paragraph with the numbers of the quotes that begin in it."""
        paragraph = self.paragraphs[number]
        frames: dict[int, tuple[Mention, bool]] = {}
        clauses: list[tuple[int, int, Mention, str]] = []
        subjects: list[tuple[Mention, bool, bool]] = []
        independent = set(indices)
        embedded: dict[int, tuple[bool, Mention | None]] = {}
        if parsed:
            marks = set(placeholders(parsed.doc, parsed.masked))
            for quote, (verb, mention) in find_frames(parsed.doc, parsed.masked).items():
                frames[quote] = mention, not is_unreal(verb)
            clauses = find_reported(parsed.doc, parsed.masked, marks)
            subjects = _subjects(parsed)
            independent = {quote for _, quote in parsed.masked.masks}
            where = {k: (self.quotes[k].inner_start, self.quotes[k].inner_end) for k in parsed.masked.embedded}
            embedded = find_embedded(parsed.doc, parsed.masked, where)
        events = [(mention.start, 0, k) for k, (mention, _, _) in enumerate(subjects)]
        events += [(clause[0], 1, k) for k, clause in enumerate(clauses)]
        events += [(self.quotes[k].start, 2, k) for k in indices]
        here: Speaker | None = None  # who spoke last in this paragraph
        subject: Speaker | None = None  # of the last main clause
        waiting: list[int] = []
        for _, kind, k in sorted(events):
            if kind == 0:
                mention, person, main = subjects[k]
                name = self.names.resolve(mention)
                if name:
                    self.names.see(mention.start, name, person=person, plural=mention.plural)
                    if person and main:
                        subject = Speaker(name, mention)
            elif kind == 1:
                start, end, mention, how = clauses[k]
                holder = self._speaker(mention)
                self.reported.append(_utterance(start, end, holder, "reported", how))
                subject = holder if how in ("reported", "according") else subject
            else:
                if self.is_conversation and k in embedded and not (here and embedded[k][0]):
                    continue
                found = self._in_sentence(k, frames)
                talk, user = embedded.get(k, (k in independent, None))
                if not found and user:
                    found = self._speaker(user), "named"
                if not found:
                    found = self._around(k, talk, paragraph, here, subject)
                if found is None:
                    waiting.append(k)
                elif found[1]:
                    self._say(waiting, found[0], "following")
                    waiting = []
                    self._say([k], *found)
                    here = found[0]
        if waiting:
            length = sum(self.quotes[k].end - self.quotes[k].start for k in waiting)
            whole = length >= WHOLE * (paragraph.end - paragraph.start)
            speaker, how = self._carried(number, subject, whole=whole)
            self._say(waiting, speaker, how)
            here = speaker if speaker.name else here
        self._leave(number, indices, here, here or subject)

    def _in_sentence(self, k: int, frames: dict[int, tuple[Mention, bool]]) -> tuple[Speaker, str] | None:
        """The speaker of the frame, or the holder of the report that the quotation is a part of."""
        quote = self.quotes[k]
        if k in frames:
            mention, real = frames[k]
            return (self._speaker(mention), "frame") if real and not self._is_name(quote) else (Speaker(None, None), "")
        for report in reversed(self.reported):
            if report.start <= quote.start < report.end:
                found: Mention | None = None
                if report.speaker_start is not None and report.speaker_end is not None:
                    found = Mention(
                        report.speaker_start, report.speaker_end, self.text[report.speaker_start : report.speaker_end]
                    )
                return Speaker(report.speaker, found), report.how
            if report.end < self.paragraphs[quote.first].start:
                break
        return None

    def _around(
        self, k: int, spoken: bool, paragraph: Paragraph, here: Speaker | None, subject: Speaker | None
    ) -> tuple[Speaker, str] | None:
        """The speaker from the paragraph around; an empty rule for words that nobody says."""
        quote = self.quotes[k]
        inner = self.text[quote.inner_start : quote.inner_end]
        if not spoken or (is_title(inner) and not self._stands_alone(quote, paragraph)):
            return Speaker(None, None), ""
        label = _LABEL.match(inner)
        if label:
            start = quote.inner_start + label.start(1)
            return self._speaker(Mention(start, start + len(label.group(1)), label.group(1), label.group(1).title())), "labelled"
        signature = _SIGNATURE.match(self.text, quote.end, paragraph.end) if quote.start == paragraph.start else None
        if signature:
            name = signature.group(1)
            return self._speaker(Mention(signature.start(1), signature.end(1), name, name)), "signed"
        if self.continued and quote.start == paragraph.start:
            return self.continued, "continued"
        if here:
            return here, "same-paragraph"
        if self.introduced:
            return self.introduced, "introduced"
        if subject and quote.start > paragraph.start:
            return subject, "preceding-subject"
        return None

    def _is_name(self, quote: Quote) -> bool:
        """Whether quoted words behind a noun and a comma are the name of a thing ("her first book, “Open Doors,” …")."""
        words = _WORD.findall(self.text[max(quote.start - 40, self.paragraphs[quote.first].start) : quote.start])
        behind_noun = bool(words) and words[-1].islower() and words[-1] not in verbs()
        comma = self.text[max(quote.start - 3, 0) : quote.start].rstrip().endswith(",") if behind_noun else False
        return comma and is_title(self.text[quote.inner_start : quote.inner_end])

    def _stands_alone(self, quote: Quote, paragraph: Paragraph) -> bool:
        """Whether a quotation is a sentence among sentences, and so no title inside one."""
        before = self.text[paragraph.start : quote.start].rstrip()
        return self.text[quote.inner_end - 1] in ".!?" and (not before or before[-1] in '.!?"”')

    def _carried(self, number: int, subject: Speaker | None, *, whole: bool) -> tuple[Speaker, str]:
        """The speaker from other paragraphs: the declared one, or who spoke last. In a conversation turns are filled later."""
        if self.default:
            return Speaker(self.default, None), "default"
        if self.is_conversation and subject:
            return subject, "following-subject"
        if not self.is_conversation and whole and self.previous and number - self.previous_number <= NEAR:
            return self.previous, "carried"
        return Speaker(None, None), "unknown"

    def settle(self) -> None:
        """Give the turns of a conversation that have no frame to those who take turns."""
        if self.is_conversation and not self.default:
            known = short_forms(sorted(self.names.speakers))
            for position, (name, how) in fill(self.turns, known).items():
                self._say(self.turns[position].quotes, Speaker(name, None), how)

    def _leave(self, number: int, indices: Sequence[int], here: Speaker | None, final: Speaker | None) -> None:
        """Remember what the next paragraphs may need."""
        paragraph = self.paragraphs[number]
        last = self.quotes[indices[-1]] if indices else None
        colon = paragraph.of(self.text).rstrip().endswith(":") and not (last and last.end >= paragraph.end)
        self.introduced = (final or self.previous) if colon else None
        self.continued = here if last and last.continues else None
        if final and (here or not self.is_conversation):
            self.previous, self.previous_number = final, number
        said = [k for k in indices if k in self.quoted]
        if said:
            words = " ".join(self.text[self.quotes[k].inner_start : self.quotes[k].inner_end] for k in said)
            waiting = [k for k in said if self.quoted[k].speaker is None]
            self.turns.append(Turn(number, words, here.name if here else None, waiting))

    def _say(self, indices: Sequence[int], speaker: Speaker, how: str) -> None:
        for k in indices:
            self.quoted[k] = _utterance(self.quotes[k].start, self.quotes[k].end, speaker, "quoted", how)

    def _speaker(self, mention: Mention) -> Speaker:
        name = self.names.resolve(mention)
        if name is None:
            name = mention.text
        if name and mention.head not in HE | SHE | FIRST | IT:
            person = bool(mention.name) or mention.plural or mention.head in genders()
            self.names.see(mention.start, name, person=person, plural=mention.plural)
        if name and mention.name:
            self.names.speakers.add(name)
        return Speaker(name, mention)


def is_title(words: str) -> bool:
    """Whether quoted words are the name of a thing: every longer word has a capital.

    >>> is_title("The Merchant of Venice,"), is_title("We will go to Venice,")
    (True, False)
    """
    longer = _LONG_WORD.findall(words)
    return 1 < len(words.split()) <= 10 and len(longer) > 1 and all(word[0].isupper() for word in longer)


def is_conversation(text: str, quotes: Sequence[Quote]) -> bool:
    """Whether the quotations answer each other, as in fiction and interviews, rather than a reporter."""
    if len(quotes) < FEWEST_TURNS:
        return False
    return sum(bool(_ADDRESS.search(text, q.start, q.end)) for q in quotes) >= ADDRESS_SHARE * len(quotes)


def _utterance(start: int, end: int, speaker: Speaker, mode: Mode, how: str) -> Utterance:
    mention = speaker.mention
    known = mention if speaker.name else None
    confidence = CONFIDENCE.get(how, 0.0) if speaker.name else 0.0
    where = (known.start, known.end) if known else (None, None)
    return Utterance(start, end, speaker.name, where[0], where[1], mode, how, confidence)


def _subjects(parsed: Parsed) -> list[tuple[Mention, bool, bool]]:
    """Subjects as (mention, may be a person, of a main clause), in order."""
    from spacy.attrs import DEP
    from spacy.symbols import nsubj, nsubjpass

    found = []
    for i, relation in enumerate(parsed.doc.to_array(DEP).tolist()):
        if relation not in (nsubj, nsubjpass):
            continue
        token = parsed.doc[i]
        if token.tag_ not in ("NNP", "NNPS", "PRP", "NN", "NNS"):
            continue
        if token.lower_ in ("it", "i", "you", "we"):
            continue
        mention = mention_of(token, parsed.masked)
        verb = token.head
        while verb.dep_ == "conj" and verb.head != verb:
            verb = verb.head
        main = verb.dep_ == "ROOT"
        cue = verbs().get(token.head.lower_)
        speaks = main and cue is not None and bool(cue.classes & {"say", "topic"}) and token.tag_ in ("NN", "NNS")
        person = token.tag_ in ("NNP", "PRP") or mention.name is not None or speaks
        found.append((mention, person, main))
    return sorted(found, key=lambda item: item[0].start)


def article_layers(
    text: str,
    paragraphs: Sequence[Paragraph],
    quotes: Sequence[Quote],
    parsed: Sequence[Parsed],
    furniture: set[int],
    names: Names,
    default: str | None,
) -> list[Utterance]:
    """Reported and quoted utterances of an article, reported ones first (quotations lie over them)."""
    walk = Walk(text, paragraphs, quotes, names, default)
    by_number = {item.masked.number: item for item in parsed}
    starting: dict[int, list[int]] = {}
    for k, quote in enumerate(quotes):
        starting.setdefault(quote.first, []).append(k)
    for number in range(len(paragraphs)):
        if number not in furniture:
            walk.paragraph(number, starting.get(number, []), by_number.get(number))
    walk.settle()
    return walk.reported + [walk.quoted[k] for k in sorted(walk.quoted)]
