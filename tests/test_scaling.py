"""The recipes of docs/scaling.md, carried out: a Dask cluster by its address, and an archive in the shape of ParlaMint's."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from pipeline import partitions, run, store
from pipeline.records import SPEECHES, conform
from pipeline.steps import segments


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.mark.cluster
@pytest.mark.slow
def test_scaling_cluster_loses_a_worker_and_leaves_the_same_bytes(tmp_path, monkeypatch):
    """A scheduler and two workers as in the recipe, on this machine; one is killed while it computes."""
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    texts = [f"“The wall of ward {n} is old,” said Ada North. She will mend it." for n in range(24)]
    speeches = conform(pd.DataFrame({"speech_id": [f"s{n}" for n in range(24)], "text": texts}), SPEECHES)
    monkeypatch.setattr(segments, "partitions", partial(partitions.partitions, characters=100))
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = [sys.executable, "-m", "dask"]
    worker = [*dask, "worker", address, "--nworkers", "1", "--nthreads", "1", "--memory-limit", "2GiB", "--no-dashboard", "--no-nanny"]
    started = [subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1], "--no-dashboard"], cwd=tmp_path)]
    try:
        started += [subprocess.Popen([*worker, "--name", f"w{n}"], cwd=tmp_path) for n in range(2)]
        wait_for_workers(address, 2)
        found: list = []
        cluster = tmp_path / "cluster"
        executor = address.replace("tcp", "dask")
        walking = threading.Thread(target=lambda: found.append(run.utter(speeches, executor=executor, cache=cluster)))
        walking.start()
        deadline = time.monotonic() + 240
        while not list(cluster.rglob("*.table")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(started[1].pid, signal.SIGKILL)
        walking.join(timeout=240)
        assert found and found[0][1].empty and found[0][0]["speech_id"].nunique() == 24
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()
    run.utter(speeches, cache=tmp_path / "local")
    one, other = ({p.name: p.read_bytes() for p in (tmp_path / name).rglob("*.table")} for name in ("local", "cluster"))
    assert len(one) > 4
    assert one == other


def wait_for_workers(address: str, n: int) -> None:
    from distributed import Client

    with Client(address, timeout=120, set_as_default=False) as client:
        client.wait_for_workers(n, timeout=240)


SITTING = """<?xml version="1.0" encoding="UTF-8"?><TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="ParlaMint-QQ_{date}"><teiHeader><fileDesc>
<titleStmt><title type="main">Sitting of {date}</title></titleStmt><publicationStmt><p/></publicationStmt><sourceDesc><bibl>
<date when="{date}">{date}</date></bibl></sourceDesc></fileDesc></teiHeader><text><body><div type="debateSection">
<u who="#HillAnn" ana="#regular"><seg>{said} must be paid for by the county this year.</seg></u>
<u who="#ReedTom" ana="#regular"><seg>We have heard that before. {said} can wait until the spring.</seg></u></div></body></text></TEI>"""


def test_scaling_archive_of_parlamint_is_compared_part_by_part(cli, tmp_path, monkeypatch):
    """An archive as they are published: NAME.tgz with NAME/NAME.TEI/YEAR/SITTING.xml, and a root file."""
    pytest.importorskip("lxml", reason="the extra [xml] is not installed")
    monkeypatch.chdir(tmp_path)
    top = Path("made/ParlaMint-QQ/ParlaMint-QQ.TEI")
    for year, said in ((2019, "The night bus"), (2020, "The night bus"), (2021, "The school roof"), (2022, "The school roof")):
        (top / str(year)).mkdir(parents=True)
        for day in range(1, 4):
            path = top / str(year) / f"ParlaMint-QQ_{year}-05-0{day}.xml"
            path.write_text(SITTING.format(date=f"{year}-05-0{day}", said=said), encoding="utf-8")
    (top / "ParlaMint-QQ.xml").write_text('<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/></teiCorpus>', encoding="utf-8")
    with tarfile.open("ParlaMint-QQ.tgz", "w:gz") as archive:
        archive.add("made/ParlaMint-QQ", "ParlaMint-QQ")
    Path("policy.toml").write_text(
        '[[theme]]\nname = "Buses"\nphrases = ["night bus"]\n[[theme]]\nname = "Schools"\nphrases = ["school roof"]\n', encoding="utf-8"
    )

    subprocess.run(["tar", "-xzf", "ParlaMint-QQ.tgz"], check=True)
    assert cli("ingest", "ParlaMint-QQ/ParlaMint-QQ.TEI", "-o", "parlamint-qq.parquet")[0] == 0
    speeches = store.read("parlamint-qq.parquet", SPEECHES)
    assert len(speeches) == 12 and set(speeches["group"].astype(str)) == {"2019", "2020", "2021", "2022"}
    sides = ("--by", "group", "--before", "2019-2020", "--after", "2021-2022")
    status, _, said = cli(
        "diff", "parlamint-qq.parquet", "--bulk", *sides, "--codebook", "policy.toml", "--executor", "local", "--cache", "cache", "-o", "out"
    )
    assert status == 0, said
    found = {theme["label"]: theme["change"] for theme in json.loads(Path("out/diff.json").read_text(encoding="utf-8"))["themes"]}
    assert found == {"Buses": "vanished", "Schools": "appeared"}
    mentions = store.read("out/mentions.parquet")
    assert set(mentions["speaker"].dropna()) and len(mentions) >= 24
