"""Who says each quotation of an article: the frame's speaker, or the one that the text around it carries over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.speakers.frames import find_frames, holder_of, is_verb, mention_of, placeholders
from pipeline.speakers.marks import Quote
from pipeline.speakers.masking import Masked
from pipeline.speakers.names import HE, SHE, Names
from pipeline.speakers.paragraphs import Paragraph
from pipeline.speakers.reported import find_reported
from pipeline.speakers.spans import Mention, Utterance

if TYPE_CHECKING:
    from spacy.tokens import Doc

CONFIDENCE = {
    "frame": 0.96,
    "continued": 0.95,
    "same-paragraph": 0.95,
    "introduced": 0.9,
    "following": 0.85,
    "default": 0.9,
    "preceding-subject": 0.75,
    "alternating": 0.6,
    "carried": 0.7,
    "unknown": 0.0,
    "reported": 0.85,
    "according": 0.95,
    "nominal": 0.75,
    "attitude": 0.75,
    "stance": 0.7,
}
"""Share of right speakers by rule."""

SCARE_WORDS = 4  # a shorter embedded quotation without a holder is a title or a scare quote: nobody is said to say it


@dataclass(frozen=True)
class Speaker:
    """A resolved speaker: the name handed out, and the mention it came from."""

    name: str | None
    mention: Mention | None


@dataclass
class Scene:
    """What the article's walk knows at a quotation."""

    names: Names
    default: str | None
    block_quotes: bool
    """Whether paragraphs wholly in quotation marks belong to the default speaker."""


@dataclass(frozen=True)
class Parsed:
    """A parsed paragraph."""

    masked: Masked
    doc: Doc


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
    by_number = {item.masked.number: item for item in parsed}
    reported: list[Utterance] = []
    quoted: dict[int, Utterance] = {}
    by_paragraph: dict[int, list[int]] = {}
    for index, quote in enumerate(quotes):
        by_paragraph.setdefault(quote.first, []).append(index)
    previous: Speaker | None = None  # of the last quotation or report
    introduced: Speaker | None = None  # by a paragraph that ends in a colon
    continued: Speaker | None = None
    last_spoken = -9
    turns: list[Speaker] = []  # of paragraphs that are dialogue, for alternation
    for number, paragraph in enumerate(paragraphs):
        indices = [i for i in by_paragraph.get(number, ()) if number not in furniture]
        item = by_number.get(number)
        if number in furniture and not indices:
            continue
        frames = {}
        clauses: list[tuple[int, int, Mention, str]] = []
        subjects: list[tuple[int, Mention, bool]] = []
        if item:
            marks = set(placeholders(item.doc, item.masked))
            frames = {q: mention for q, (verb, mention) in find_frames(item.doc, item.masked).items()}
            clauses = find_reported(item.doc, item.masked, marks)
            subjects = _subjects(item)
        events: list[tuple[int, int, str, int]] = [(m.start, 0, "subject", k) for k, (_, m, _) in enumerate(subjects)]
        resolved_clauses: list[Speaker] = []
        for start, end, mention, how in clauses:
            resolved_clauses.append(Speaker(None, mention))
        events += [(c[0], 1, "clause", k) for k, c in enumerate(clauses)]
        events += [(quotes[i].start, 2, "quote", i) for i in indices]
        independent = {q for _, q in item.masked.masks} if item else set(indices)
        here: Speaker | None = None  # speaker of the last quotation in this paragraph
        pending: list[int] = []
        subject_here: Speaker | None = None
        for _, _, kind, k in sorted(events):
            if kind == "subject":
                offset, mention, person = subjects[k]
                name = names.resolve(mention)
                if name:
                    names.see(mention.start, name, person=person, plural=mention.plural)
                    if person:
                        subject_here = Speaker(name, mention)
                continue
            if kind == "clause":
                start, end, mention, how = clauses[k]
                speaker = _speaker(mention, names)
                reported.append(_utterance(start, end, speaker, "reported", how))
                subject_here = speaker
                continue
            quote = quotes[k]
            how = None
            speaker = None
            inside = next((u for u in reported if u.start <= quote.start < u.end), None)
            if k in frames:
                speaker, how = _speaker(frames[k], names), "frame"
            elif inside is not None:
                quoted[k] = Utterance(
                    quote.start,
                    quote.end,
                    inside.speaker,
                    inside.speaker_start,
                    inside.speaker_end,
                    "quoted",
                    inside.how,
                    inside.confidence,
                )
                continue
            elif k not in independent and _words(text, quote) < SCARE_WORDS:
                continue
            elif continued is not None and quote.start == paragraph.start:
                speaker, how = continued, "continued"
            elif here is not None:
                speaker, how = here, "same-paragraph"
            elif subject_here is not None and quote.start > paragraph.start:
                speaker, how = subject_here, "preceding-subject"
            elif introduced is not None:
                speaker, how = introduced, "introduced"
            if speaker is None:
                pending.append(k)
                continue
            assert how
            for waiting in pending:
                quoted[waiting] = _utterance(quotes[waiting].start, quotes[waiting].end, speaker, "quoted", "following")
            pending = []
            quoted[k] = _utterance(quote.start, quote.end, speaker, "quoted", how)
            here = speaker
        for waiting in pending:
            quote = quotes[waiting]
            whole = not text[paragraph.start : quote.start].strip() and quote.end >= paragraph.end
            if default:
                speaker, how = Speaker(default, None), "default"
            elif previous is not None and number - last_spoken <= 2:
                speaker, how = previous, "carried"
            else:
                speaker, how = Speaker(None, None), "unknown"
            quoted[waiting] = _utterance(quote.start, quote.end, speaker, "quoted", how)
            here = speaker
            del whole
        final = here or subject_here
        stripped = paragraph.of(text).rstrip()
        introduced = (
            final or previous
            if stripped.endswith(":") and not (indices and quotes[indices[-1]].end >= paragraph.end)
            else None
        )
        continued = here if indices and quotes[indices[-1]].continues else None
        if final is not None:
            previous, last_spoken = final, number
    return reported + [quoted[k] for k in sorted(quoted)]


def _words(text: str, quote: Quote) -> int:
    return len(text[quote.inner_start : quote.inner_end].split())


def _speaker(mention: Mention, names: Names) -> Speaker:
    name = names.resolve(mention) or mention.text
    if mention.name or mention.head not in HE | SHE:
        names.see(mention.start, name, person=True, plural=mention.plural)
    return Speaker(name, mention)


def _utterance(start: int, end: int, speaker: Speaker, mode: str, how: str) -> Utterance:
    mention = speaker.mention
    return Utterance(
        start,
        end,
        speaker.name,
        mention.start if mention else None,
        mention.end if mention else None,
        mode,  # type: ignore[arg-type]
        how,
        CONFIDENCE[how] if speaker.name else 0.0,
    )


def _subjects(item: Parsed) -> list[tuple[int, Mention, bool]]:
    """Subjects of verbs that may be persons, in order."""
    found = []
    for token in item.doc:
        if token.dep_ in ("nsubj", "nsubjpass") and token.tag_ in ("NNP", "NNPS", "PRP", "NN", "NNS"):
            if token.lower_ in ("it", "i", "you", "there"):
                continue
            mention = mention_of(token, item.masked)
            person = token.tag_ in ("NNP", "PRP") or mention.name is not None
            found.append((mention.start, mention, person))
    return found
