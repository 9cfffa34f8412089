"""Take the pictures of the documentation: ``python docs/screenshots.py REPORT.html docs/report.png`` (``make screenshots``).

Needs Chromium; ``--dark`` and ``--width`` choose the view.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars"
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def picture(report: Path, path: Path, *, width: int = 1280, height: int = 1400, dark: bool = False) -> None:
    """A picture of the top of ``report``.

    Raises
    ------
    OSError
        When there is no Chromium, or it made no picture.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise OSError(f"No browser. Needed is one of {', '.join(BROWSERS)}.")
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *FLAGS.split(), f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        command += ["--blink-settings=preferredColorScheme=0"] if dark else []
        command += [f"--screenshot={path.resolve()}", report.resolve().as_uri()]
        subprocess.run(command, check=False, capture_output=True, timeout=120)
    if not path.exists():
        raise OSError(f"{browser} made no picture of {report}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=1400)
    parser.add_argument("--dark", action="store_true")
    chosen = parser.parse_args()
    try:
        picture(chosen.report, chosen.picture, width=chosen.width, height=chosen.height, dark=chosen.dark)
    except OSError as error:
        sys.exit(f"screenshots: {error}")


if __name__ == "__main__":
    main()
