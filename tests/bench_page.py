"""The page of ``tests/bench.py``: its measurements as tables, and which aims they reach."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import bench_work as steps

MARKS = ("<!-- make bench: begin -->", "<!-- make bench: end -->")

TIMES = {"Scattertext": 3.0, "textacy": 20.0, "KeyNMF": 35.0, "BERTopic": 50.0}
"""How many times our CPU seconds for themes each tool is to take."""

Row = Mapping[str, Any]


class Asked(NamedTuple):
    """A measurement: its name, words of the sample, how many times they are repeated, sentences for other tools."""

    name: str
    words: int
    scale: int = 1
    sentences: int = 0

    @property
    def title(self) -> str:
        """How it is called on the screen."""
        return f"{self.name}, {self.scale}x" if self.name in steps.WALKS else self.name


def aims(found: Mapping[Asked, Row]) -> Iterator[tuple[str, float, float, bool]]:
    """What was aimed at: its name, the figure measured, the figure aimed at, and whether more is better."""
    by_name: dict[str, list[Row]] = {}
    for asked, row in found.items():
        by_name.setdefault(asked.name, []).append(row)
    only = {name: rows[0] for name, rows in by_name.items()}
    rate = {name: row["words"] / row["cpu"] for name, row in only.items() if row["words"]}
    yield "count path, words a second", only["count path"]["words"] / only["count path"]["wall"], 100_000, True
    yield "count path, times the bare loop", rate["count path"] / rate["bare loop"], 0.6, True
    yield "lemmas, times spaCy's own pipe", rate["lemmas"] / rate["lemmas, spaCy's own"], 2.4, True
    largest = by_name["walk"][-1]
    yield "whole walk at the largest size, words a second", largest["words"] / largest["wall"], 30_000, True
    for name in ("bulk", "walk"):
        least, largest = by_name[name][0], by_name[name][-1]
        yield f"{name}, largest process, MB", largest["peak"], 500, False
        yield f"{name}, its growth from 1x", largest["peak"] / least["peak"], 1.05, False
    yield "start of the command, seconds", only["start of the command"]["wall"], 0.5, False
    yield "unchanged command on 2.0 M words, seconds", only["unchanged command"]["wall"], 1.0, False
    themes = only["ours on sentences"]["cpu"]
    for name, times in TIMES.items():
        if name in only:
            yield f"{name}, times our themes", only[name]["cpu"] / themes, times, True


def page(found: Mapping[Asked, Row]) -> str:
    """The tables of a page."""
    rows = {asked: row for asked, row in found.items() if asked.name in steps.STAGES}
    first = next(row for asked, row in rows.items() if asked.name == "bare loop")
    loads = [row["load"] for row in found.values()]
    lines = [
        f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}; load average {min(loads):.1f} to {max(loads):.1f}.",
        "",
        "| step, on one thread | words | CPU s | wall s | words / CPU-s | times the bare loop | peak MB |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {asked.name} | {row['words']:,} | {row['cpu']:.2f} | {row['wall']:.2f} | {row['words'] / row['cpu']:,.0f} "
            f"| {row['words'] / row['cpu'] / first['words'] * first['cpu']:.2f} | {row['peak']:.0f} |"
            for asked, row in rows.items()
        ),
        "",
        "| whole walk, on all cores | words | CPU s | wall s | words / wall s | words / CPU-s | peak MB | peak to 1x |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for asked, row in found.items():
        if asked.name in steps.WALKS:
            least = next(other for one, other in found.items() if one.name == asked.name)
            lines.append(
                f"| {asked.title} | {row['words']:,} | {row['cpu']:.1f} | {row['wall']:.1f} | {row['words'] / row['wall']:,.0f} "
                f"| {row['words'] / row['cpu']:,.0f} | {row['peak']:.0f} | {row['peak'] / least['peak']:.2f} |"
            )
    lines += ["", "| the command | words | CPU s | wall s |", "|---|---|---|---|"]
    lines += [
        f"| {asked.name} | {row['words'] or '':{',' if row['words'] else ''}} | {row['cpu']:.2f} | {row['wall']:.2f} |"
        for asked, row in found.items()
        if asked.name in steps.COMMANDS
    ]
    tools = {asked: row for asked, row in found.items() if asked.sentences}
    themes, counts = (next(row for asked, row in tools.items() if asked.name == name) for name in steps.OURS)
    many = next(iter(tools)).sentences
    lines += [
        "",
        f"| on the same {many:,} sentences ({themes['words']:,} words) | CPU s | words / CPU-s | times our themes | times our counts | peak MB |",
        "|---|---|---|---|---|---|",
        *(
            f"| {steps.OURS.get(asked.name, asked.name)} | {row['cpu']:.2f} | {row['words'] / row['cpu']:,.0f} "
            f"| {row['cpu'] / themes['cpu']:.1f} | {row['cpu'] / counts['cpu']:.1f} | {row['peak']:.0f} |"
            for asked, row in tools.items()
        ),
    ]
    lines += ["", "| aim | measured | aimed at | reached |", "|---|---|---|---|"]
    for name, figure, aim, more in aims(found):
        reached = figure >= aim if more else figure <= aim
        lines.append(
            f"| {name} | {figure:,.{2 if aim < 100 else 0}f} | {'>=' if more else '<='} {aim:,g} | {'yes' if reached else 'no'} |"
        )
    return "\n".join(lines) + "\n"


def between(text: str, tables: str) -> str:
    """A page with ``tables`` between its marks; a page without marks gets them at its end."""
    before, _, rest = text.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2] if rest else "\n"
    return f"{before}{MARKS[0]}\n\n{tables}\n{MARKS[1]}{after}"


def processor() -> str:
    """Name of the processor."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
