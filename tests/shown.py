"""What the pages show: commands with the output they print, and examples in Python.

A block of ``sh`` that holds one ``motcua`` command, and the next block of ``text`` before another
heading, belong together. ``python -m tests.shown`` runs all such commands and says where a page
shows something else; with ``--write`` it puts there what is printed. Names of files behind it limit
it to these. A line ``…`` in a shown output stands for any number of lines.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.readme import LEFT_OUT, difference, parts

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = tuple(sorted((ROOT / "docs").glob("*.md")))
_PAIR: Final = re.compile(
    r"```sh\nmotcua (?P<command>[^\n]*(?:(?<=\\)\n[^\n]*)*)\n```\n"
    r"(?:(?!```|\n#).)*?```text\n(?P<output>.*?)```",
    re.DOTALL,
)
_END: Final = "(the end)\n"
"""Behind both, so that nothing is printed behind what is shown, unless that ends with ``…``."""
_RESULTS: Final = re.compile(r"^(Results|Kết quả): .*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Shown:
    """A command on a page, and what the page says that it prints.

    Attributes:
        page: The page.
        command: The words after ``motcua``.
        output: The lines that are shown.
    """

    page: Path
    command: tuple[str, ...]
    output: str

    @property
    def name(self) -> str:
        """Page and command, for messages."""
        return f"{self.page.name}: motcua {shlex.join(self.command)}"

    @property
    def quick(self) -> bool:
        """Whether it is about a small office of the tests, and so takes a few seconds."""
        small = any(word.startswith("tests/") for word in self.command)
        return small and "--backtest" not in self.command

    def printed(self) -> str:
        """What the command prints, but for the line that names its folder."""
        with tempfile.TemporaryDirectory() as directory:
            place = [] if self.command[0] == "check" else ["--out", directory]
            ended = subprocess.run(
                [sys.executable, "-m", "simulation", *self.command, *place],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                check=True,
            )
        lines = [line.rstrip() for line in _RESULTS.sub("", ended.stdout).splitlines()]
        return "\n".join(lines).strip("\n") + "\n"

    def differs(self, printed: str) -> str:
        """Where the page shows something else than is printed; empty where it does not."""
        return difference(f"{self.output}{_END}", f"{printed}{_END}")


def shown(page: Path) -> list[Shown]:
    """The commands of a page that have their output beside them."""
    return [
        Shown(page, tuple(shlex.split(found["command"].replace("\\\n", " "))), found["output"])
        for found in _PAIR.finditer(page.read_text(encoding="utf-8"))
    ]


def examples(page: Path) -> list[str]:
    """The examples in Python of a page."""
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def renewed(output: str, printed: str) -> str:
    """What is to be shown in place of an output: the same parts of what is printed now.

    A part of an output with omissions is found again by its first line, and is as long as before;
    the last goes to the end.

    Raises:
        ValueError: A part is not found.
    """
    before = parts(output)
    if len(before) == 1:
        return printed
    lines = [line.rstrip() for line in printed.splitlines()]
    place, found = 0, []
    for part in before:
        if part:
            place = lines.index(part[0], place)
            stop = len(lines) if part is before[-1] else place + len(part)
            found.append("\n".join(lines[place:stop]))
            place = stop
        else:
            found.append("")
    return f"\n{LEFT_OUT}\n".join(found).strip("\n") + "\n"


def main(arguments: list[str]) -> None:
    """Compare pages with what their commands print, or renew them."""
    parser = argparse.ArgumentParser(prog="python -m tests.shown", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put there what is printed")
    parser.add_argument("pages", nargs="*", type=Path, help="all where left out")
    asked = parser.parse_args(arguments)
    differ = False
    for page in asked.pages or PAGES:
        for one in shown(page):
            printed = one.printed()
            found = one.differs(printed)
            print(f"{one.name}\n{found or 'as shown'}", flush=True)  # noqa: T201 - its purpose
            differ |= bool(found)
            if found and asked.write:
                text = page.read_text(encoding="utf-8")
                new = text.replace(one.output, renewed(one.output, printed))
                page.write_text(new, encoding="utf-8")
    sys.exit(differ and not asked.write)


if __name__ == "__main__":
    main(sys.argv[1:])
