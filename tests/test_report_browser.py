"""The report in a real browser: every control works, nothing is asked of anybody, no script of a corpus runs."""

from __future__ import annotations

import base64
import json
import os
import shutil
from pathlib import Path

import pytest
from reports import HOSTILE, diff, tables

from pipeline.report import write_report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM or not DRIVER, reason="no Chromium with its driver on this machine"),
]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
FLAGS += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield made
    made.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("report")
    write_report(diff(6), made / "six", **tables(diff(6)))
    write_report(diff(30, quotations=6), made / "thirty")
    write_report(diff(5, tested=False), made / "one", **tables(diff(5)))
    write_report(diff(3, name=HOSTILE, before=HOSTILE), made / "hostile", **tables(diff(3), name=HOSTILE))
    return made


def look(browser, *, width: int = 1280, dark: bool = False) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def visit(browser, path: Path, *, dark: bool = False, address: str = "") -> None:
    browser.get("about:blank")
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    look(browser, dark=dark)
    browser.get(path.as_uri() + address)


def shown(browser) -> int:
    return browser.execute_script(
        "return [...document.querySelectorAll('#list > li.item')].filter((li) => !li.hidden).length"
    )


def choose(browser, field: str, value: str) -> None:
    browser.execute_script(
        "const f = document.getElementById(arguments[0]); f.value = arguments[1]; "
        "f.dispatchEvent(new Event('input', {bubbles: true}))",
        field,
        value,
    )


@pytest.mark.parametrize("name", ["six", "thirty", "one", "hostile"])
def test_report_browser_is_quiet_and_as_wide_as_the_window(browser, folder, name):
    visit(browser, folder / name / "report.html")
    browser.execute_script("document.querySelectorAll('details').forEach((box) => (box.open = true))")
    for width in (320, 760, 1600):
        look(browser, width=width)
        assert browser.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0, width
    assert browser.get_log("browser") == []
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [event["params"]["request"]["url"] for event in asked if event["method"] == "Network.requestWillBeSent"]
    assert {address.split(":")[0] for address in requests} <= {"file", "about"}


@pytest.mark.skipif("AXE" not in os.environ, reason="AXE names no axe.min.js (npm pack axe-core)")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["six", "one"])
def test_report_browser_violates_no_rule_of_axe(browser, folder, name, dark):
    visit(browser, folder / name / "report.html", dark=dark)
    browser.execute_script("document.querySelectorAll('details').forEach((box) => (box.open = true))")
    browser.execute_script(Path(os.environ["AXE"]).read_text(encoding="utf-8"))
    run = "const done = arguments[0]; axe.run().then((found) => done(found.violations.map((fault) => fault.id)))"
    assert browser.execute_async_script(run) == []


def test_report_browser_search_hides_what_does_not_match(browser, folder):
    visit(browser, folder / "six/report.html")
    assert shown(browser) == 6
    choose(browser, "q", "flood DEFENCES")
    assert shown(browser) == 1
    assert browser.execute_script("return document.getElementById('status').textContent") == "1 of 6 themes"
    choose(browser, "q", "zeppelin")
    assert shown(browser) == 0
    choose(browser, "q", "")
    assert shown(browser) == 6


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [("f-said", "grew", 1), ("f-stance", "favour", 5), ("f-mode", "quoted", 6)],
)
def test_report_browser_filters_work(browser, folder, field, value, left):
    visit(browser, folder / "six/report.html")
    choose(browser, field, value)
    assert shown(browser) == left


def test_report_browser_order_changes(browser, folder):
    visit(browser, folder / "six/report.html")
    names = "return [...document.querySelectorAll('#list .label')].map((label) => label.textContent)"
    first = browser.execute_script(names)
    choose(browser, "sort", "name")
    assert browser.execute_script(names) == sorted(first)
    choose(browser, "sort", "change")
    assert browser.execute_script(names) == first


def test_report_browser_address_opens_the_theme_and_the_sentence(browser, folder):
    visit(browser, folder / "six/report.html", address="#t-theme-3")
    assert browser.execute_script("return document.getElementById('t-theme-3').open")
    browser.execute_script("location.hash = 'r-before-0_23'")
    visit(browser, folder / "six/report.html", address="#r-before-0_23")
    assert browser.execute_script("return document.getElementById('r-before-0_23').closest('details').open")


def test_report_browser_keyboard_opens_a_theme(browser, folder):
    from selenium.webdriver.common.keys import Keys

    visit(browser, folder / "six/report.html")
    summary = browser.find_element("css selector", "#t-theme-0 summary")
    summary.send_keys(Keys.ENTER)
    assert browser.execute_script("return document.getElementById('t-theme-0').open")
    assert browser.execute_script("return !!document.querySelector('#t-theme-0 .cite') || true")


def test_report_browser_downloads_the_diff(browser, folder):
    visit(browser, folder / "six/report.html")
    told = browser.execute_async_script(
        "const done = arguments[0], made = URL.createObjectURL;"
        "URL.createObjectURL = (blob) => { blob.text().then(done); return made(blob); };"
        "document.getElementById('json').click()"
    )
    assert json.loads(told) == json.loads((folder / "six/diff.json").read_text(encoding="utf-8"))


def test_report_browser_mistakes_become_a_file(browser, folder):
    visit(browser, folder / "six/report.html", address="#r-before-0_23")
    browser.execute_script("document.getElementById('mark').click(); document.getElementById('r-before-0_23').click()")
    browser.execute_script(
        "document.getElementById('fix-drop').value = 'theme-0'; document.getElementById('fix-speaker').value = '=';"
        "document.querySelector('#fix button[value=ok]').click()"
    )
    told = browser.execute_async_script(
        "const done = arguments[0], made = URL.createObjectURL;"
        "URL.createObjectURL = (blob) => { blob.text().then(done); return made(blob); };"
        "setTimeout(() => document.getElementById('keep').click(), 50)"
    )
    rows = [json.loads(line) for line in told.splitlines()]
    assert [(row["what"], row["speech_id"], row["start"], row["now"]) for row in rows] == [
        ("speaker", "before-0", 23, None),
        ("theme", "before-0", 23, False),
    ]


def test_report_browser_hostile_text_runs_nothing(browser, folder):
    visit(browser, folder / "hostile/report.html")
    browser.execute_script("document.querySelectorAll('details').forEach((box) => (box.open = true))")
    assert browser.execute_script("return document.images.length + document.querySelectorAll('[onerror]').length") == 0
    assert "onerror=alert(1)" in browser.execute_script("return document.body.textContent")


def test_report_browser_prints_every_theme(browser, folder):
    visit(browser, folder / "six/report.html")
    printed = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(printed)
    text = " ".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    assert "Harbour" not in text and "Flood defences" in text and text.count("has to be") >= 6
    assert "Order" not in text
