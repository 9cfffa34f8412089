"""Sentences composed by a small grammar, so that the network learns what a verb does to its object and which clause holds which target.

They are no data set: they are drawn anew for each pass and are in no split. The names come from the training targets only.
"""

from __future__ import annotations

import random
import re

from mix import AGAINST, FAVOUR, NONE, Example

STOP = (
    "repeal|scrap|abolish|end|halt|freeze|curb|cut back|oppose|resist|vote against|vote down|reverse|phase out|get rid of|do away with"
    "|put a stop to|reject|block|refuse to fund|wind up|shut down|stamp out|root out|fight|tackle|combat|eradicate|overcome|restrict"
    "|bring an end to|put an end to|say no to|tear up|bury|dismantle|limit|reduce|stop|prevent|guard against|campaign against|crack down on"
    "|pull out of|turn our backs on|throw out|cancel|ban|outlaw|be rid of|roll back|slash|starve|undo"
).split("|")
KEEP = (
    "back|extend|protect|defend|fund|restore|bring back|reinstate|expand|build on|strengthen|introduce|bring in|support|stand by|vote for"
    "|champion|keep|save|invest in|press ahead with|safeguard|renew|roll out|make room for|endorse|revive|uphold|welcome|promote|pay for"
    "|see through|hold on to|preserve|sign up to|adopt|encourage|find the money for|fight for|campaign for|put our weight behind|speak up for"
    "|rescue|say yes to|make the most of|deliver"
).split("|")
TELL = (
    "discuss|publish the figures on|hear evidence on|report on|answer questions on|return later to|describe|review|debate|collect data on"
    "|write to members about|hold a hearing on|explain|set out the timetable for|study|make a statement on|consult on|visit the office of"
).split("|")
WILLING = (
    "We will|I shall|My party will|Ministers must|This House ought to|It is time to|Let us|I want to|We intend to|My Government will"
    "|The country needs us to|We have a duty to|I am proud to|Our first act will be to|We have decided to|The Assembly should"
).split("|")
UNWILLING = (
    "We will never|I shall not|My party refuses to|Nobody should|It would be a mistake to|There is no case to|Let us not|It would be folly to"
    "|This House must not|I see no reason to|We cannot afford to|It would be wrong to|Only a fool would"
).split("|")
REPORTED = (
    "{who} said that she would|{who} urged ministers to|{who} called on the Assembly to|{who}, in an interview, promised to|{who} told delegates"
    " that it was time to|{who} asked the Government to|In the view of {who}, the Treasury should|{who} argued that Parliament ought to"
).split("|")
OTHERS = (
    "The party opposite wants to|Some would have us|There are those who wish to|The Opposition has promised to|Certain newspapers ask us to"
    "|A few of my colleagues would like to|The lobbyists would"
).split("|")
PLANNED = "The Chamber will|On Tuesday the committee is to|The department will shortly|After the recess we shall|The panel may|Officials will".split(
    "|"
)
PEOPLE = (
    "Mrs Adair|the Guild of Surveyors|Senator Lund|the Institute of Carriers|Dr Osei|the president of the League|Councillor Vane|a spokesman for"
    " the Union|the Archbishop of Kells|Ms Tanaka|the chair of the Board"
).split("|")
BAD = (
    "has failed|is a disgrace|is a waste of money|has done lasting harm|must go|was a mistake|is not working|punishes the poor|has had its day"
    "|will cost lives|is a cruel joke|makes no sense|rewards the wrong people|is unfair|should never have been allowed|is a scandal"
).split("|")
GOOD = (
    "works|is a lifeline|has proved its worth|must stay|was the right decision|is worth every penny|gives people hope|deserves our support"
    "|has saved lives|should be copied everywhere|is long overdue|has been a success|makes us stronger|has earned our trust"
).split("|")
PLAIN = (
    "was first discussed in 1998|covers nine counties|is described on page four|has been renamed|comes up for debate in May|employs forty people"
    "|is the subject of a report|was mentioned twice this morning|dates from the last century|is run from Dunmore|differs from county to county"
).split("|")
LESS = "the repeal of|a ban on|cuts to|the closure of|the abolition of|a moratorium on|an end to|restrictions on|the loss of|a freeze on".split(
    "|"
)
MORE = "the extension of|the expansion of|the return of|more money for|the protection of|the renewal of|greater use of|investment in".split(
    "|"
)
JOINS = ", and |; |, but |, while |, whereas |, yet |. ".split("|")
FLIP = {FAVOUR: AGAINST, AGAINST: FAVOUR, NONE: NONE}


def clause(name: str, draw: random.Random) -> tuple[str, int]:
    """One clause about ``name`` and its label."""
    kind = draw.random()
    side = draw.choice((FAVOUR, AGAINST))
    verb = draw.choice(KEEP if side == FAVOUR else STOP)
    about = draw.choice(("{}", "the {}")).format(name) if not name[0].isupper() else f"the {name}"
    if kind < 0.30:
        return f"{draw.choice(WILLING)} {verb} {about}", side
    if kind < 0.42:
        return f"{draw.choice(UNWILLING)} {verb} {about}", FLIP[side]
    if kind < 0.54:
        return f"{draw.choice(REPORTED).format(who=draw.choice(PEOPLE))} {verb} {about}", side
    if kind < 0.62:
        return f"{draw.choice(OTHERS)} {verb} {about}", NONE
    if kind < 0.72:
        return f"{draw.choice(PLANNED)} {draw.choice(TELL)} {about}", NONE
    words = draw.choice((GOOD, BAD, PLAIN, PLAIN))
    return f"{about} {draw.choice(words)}", FAVOUR if words is GOOD else AGAINST if words is BAD else NONE


def compound(name: str, draw: random.Random) -> list[tuple[str, str, int]]:
    """A sentence about "a ban on X" or "the extension of X": text, target, label of the compound and of X."""
    less = draw.random() < 0.6
    phrase = f"{draw.choice(LESS if less else MORE)} {'the ' if name[0].isupper() else ''}{name}"
    side = draw.choice((FAVOUR, AGAINST))
    verb = draw.choice(
        ("back", "vote for", "welcome", "press for", "defend")
        if side == FAVOUR
        else ("oppose", "vote against", "resist", "regret")
    )
    text = f"{draw.choice(WILLING[:4] + REPORTED[:3]).format(who=draw.choice(PEOPLE))} {verb} {phrase}."
    text = text[0].upper() + text[1:]
    return [(text, phrase, side), (text, name, FLIP[side] if less else side)]


def simple(target: str) -> str:
    """The target as the grammar can use it, or "" where it is no plain noun phrase."""
    name = re.sub(r"^(?:the|a|an|this|that|these|those|our|his|her|their|its|my) ", "", target.strip(), flags=re.I)
    frame = re.match(r"(?:\w+ing\b|more |less |a |an )|.* (?:who|that|which|from|by|on|at) ", name)
    return "" if frame or len(name.split()) > 5 or not name else name


def composed(targets: list[str], n: int, draw: random.Random) -> list[Example]:
    """About ``n`` composed pairs: single clauses, two clauses on two targets, compounds."""
    names = sorted({simple(target) for target in targets} - {""})
    out: list[Example] = []
    while len(out) < n:
        one, other = draw.sample(names, 2)
        kind = draw.random()
        if kind < 0.2:
            out += [Example(text, target, label) for text, target, label in compound(one, draw)]
            continue
        first, label = clause(one, draw)
        text, pairs = first[0].upper() + first[1:], [(one, label)]
        if kind > 0.45:
            join = draw.choice(JOINS)
            second, label = clause(other, draw)
            second = (
                second
                if join != ". " and not second.startswith(("I ", *PEOPLE)) and second[1:2].islower()
                else second[0].upper() + second[1:]
            )
            text += join + (second if join == ". " else second[0].lower() + second[1:] if not second.startswith("I ") else second)
            pairs.append((other, label))
        out += [Example(f"{text}.", draw.choice((name, f"the {name}")), label) for name, label in pairs]
    return out
