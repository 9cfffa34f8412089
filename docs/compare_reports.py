"""Make the pages of two neighbours on the corpus of a report of ours, and measure all three alike (docs/compare-reports.md).

Each step runs in the environment that has what it needs; nothing of this is a test::

    themeshift diff corpus/sotu --by year --before 2009-2016 --after 2017-2020 --codebook policy-agendas -o build/peers/ours
    python docs/compare_reports.py prepare build/peers/ours 2009-2016 2017-2020 build/peers   # themeshift
    python docs/compare_reports.py scattertext build/peers                                    # pip install scattertext
    python docs/compare_reports.py bertopic build/peers                                       # pip install bertopic
    python docs/compare_reports.py inline build/peers d3.min.js d3-scale-chromatic.min.js     # of the npm packages
    AXE=axe.min.js python docs/compare_reports.py measure build/peers docs                    # selenium, Chromium

``inline`` puts the scripts that Scattertext's page asks other hosts for into a copy of it, so that it draws without a network.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars"
)

SEED = 7
"""Of the projection in BERTopic, so that a second run makes the same page."""

LOADED = 8
"""Seconds after which a page counts as loaded; Scattertext draws some thousand words."""


def prepare(report: Path, before: str, after: str, folder: Path) -> None:
    """Write the counted segments with their side, and a vector each, for tools that ask for one."""
    import numpy as np

    from pipeline import sides, store
    from pipeline.encode import StaticEncoder
    from pipeline.records import SEGMENTS

    segments = store.read(report / "segments.parquet", SEGMENTS)
    segments = segments[segments["mode"].isin(["spoken", "quoted", "reported"])]
    one, other = sides.pair(segments, "year", before, after)
    rows = segments.assign(side=np.select([one, other], [before, after], ""))
    rows = rows.loc[rows["side"] != "", ["speech_id", "side", "text"]].reset_index(drop=True)
    folder.mkdir(parents=True, exist_ok=True)
    rows.to_csv(folder / "segments.csv", index=False)
    np.save(folder / "vectors.npy", StaticEncoder().encode(rows["text"].tolist()))


def scattertext(folder: Path) -> None:
    """Scattertext's explorer, as its README makes it."""
    import pandas as pd
    import scattertext as st

    rows = pd.read_csv(folder / "segments.csv")
    before, after = dict.fromkeys(rows["side"])
    corpus = st.CorpusFromPandas(rows, category_col="side", text_col="text", nlp=st.whitespace_nlp_with_sentences).build()
    html = st.produce_scattertext_explorer(
        corpus, category=before, category_name=before, not_category_name=after, width_in_pixels=1000, metadata=rows["speech_id"]
    )
    (folder / "scattertext.html").write_text(html, encoding="utf-8")


def inline(folder: Path, scripts: list[Path]) -> None:
    """A copy of Scattertext's page that carries the scripts it asks other hosts for, in their order."""
    html = (folder / "scattertext.html").read_text(encoding="utf-8")
    for script in scripts:
        code = script.read_text(encoding="utf-8")
        html = re.sub(
            r'<script src="https?://[^"]+"[^>]*></script>', lambda _, code=code: f"<script>{code}</script>", html, count=1
        )
    (folder / "scattertext-inline.html").write_text(html, encoding="utf-8")


def bertopic(folder: Path) -> None:
    """BERTopic's topics per class, the view of its documentation that compares sides."""
    import numpy as np
    import pandas as pd
    from bertopic import BERTopic
    from umap import UMAP

    rows = pd.read_csv(folder / "segments.csv")
    model = BERTopic(umap_model=UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=SEED))
    model.fit(rows["text"].tolist(), np.load(folder / "vectors.npy"))
    classes = model.topics_per_class(rows["text"].tolist(), classes=rows["side"].tolist())
    model.visualize_topics_per_class(classes, top_n_topics=30).write_html(folder / "bertopic.html")


def measure(folder: Path, pictures: Path) -> None:
    """Write what is found of each page to ``measured.json``, and take its picture."""
    from selenium import webdriver

    names = {
        "themeshift": "ours/report.html",
        "Scattertext": "scattertext.html",
        "Scattertext-inline": "scattertext-inline.html",
        "BERTopic": "bertopic.html",
    }
    pages = {name: folder / path for name, path in names.items()}
    options = webdriver.ChromeOptions()
    options.binary_location = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    for flag in (*FLAGS.split(), f"--user-data-dir={tempfile.mkdtemp()}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    browser.set_script_timeout(300)
    try:
        found = [{"page": name, **_measured(browser, path, pictures, name)} for name, path in pages.items() if path.exists()]
    finally:
        browser.quit()
    (folder / "measured.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _measured(browser, path: Path, pictures: Path, name: str) -> dict[str, object]:
    import time

    browser.get("about:blank")
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    _look(browser, 1280)
    browser.get(path.resolve().as_uri())
    time.sleep(LOADED)
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    hosts = sorted({address.split("/")[2] for address in asked if address.startswith("http")})
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    picture = base64.b64decode(browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"])
    (pictures / f"report-{name.lower()}.png").write_bytes(picture)
    wide = {}
    for width in (320, 768, 1280):
        _look(browser, width)
        wide[width] = browser.execute_script("return Math.max(0, document.documentElement.scrollWidth - innerWidth)")
    _look(browser, 1280)
    browser.execute_script(Path(os.environ["AXE"]).read_text(encoding="utf-8"))
    run = "const done = arguments[0]; axe.run().then((all) => done(all.violations.map((one) => [one.id, one.nodes.length])))"
    reached = "'a[href], button, input, select, summary, [tabindex]'"
    focus = f"return [...document.querySelectorAll({reached})].filter((e) => e.tabIndex >= 0).length"
    return {
        "bytes": path.stat().st_size,
        "hosts": hosts,
        "errors": len(errors),
        "wider_than_the_window_by": wide,
        "axe": dict(browser.execute_async_script(run)),
        "controls_in_the_tab_order": browser.execute_script(focus),
    }


def _look(browser, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    first = steps.add_parser("prepare")
    first.add_argument("report", type=Path)
    first.add_argument("before")
    first.add_argument("after")
    first.add_argument("folder", type=Path)
    for name in ("scattertext", "bertopic"):
        steps.add_parser(name).add_argument("folder", type=Path)
    copy = steps.add_parser("inline")
    copy.add_argument("folder", type=Path)
    copy.add_argument("scripts", type=Path, nargs="+")
    last = steps.add_parser("measure")
    last.add_argument("folder", type=Path)
    last.add_argument("pictures", type=Path)
    chosen = vars(parser.parse_args())
    done = {"prepare": prepare, "scattertext": scattertext, "inline": inline, "bertopic": bertopic, "measure": measure}
    done[chosen.pop("step")](**chosen)


if __name__ == "__main__":
    main()
