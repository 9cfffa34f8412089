"""What a comparison rests on, for its record: the options that count, and the version of the program."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

from pipeline.diff import verdicts
from pipeline.records import COUNTED_MODES


def settings(modes: Sequence[str] | None, speech: str, theme: str, **chosen: object) -> dict[str, object]:
    """The options of a comparison, and the thresholds of its verdicts."""
    return {
        "modes": sorted(modes) if modes else list(COUNTED_MODES),
        "speech": speech,
        "theme": theme,
        **chosen,
        "claim_at": verdicts.CLAIM_AT,
        "same_factor": verdicts.SAME_FACTOR,
        "confidence": 0.95,
    }


def program() -> dict[str, str]:
    """Name and version of the program."""
    try:
        return {"themeshift": installed("themeshift")}
    except PackageNotFoundError:
        return {"themeshift": "unknown"}
