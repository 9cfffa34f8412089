"""Which candidate phrases are noun phrases of the text, and no person's name."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.topics.literal import is_acronym
from pipeline.topics.phrases import Phrase

INNER_TAGS = frozenset(["IN", "CC", "DT", "TO", "CD", "VBN"])
"""Tags, beside those of nouns and adjectives, of the words inside a noun phrase."""

SEEN = 5
"""Segments in which a capitalised word is looked at: in one or two, the tagger takes a first name for a thing too often."""


def noun_phrases(texts: Sequence[str], phrases: Sequence[Phrase]) -> set[tuple[str, ...]]:
    """Keys of the candidates that the tagger sees as noun phrases, and not as somebody's name, in the shortest of their rows."""
    from pipeline.language import nlp

    pipeline = nlp()
    wanted: dict[int, list[Phrase]] = {}
    for phrase in {phrase.key: phrase for phrase in phrases}.values():
        own = [row for row in phrase.rows if row not in phrase.referred]
        wanted.setdefault(min(own, key=lambda row: (len(texts[row]), row)), []).append(phrase)
    rows = sorted(wanted)
    good: set[tuple[str, ...]] = set()
    with pipeline.select_pipes(enable=["tok2vec", "tagger"]):
        docs = list(pipeline.pipe([texts[row] for row in rows], batch_size=64))
    for row, doc in zip(rows, docs):
        nouns = [phrase for phrase in wanted[row] if _stands_as_noun(doc, phrase, set())]
        people: set[int] = set()
        if any(phrase.text[:1].isupper() and not is_acronym(phrase.text) for phrase in nouns):
            # The names of people are looked for only where something capitalised may be one.
            doc = pipeline.get_pipe("ner")(doc)
            people = {token.i for entity in doc.ents if entity.label_ == "PERSON" for token in entity}
        good.update(phrase.key for phrase in nouns if not people or _stands_as_noun(doc, phrase, people))
    kept = [p for p in phrases if p.key in good and not is_acronym(p.text)]
    single = [p for p in kept if len(p.key) == 1]
    called = {phrase.key for phrase in single if 2 * phrase.called > phrase.times}
    persons = called | _persons(texts, [p for p in single if p.text[:1].isupper() or not p.cased])
    return good - _adjectives(single) - persons - _peoples(kept)


def _persons(texts: Sequence[str], words: Sequence[Phrase]) -> set[tuple[str, ...]]:
    """Keys of the single words that name a person in any of the shortest segments that hold them.

    A word that only ever begins sentences may be a name as well: an audience is called by name there ("Anna, stand up").
    """
    from pipeline.language import nlp

    pipeline = nlp()
    rows = {word.key: sorted(word.rows, key=lambda row: (len(texts[row]), row))[:SEEN] for word in words}
    wanted = sorted({row for some in rows.values() for row in some})
    with pipeline.select_pipes(enable=["tok2vec", "ner"]):
        docs = dict(zip(wanted, pipeline.pipe([texts[row] for row in wanted], batch_size=64)))
    named = {row: {token.lower_ for e in doc.ents if e.label_ == "PERSON" for token in e} for row, doc in docs.items()}
    return {word.key for word in words if any(word.text.lower() in named[row] for row in rows[word.key])}


def _peoples(phrases: Sequence[Phrase]) -> set[tuple[str, ...]]:
    """Keys of the phrases that end with the adjective of a nation, faith or party: they name whose something is, not what.

    The tagger takes such an adjective for a noun where it stands at the end of a list; before "people" it shows what it is.
    """
    from pipeline.language import nlp

    pipeline = nlp()
    last = {phrase.key: phrase.text.split()[-1] for phrase in phrases}
    words = sorted({word for word in last.values() if word[0].isupper() and not word.endswith("s") and not is_acronym(word)})
    with pipeline.select_pipes(enable=["tok2vec", "ner"]):
        docs = pipeline.pipe((f"Many {word} people came." for word in words), batch_size=64)
        peoples = {word for word, doc in zip(words, docs) if any(e.label_ == "NORP" and word in e.text for e in doc.ents)}
    return {key for key, word in last.items() if word in peoples}


def _adjectives(words: Sequence[Phrase]) -> set[tuple[str, ...]]:
    """Keys of the single words that are adjectives on their own, whatever they are in a name ("white" of a White Paper)."""
    from pipeline.language import nlp

    pipeline = nlp()
    with pipeline.select_pipes(enable=["tok2vec", "tagger"]):
        docs = pipeline.pipe(f"This is about {word.text.lower()}." for word in words)
        return {word.key for word, doc in zip(words, docs) if doc[3].tag_ == "JJ"}


def _stands_as_noun(doc, phrase: Phrase, people: set[int]) -> bool:  # type: ignore[no-untyped-def]
    from pipeline.topics.literal import stem
    from pipeline.topics.phrases import TOKEN

    n = len(phrase.key)
    matches = list(TOKEN.finditer(doc.text))
    keys = [stem(match[0].casefold()) for match in matches]
    for i in range(len(keys) - n + 1):
        if tuple(keys[i : i + n]) != phrase.key:
            continue
        span = doc.char_span(matches[i].start(), matches[i + n - 1].end(), alignment_mode="expand")
        tags = [token.tag_ for token in span if token.tag_ not in ("POS", "HYPH")]
        if not tags or not tags[-1].startswith("NN") or any(token.i in people for token in span):
            return False
        if n == 1:
            return len(span.text) > 3 or is_acronym(span.text)
        if tags[0] == "VBN" and len(phrase.rows) < 2:
            # "managed teams" is a thing when it is said again; once, it may be half of a verb.
            return False
        inner = all(tag in INNER_TAGS or tag.startswith(("NN", "JJ")) for tag in tags[1:])
        return inner and tags[0].startswith(("NN", "JJ", "VBN"))
    return False
