"""The whole walk: partitions of speeches through the stages, cached by content, on one process or many.

An unchanged partition is read, never computed again, and a walk that was killed goes on where it stopped. Themes and the diff
need both sides at once and come after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import language, sides
from pipeline.encode import Encoder, load
from pipeline.partitions import Progress
from pipeline.records import Diff, Theme, Timeline
from pipeline.steps.mentions import mention
from pipeline.steps.segments import named, utter, utter_parts
from pipeline.steps.stances import no_stances, take_stances

__all__ = ["Walk", "mention", "models", "take_stances", "utter", "walk"]


@dataclass(frozen=True)
class Walk:
    """Everything that a walk made: the tables, the themes, the diff, and the speeches that failed (speech_id, error).

    ``diff`` is a :class:`pipeline.records.Timeline` where no sides were named.
    """

    speeches: pd.DataFrame
    segments: pd.DataFrame
    mentions: pd.DataFrame
    stances: pd.DataFrame
    themes: tuple[Theme, ...]
    diff: Diff | Timeline
    failed: pd.DataFrame


def walk(
    speeches: pd.DataFrame,
    *,
    by: str,
    before: str | None = None,
    after: str | None = None,
    order: str | Sequence[str] | None = None,
    codebook: str | Path | None = None,
    themes: str | int | None = None,
    targets: Sequence[str] | str | Path | None = None,
    stance: bool = True,
    modes: Sequence[str] | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    hand_codes: pd.DataFrame | None = None,
    error_rates: pd.DataFrame | None = None,
    corrections: str | Path | None = None,
    encoder: str | Encoder | None = None,
    executor: str = "local",
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Walk:
    """From speeches to a diff of themes: of two sides, or of all groups where no sides are named.

    Parameters
    ----------
    speeches : table of speeches, as :func:`pipeline.ingest.read_speeches` makes it; only those compared are used.
    by, before, after : the grouping variable and its two sides: a value, a list ``a,b``, or a range ``2009-2016``.
    order : without sides, which groups and in which order (:func:`pipeline.diff.follow`).
    codebook : TOML file of themes to code by; None discovers them.
    themes : how many themes to discover, or ``auto``; with a codebook, how many to add of what it misses. None is ``auto``
        without a codebook, and none beside one.
    targets : names to tag stances on, or a file of them; None finds them in the text.
    stance : False leaves the stances out.
    modes : the modes of speech that count; None is what the president says, and all prose where the corpus names no president.
    cluster, covariates : the unit of the tests above the speech, and what they hold equal (:func:`pipeline.diff.compare`).
    hand_codes, error_rates : what is known of the coder's errors (:func:`pipeline.diff.compare`); rates are for two sides.
    corrections : file of decisions changed by hand, as the report saves it (:mod:`pipeline.corrections`).
    encoder : name of an encoder, or an object with ``encode``; the work of one without ``sha256`` is not cached.
    executor : see :func:`pipeline.executors.run`.
    cache : folder of what was computed before; None keeps nothing.

    Raises
    ------
    ValueError
        When a side names no speech, one side is named without the other, or nothing that counts is left on one.
    """
    from pipeline.diff import compare, follow
    from pipeline.diff.grouped import countable
    from pipeline.stance import find_targets

    say = progress or (lambda *_: None)
    chosen = _compared(speeches, by, before, after, order)
    parts, names = named(chosen)
    segments, failed = utter_parts(parts, names, executor=executor, cache=cache, progress=progress)
    if segments.empty:
        raise ValueError(f"The {len(chosen)} speeches must hold some prose. Got none that could be cut into sentences.")
    counted = segments[segments["mode"] != "furniture"].reset_index(drop=True)
    say("Themes", 0, 1)
    made_of = [*names, "failed", *failed["speech_id"]]
    mentions, found = mention(counted, made_of=made_of, codebook=codebook, themes=themes, encoder=encoder, cache=cache)
    say("Themes", 1, 1)
    stances = None
    if stance:
        pairs = find_targets(mentions, found, targets=targets)
        pairs = pairs[countable(pairs, modes)].reset_index(drop=True)  # what no side counts is not read
        stances = take_stances(pairs, executor=executor, cache=cache, progress=progress)
    by_hand: tuple[str, ...] = ()
    if corrections:
        from pipeline import corrections as marked

        known = stances if stances is not None else no_stances()
        mentions, corrected, n = marked.apply(mentions, known, marked.read(corrections), themes=found)
        stances = corrected if stance else None
        by_hand = (f"{n} decision{'' if n == 1 else 's'} of the tool changed by hand.",)
    unit: dict[str, Any] = {"cluster": cluster, "covariates": covariates}
    errors: dict[str, Any] = {"hand_codes": hand_codes, "error_rates": error_rates}
    diff: Diff | Timeline
    if before is not None and after is not None:
        asked: dict[str, Any] = {"by": by, "before": before, "after": after, "modes": modes, "words": True, **unit, **errors}
        diff = compare(mentions, stances=stances, themes=found, **asked)
    else:
        diff = follow(mentions, by=by, order=order, stances=stances, themes=found, modes=modes, hand_codes=hand_codes, **unit)
    options = {
        "codebook": Path(codebook).name if codebook else None,
        "themes": "auto" if themes is None and codebook is None else themes,
        "targets": list(targets) if isinstance(targets, (list, tuple)) else (Path(str(targets)).name if targets else None),
        "stance": stance,
        "corrections": Path(corrections).name if corrections else None,
        "encoder": getattr(load(encoder), "name", type(encoder).__name__),
    }
    diff = replace(diff, settings={**diff.settings, **options}, models=models(stance=stance), notes=(*diff.notes, *by_hand))
    return Walk(chosen, segments, mentions, stances if stances is not None else no_stances(), found, diff, failed)


def _compared(
    speeches: pd.DataFrame, by: str, before: str | None, after: str | None, order: str | Sequence[str] | None
) -> pd.DataFrame:
    """The speeches of the two sides, or of the groups in ``order``, or of all groups."""
    if before is not None and after is not None:
        one, other = sides.pair(speeches, by, before, after)
        return speeches[one | other].reset_index(drop=True)
    if before is not None or after is not None:
        raise ValueError(f"Both sides must be named, or neither. Got {before or after!r} alone.")
    known = sides.values_of(speeches, by)
    named = known if order is None or isinstance(order, str) else order
    wanted = {value for name in named for value in sides.members(known, name, by=by)}
    return speeches[speeches[by].map(lambda value: pd.notna(value) and sides.text_of(value) in wanted)].reset_index(drop=True)


def models(*, stance: bool) -> tuple[dict, ...]:
    """Name, version and hash of the committed models that a walk rests on."""
    names = ("punkt", "encoder", "stance") if stance else ("punkt", "encoder")
    return tuple(language.model_card(name) for name in names)
