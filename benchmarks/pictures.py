"""The pictures in the docs: the first sheet of a report, and figures of the tutorial's reports.

``python -m benchmarks.pictures`` runs what they show, makes its report, and writes docs/images: the
sheet as a browser shows it (Chromium has to be installed), the figures as they stand in the page.
With ``--check`` it says whether the sheet still says what it said when its picture was taken; the
figures are compared by the tests.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import Final

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from benchmarks.rounds import ROOT
from simulation import report

SCENARIO: Final = "thanh-hoa-2021"
IMAGES: Final = ROOT / "docs" / "images"
IMAGE: Final = IMAGES / "report.png"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
SIZE: Final = (900, 1420)
"""Width and height of the picture: as much as a first sheet has."""
FIGURES: Final[dict[str, tuple[str, tuple[str, ...], str]]] = {
    "tutorial-sweep.svg": (
        "sweep",
        ("sweep", "lai-chau-2020", "--vary", "workload=1:1.3:0.1", "--replications", "10"),
        "curve-on-time-strict",
    ),
    "tutorial-options.svg": (
        "comparison",
        ("compare", "lai-chau-2020", "--set", "workload=1.2", "--replications", "10",
         "--option", "parallel", "--option", "floaters", "--option", "saturday",
         "--option", "longer-hours"),
        "change-on-time-strict",
    ),
}  # fmt: skip
"""Figures of the tutorial: what kind of study it is, its command, and the figure of its report."""
_SAID: Final = "said"
"""The entry of the picture that has the digest of what the sheet said."""


def main() -> None:
    """Run, report, and take the pictures; or check."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.pictures")
    parser.add_argument("--out", default=str(ROOT / "results"), help="where results are kept")
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        run("run", SCENARIO, results=asked.out)
        page = report(SCENARIO, directory, results=asked.out)
        said = digest(page.read_text(encoding="utf-8"))
        if asked.check:
            check(said)
            return
        take_picture(page, IMAGE, Path(directory))
        sign(IMAGE, said)
        for name in FIGURES:
            (IMAGES / name).write_text(figure(name, Path(directory)), encoding="utf-8")
    print(f"written: {', '.join((IMAGE.name, *FIGURES))}")


def run(*command: str, results: str | Path) -> None:
    """Let a command simulate, and nobody hear what it says."""
    call = [sys.executable, "-m", "simulation", *command, "--out", str(results)]
    subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def digest(page: str) -> str:
    """A digest of what a reader finds on the first sheet, drawings and their tables apart."""
    sheet = page.partition("<main>")[2].partition("<nav")[0]
    if not sheet.strip():
        sys.exit("the page of the report has no first sheet; correct benchmarks/pictures.py")
    words = re.sub(r"<svg.*?</svg>|<details.*?</details>|<[^>]*>", " ", sheet, flags=re.DOTALL)
    return hashlib.sha256(" ".join(unescape(words).split()).encode()).hexdigest()


def sign(image: Path, said: str) -> None:
    """Write into a picture what the sheet said when it was taken."""
    info = PngInfo()
    info.add_text(_SAID, said)
    with Image.open(image) as picture:
        picture.save(image, pnginfo=info, optimize=True)


def check(said: str) -> None:
    """End with a message where the picture is of a sheet that says something else."""
    with Image.open(IMAGE) as picture:
        if picture.info.get(_SAID) != said:
            sys.exit(
                f"{IMAGE.relative_to(ROOT)} shows a first sheet that says something else; take it "
                "again: python -m benchmarks.pictures"
            )


def figure(name: str, directory: Path) -> str:
    """A figure of the tutorial as a file of its own.

    Args:
        name: Its name in `FIGURES`.
        directory: Where its study may be kept.
    """
    kind, command, key = FIGURES[name]
    results = directory / kind
    run(*command, results=results)
    page = report(kind, directory, results=results).read_text(encoding="utf-8")
    found = re.search(rf'id="figure-{key}">.*?(<svg .*?</svg>)', page, re.DOTALL)
    if found is None:
        sys.exit(f"{name}: its report has no figure {key}")
    head = '<svg xmlns="http://www.w3.org/2000/svg" '
    paper = '<rect width="100%" height="100%" fill="white"/>'
    return re.sub(r"^(<svg [^>]*>)", rf"\1{paper}", found[1]).replace("<svg ", head, 1) + "\n"


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
