"""The pictures in the docs: the first sheet of a report, as a browser shows it.

``python -m benchmarks.pictures`` runs the scenario, unless it is known, makes its report, and takes
a picture of it with Chromium, which has to be installed; it writes docs/images/report.png.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.rounds import ROOT
from simulation import report

SCENARIO: Final = "thanh-hoa-2021"
IMAGE: Final = ROOT / "docs" / "images" / "report.png"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
SIZE: Final = (900, 1420)
"""Width and height of the picture: as much as a first sheet has."""


def main() -> None:
    """Run, report, and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.pictures")
    parser.add_argument("--out", default=str(ROOT / "results"), help="where results are kept")
    results = parser.parse_args().out
    run = [sys.executable, "-m", "simulation", "run", SCENARIO, "--out", results]
    subprocess.run(run, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as directory:
        page = report(SCENARIO, directory, results=results)
        take_picture(page, IMAGE, Path(directory))
    print(f"written: {IMAGE.relative_to(ROOT)}")


def take_picture(page: Path, image: Path, scratch: Path) -> None:
    """Show a page in a browser without a window, and keep what it shows.

    Args:
        page: The page.
        image: The PNG file to write.
        scratch: A directory for what the browser leaves behind.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"a browser is needed, one of: {', '.join(BROWSERS)}")
    image.parent.mkdir(exist_ok=True)
    width, height = SIZE
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    options += [f"--user-data-dir={scratch / 'browser'}", f"--window-size={width},{height}"]
    shown = [browser, *options, f"--screenshot={image}", page.resolve().as_uri()]
    subprocess.run(shown, check=True, capture_output=True)


if __name__ == "__main__":
    main()
