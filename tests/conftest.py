"""What the tests share: where things lie, the command line as a function, and a small corpus of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_CORPUS = ROOT.parent / "shared" / "corpus" / "adcs"
"""Two real documents that are not ours to ship; tests that use them are skipped where the folder is not there."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--golden"))


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or fills the cache of whoever runs it."""
    import os

    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]):
    """Run the command line in this process: ``cli("diff", ...) -> (exit status, stdout, stderr)``."""
    from pipeline.__main__ import main

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            status = int(stop.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


LIBRARY = {
    "north/2019.txt": (
        "Friends, thank you for coming. We will build a public library in every district of the city. "
        "The library budget has been cut for ten years, and that was a mistake.\n\n"
        "Our bus service is in trouble. Buses run late and routes have been closed. "
        "I support the Bus Franchise Bill, and I ask the council to pass it this year.\n"
    ),
    "south/2023.txt": (
        "Good evening. Flood defences come first this year. The river rose twice last winter, and hundreds of homes were flooded. "
        "We oppose the Bus Franchise Bill because it takes money from flood defences.\n\n"
        "Libraries matter to us as well. A library is more than a room with books. "
        "We shall keep every library open.\n"
    ),
}
"""Two short speeches of invented towns: a sub-folder is the group."""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder without manifest with one speech in each of two groups."""
    for name, text in LIBRARY.items():
        path = tmp_path / "library" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "library"
