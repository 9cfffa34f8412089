"""What is printed of the shipped digests, word for word. Rewritten only by `make golden`; look at the difference.

Without stances: the int8 model of them rounds differently on processors of another kind, and their tests hold it to its card.
"""

from __future__ import annotations

import json

from conftest import ROOT

GOLDEN = ROOT / "tests" / "golden"


def test_golden_report_of_the_digests(cli, tmp_path, monkeypatch, golden):
    monkeypatch.setenv("COLUMNS", "100")
    corpus = ROOT / "corpus" / "adcs"
    status, said, _ = cli("diff", corpus, "--by", "presidency", "--before", "2022", "--after", "2024", "--no-stance", "-o", tmp_path)
    assert status == 0
    diff = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    made = {
        "adcs.txt": "\n".join(line.rstrip() for line in said.replace(f"{tmp_path}/", "").splitlines()) + "\n",
        "adcs.json": json.dumps(summary(diff), ensure_ascii=False, indent=1) + "\n",
    }
    for name, text in made.items():
        if golden:
            GOLDEN.mkdir(exist_ok=True)
            (GOLDEN / name).write_text(text, encoding="utf-8")
        assert text == (GOLDEN / name).read_text(encoding="utf-8"), f"{name} differs; `make golden` rewrites it"


def summary(diff: dict) -> dict:
    """Of each theme: counts, change, verdict, and where its quotations stand."""

    def line(item: dict) -> dict:
        return {
            "label": item["label"],
            "segments": [item[side]["n_segments"] for side in ("before", "after")],
            "change": item["change"],
            "verdict": item["verdict"],
            "evidence": [f"{q['speech_id']} {q['start']}-{q['end']}" for q in item["evidence"]],
        }

    return {"themes": [line(item) for item in diff["themes"]]}
