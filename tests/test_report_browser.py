"""The report in a real browser: every control works, nothing is asked of anybody, no script of a corpus runs."""

from __future__ import annotations

import base64
import json
import os
import shutil
from pathlib import Path

import pytest
from reports import HOSTILE, diff, tables, timeline

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
    write_report(timeline(8, 6, quotations=2), made / "years")
    write_report(timeline(5, 4, ordered=False), made / "towns")
    write_report(timeline(3, 4, name=HOSTILE, ordered=False), made / "hostile-towns")
    write_report(diff(40, name="An unusually long name of a theme that somebody wrote into a codebook of their own"), made / "long")
    write_report(diff(1), made / "single", **tables(diff(1)))
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


@pytest.mark.parametrize(
    "name", ["six", "thirty", "one", "hostile", "single", "long", "years", "towns", "hostile-towns"]
)
def test_report_browser_is_quiet_and_as_wide_as_the_window(browser, folder, name):
    visit(browser, folder / name / "report.html")
    browser.execute_script("document.querySelectorAll('details').forEach((box) => (box.open = true))")
    for width in (320, 768, 1280, 1600):
        look(browser, width=width)
        assert browser.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0, width
    assert browser.get_log("browser") == []
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [event["params"]["request"]["url"] for event in asked if event["method"] == "Network.requestWillBeSent"]
    assert {address.split(":")[0] for address in requests} <= {"file", "about"}


@pytest.mark.skipif("AXE" not in os.environ, reason="AXE names no axe.min.js (npm pack axe-core)")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["six", "one", "years", "towns"])
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
    assert browser.execute_script("return location.hash") == "#t-theme-0"
    buttons = browser.find_elements("css selector", "#t-theme-0 .share button")
    assert [button.text for button in buttons] == ["Copy link", "Copy with numbers"]
    buttons[0].send_keys(Keys.ENTER)
    assert until(browser, "return document.querySelector('#t-theme-0 .share button').textContent === 'Copied'")


@pytest.mark.parametrize(("name", "file"), [("six", "diff"), ("thirty", "diff"), ("years", "timeline")])
@pytest.mark.parametrize("kind", ["json", "csv"])
def test_report_browser_downloads_what_lies_beside_the_page(browser, folder, name, file, kind):
    visit(browser, folder / name / "report.html")
    told = browser.execute_async_script(
        "const done = arguments[1], made = URL.createObjectURL;"
        "URL.createObjectURL = (blob) => { blob.text().then(done); return made(blob); };"
        "document.getElementById(arguments[0]).click()",
        kind,
    )
    beside = (folder / name / f"{file}.{kind}").read_text(encoding="utf-8")
    assert json.loads(told) == json.loads(beside) if kind == "json" else told == beside


def until(browser, script: str) -> bool:
    """Whether ``script`` becomes true within two seconds."""
    return browser.execute_async_script(
        "const done = arguments[1], check = new Function(arguments[0]); let left = 40;"
        "(function look() { if (check() || !left--) done(!!check()); else setTimeout(look, 50); })()",
        script,
    )


@pytest.mark.parametrize("name", ["six", "thirty"])
def test_report_browser_leads_from_a_quotation_to_its_text_and_back(browser, folder, name):
    written = folder / "texts" / name
    long = tables(diff(6))["speeches"]
    if name == "thirty":
        long = long.assign(text=long["text"] + "\n\nAnd so on." * 15_000)
    write_report(diff(6), written, **{**tables(diff(6)), "speeches": long})
    visit(browser, written / "report.html", address="#t-theme-0")
    link = browser.find_element("css selector", "#t-theme-0 a.at")
    link.send_keys("\n")
    assert until(browser, "return location.hash.startsWith('#r-') && !!document.querySelector('.back')")
    assert browser.execute_script("return location.pathname").endswith("reading.html" if name == "thirty" else "report.html")
    assert browser.execute_script("return document.querySelector(location.hash).closest('details').open")
    browser.find_element("css selector", ".back").send_keys("\n")
    assert until(browser, "return /^#q\\d+$/.test(location.hash) && document.querySelector(location.hash).closest('details').open")


def test_report_browser_clears_its_filters(browser, folder):
    visit(browser, folder / "six/report.html")
    assert not browser.find_element("id", "clear").is_displayed()
    choose(browser, "q", "zeppelin")
    choose(browser, "f-said", "grew")
    assert shown(browser) == 0 and browser.find_element("id", "clear").is_displayed()
    assert browser.execute_script("return [...document.querySelectorAll('.kind')].every((kind) => kind.hidden)")
    browser.find_element("id", "clear").send_keys("\n")
    assert shown(browser) == 6 and browser.switch_to.active_element.get_attribute("id") == "q"


def test_report_browser_lists_themes_under_what_is_said_of_them(browser, folder):
    visit(browser, folder / "six/report.html")
    heads = "return [...document.querySelectorAll('.kind')].filter((e) => e.offsetHeight).map((e) => e.textContent)"
    assert len(browser.execute_script(heads)) == 6
    choose(browser, "sort", "name")
    assert browser.execute_script(heads) == []
    names = browser.execute_script("return [...document.querySelectorAll('#list > .item .label')].map((e) => e.textContent)")
    assert names == sorted(names)
    choose(browser, "sort", "change")
    assert len(browser.execute_script(heads)) == 6


@pytest.mark.parametrize(
    ("field", "value", "left"), [("f-said", "grew", 2), ("f-said", "differs", 1), ("f-out", "1", 1), ("q", "flood", 1)]
)
def test_report_browser_timeline_filters_work(browser, folder, field, value, left):
    visit(browser, folder / "years/report.html")
    assert shown(browser) == 8
    choose(browser, field, value)
    assert shown(browser) == left


def test_report_browser_timeline_opens_with_a_large_picture(browser, folder):
    visit(browser, folder / "years/report.html", address="#t-theme-2")
    assert until(browser, "return document.querySelectorAll('#t-theme-2 .big').length === 1")
    small, big = (browser.find_element("css selector", f"#t-theme-2 {part}") for part in ("summary .line", ".big .line"))
    assert big.size["height"] > 3 * small.size["height"]
    rows = browser.find_elements("css selector", "#t-theme-2 tbody tr")
    assert len(rows) == 6 and rows[0].find_element("css selector", "th").text == "2001"


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
    assert text.index("Twin towns" if "Twin towns" in text else "Flood defences") < text.index("has to be")
    assert browser.execute_script("return document.querySelectorAll('.overview').length") == 0


@pytest.mark.parametrize("name", ["six", "years"])
def test_report_browser_every_control_is_reached_by_keyboard(browser, folder, name):
    visit(browser, folder / name / "report.html")
    wanted = browser.execute_script(
        "return document.querySelectorAll('input:not([hidden]), select, summary, button:not([hidden]), a[href]').length"
    )
    assert wanted > 15
    lost = browser.execute_script(
        "return [...document.querySelectorAll('input, select, summary, button, a[href]')].filter((e) => e.checkVisibility())"
        ".filter((e) => { e.focus(); return document.activeElement !== e || e.tabIndex < 0; }).map((e) => e.outerHTML)"
    )
    assert lost == []
