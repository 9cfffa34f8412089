"""Polarity that the sentence's form decides whatever its words: "I am not convinced that X will deliver" is no praise of X.

Tried beside the network on its development pairs: verbs that reverse their object (curb, scrap, restrict) it reads better than
a rule does; doubt about what X can do it tends to read by the friendly words behind it.
"""

from __future__ import annotations

import re

DOUBT = re.compile(
    r"\b(?:(?<!no )(?<!not )(?<!n't )(?<!n’t )(?<!never )(?<!without )doubt(?:s|ed|ing)?\s+(?:that|whether|if)|"
    r"(?:not|never|hardly|n[’']t)\s+(?:\w+\s+){0,2}(?:convinced|persuaded|confident|sure)\s+(?:that|by)|"
    r"unconvinced\s+(?:that|by)|no\s+confidence\s+(?:that|in))\s+",
    re.I,
)
"""What says that the speaker does not believe in the subject of the clause behind it."""

VERB = re.compile(
    r"\b(?:will|would|can|could|shall|should|may|might|must|is|are|was|were|has|have|had|does|do|did)\b|[.;:!?]", re.I
)
"""A finite verb or the end of a clause: behind it stands no longer the subject."""

ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)


def doubted(text: str, target: str) -> bool:
    """Whether the text doubts what the target can do.

    >>> doubted("I am not convinced that the Harbour Bill will bring ships.", "Harbour Bill")
    True
    >>> doubted("I am not convinced that the Harbour Bill will bring ships.", "ships")
    False
    """
    found = re.search(re.escape(ARTICLE.sub("", target.strip())), text, re.I)
    if found is None:
        return False
    return any(not VERB.search(text, said.end(), found.start()) for said in DOUBT.finditer(text, 0, found.start()))
