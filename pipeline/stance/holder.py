"""Who holds a stance: the speaker, or somebody whose words or position the speaker reports."""

from __future__ import annotations

import re

SAYING = (
    "say|says|said|argue|argues|argued|claim|claims|claimed|call|calls|called|describe|describes|described|warn|warns|warned|tell|tells|told"
    "|urge|urges|urged|insist|insists|insisted|add|adds|added|believe|believes|believed|think|thinks|thought|want|wants|wanted|demand|demands"
    "|demanded|propose|proposes|proposed|oppose|opposes|opposed|support|supports|supported|reject|rejects|rejected|suggest|suggests|suggested"
    "|maintain|maintains|maintained|contend|contends|contended|complain|complains|complained|dismiss|dismisses|dismissed|welcome|welcomes|welcomed"
    "|condemn|condemns|condemned|criticise|criticises|criticised|criticize|criticizes|criticized|accept|accepts|accepted|prefer|prefers|preferred"
)
"""Verbs that give somebody's words or position, with their inflections."""

_NAME = r"(?:[A-Z][\w'’.-]*(?: (?:of|the|for|and|de|van|von) (?=[A-Z]))? ?){1,7}"
_GROUP = r"(?:[Tt]he|[Tt]hose|[Ss]ome|[Mm]any|[Oo]ur|[Mm]y) (?:[\w'’-]+ ){0,4}?[\w'’-]+"
_FIRST = re.compile(
    rf"^(?:(?:But|And|Yet|So|Now|Today|Yesterday) )?(?P<holder>{_NAME}|{_GROUP})(?:,[^,]{{1,80}},)? ?"
    rf"(?:has |have |had |will |would )?(?:{SAYING})\b"
)
_ACCORDING = re.compile(rf"\b[Aa]ccording to (?P<holder>{_NAME}|{_GROUP})(?=[,.;]|$)")
_SELF = re.compile(
    r"^(?:I|We|It|This|That|These|There|What|Who|He|She|They|You)\b"
    r"|^(?:The|Our|My) (?:government|motion|bill|amendment|question)\b",
    re.I,
)


def holder(text: str, speaker: str | None, mode: str | None = None) -> str | None:
    """Name of who holds the position that ``text`` gives.

    Parameters
    ----------
    speaker : whose words or reported position the segment is, None when unknown.
    mode : how the words stand in the document; what is ``reported`` or ``quoted`` is its speaker's already.

    Returns
    -------
    The person or body that an opening like "The Institute urged ..." or "According to ..." names, else ``speaker``.
    """
    if mode in ("reported", "quoted") and speaker:
        return speaker
    found = _ACCORDING.search(text) or (None if _SELF.match(text) else _FIRST.match(text))
    if found is None:
        return speaker
    return found["holder"].strip(" ,.") or speaker
