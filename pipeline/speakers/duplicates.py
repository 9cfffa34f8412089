"""Pull-quotes and repeated captions: short paragraphs whose words stand elsewhere in the text, so that nothing counts twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.speakers.paragraphs import Paragraph

SHINGLE = 4  # words: long enough that chance repeats are rare in a text of some thousand words
CONTAINED = 0.8  # of a paragraph's shingles: lets an editor drop or bracket a word of a pull-quote
SHORTEST = 6  # words: shorter paragraphs ("Not at all.") repeat in honest talk
LONGEST = 60  # words: pull-quotes and captions are shorter; a longer repeat is the author's
_WORD = re.compile(r"\w+")


def find_duplicates(text: str, paragraphs: Sequence[Paragraph], skip: set[int]) -> dict[int, int]:
    """Numbers of paragraphs that repeat another one, with the number of the one that they repeat.

    The copy is the paragraph whose words are contained in a longer one, or the later of two equal ones. ``skip`` are
    numbers of paragraphs that are furniture already.
    """
    words = [[word.lower() for word in _WORD.findall(paragraph.of(text))] for paragraph in paragraphs]
    shingles = [{tuple(w[i : i + SHINGLE]) for i in range(len(w) - SHINGLE + 1)} for w in words]
    places: dict[tuple[str, ...], list[int]] = {}
    for number, found in enumerate(shingles):
        if number not in skip:
            for shingle in found:
                places.setdefault(shingle, []).append(number)
    copies: dict[int, int] = {}
    for number, found in enumerate(shingles):
        if number in skip or not SHORTEST <= len(words[number]) <= LONGEST:
            continue
        shared: dict[int, int] = {}
        for shingle in found:
            for other in places[shingle]:
                if other != number:
                    shared[other] = shared.get(other, 0) + 1
        for other, count in sorted(shared.items()):
            longer = len(words[other]) > len(words[number]) or (len(words[other]) == len(words[number]) and other < number)
            if longer and other not in copies and count >= CONTAINED * len(found):
                copies[number] = other
                break
    return copies
