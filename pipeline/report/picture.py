"""The picture as a file: SVG, or PNG where a program takes no other."""

from __future__ import annotations

from pathlib import Path

from pipeline import store
from pipeline.records import Diff, Timeline
from pipeline.report import forms

ENDINGS = (".svg", ".png")

ZOOM = 2
"""Pixels of the PNG for one of the SVG: 1920 wide, which fills a slide."""


def write_figure(result: Diff | Timeline, path: str | Path) -> Path:
    """Write the picture of a result, as SVG or PNG by the ending of ``path``.

    Raises
    ------
    ValueError
        When ``path`` ends in neither .svg nor .png.
    ImportError
        When it ends in .png and the extra [figure] is not installed.
    """
    ending = checked(path)
    svg = forms.figure(result)
    store.write_bytes(path, svg.encode("utf-8", errors="replace") if ending == ".svg" else to_png(svg))
    return Path(path)


def checked(path: str | Path) -> str:
    """The ending of ``path``; raises as :func:`write_figure`, so that a long run can ask before it begins."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"The figure must end in {' or '.join(ENDINGS)}. Got {Path(path).name!r}.")
    if ending == ".png":
        _resvg()
    return ending


def to_png(svg: str) -> bytes:
    """``svg`` as PNG, ``ZOOM`` times as large, with the sans-serif fonts of this machine."""
    drawn: bytes = _resvg().svg_to_bytes(svg_string=svg, zoom=ZOOM)
    return drawn


def _resvg():  # type: ignore[no-untyped-def]
    try:
        import resvg_py
    except ImportError:
        raise ImportError("A PNG needs the library resvg-py. Install it: pip install 'themeshift[figure]'") from None
    return resvg_py
