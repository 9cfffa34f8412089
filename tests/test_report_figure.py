"""The picture as a file: SVG and PNG by its ending, and one sentence for anything else."""

from __future__ import annotations

import sys

import pytest
from reports import HOSTILE, diff

from pipeline.report import check_figure, figure, to_json, write_figure

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("name", ["figure.svg", "deep/figure.SVG"])
def test_figure_svg_is_the_picture(tmp_path, name):
    path = write_figure(diff(), tmp_path / name)
    assert path.read_text(encoding="utf-8") == figure(diff())


@pytest.mark.parametrize("found", [diff(), diff(0), diff(3, name=HOSTILE), diff(30, tested=False)])
def test_figure_png_is_twice_as_large(tmp_path, found):
    pytest.importorskip("resvg_py")
    content = write_figure(found, tmp_path / "figure.png").read_bytes()
    assert content.startswith(PNG)
    assert int.from_bytes(content[16:20], "big") == 1920


@pytest.mark.parametrize("name", ["figure.pdf", "figure", "figure.svg.gz", "png"])
def test_figure_of_another_ending_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(ValueError, match=r"The figure must end in \.svg or \.png\. Got '"):
        write_figure(diff(), tmp_path / name)
    assert not (tmp_path / name).exists()


def test_figure_png_without_its_library_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ImportError, match=r"pip install 'themeshift\[figure\]'"):
        check_figure(tmp_path / "figure.png")
    assert check_figure(tmp_path / "figure.svg") == ".svg"


def test_figure_of_the_report_command_follows_its_ending(tmp_path):
    pytest.importorskip("resvg_py")
    from pipeline.__main__ import main

    (tmp_path / "diff.json").write_text(to_json(diff()), encoding="utf-8")
    command = ["report", str(tmp_path / "diff.json"), "-o", str(tmp_path / "out")]
    assert main([*command, "--figure", str(tmp_path / "f.png")]) == 0
    assert (tmp_path / "f.png").read_bytes().startswith(PNG)
    assert main([*command, "--figure", str(tmp_path / "f.gif"), "-o", str(tmp_path / "none")]) == 2
    assert not (tmp_path / "none").exists()


def test_figure_says_what_its_lines_are_only_where_there_are_some():
    assert "95 % intervals" in figure(diff())
    assert "95 % intervals" not in figure(diff(tested=False)) and "describes these texts only" in figure(diff(tested=False))
