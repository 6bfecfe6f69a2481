"""What README shows: commands, and the output of one of them, which `.ci/run` compares.

``python3 -m tests.readme FILE`` compares what README's run command printed into a file. Nothing
but the standard library is needed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

README: Final = Path(__file__).parents[1] / "README.md"
LEFT_OUT: Final = "…"
"""A line of shown output that stands for any number of lines."""


def blocks(language: str) -> list[str]:
    """README's blocks in a language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def shown_output() -> str:
    """The output that README shows."""
    (block,) = blocks("text")
    return block


def difference(shown: str, printed: str) -> str:
    """Where printed lines differ from those shown; empty where they do not.

    The first part that is shown is what is printed first; each other one stands somewhere behind
    the part before it. Spaces at the ends of lines do not count.
    """
    lines = [line.rstrip() for line in printed.splitlines()]
    place = 0
    for number, part in enumerate(parts(shown)):
        starts = [place] if number == 0 else range(place, len(lines) + 1)
        equal = {start: _equal(part, lines[start:]) for start in starts}
        start, same = max(equal.items(), key=lambda item: item[1])
        if same < len(part):
            found = lines[start + same] if start + same < len(lines) else "(the end)"
            return f"README shows: {part[same]}\nprinted is:   {found}"
        place = start + len(part)
    return ""


def parts(shown: str) -> list[list[str]]:
    """What is shown between the lines that stand for others."""
    parts: list[list[str]] = [[]]
    for line in shown.splitlines():
        if line.strip() == LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(line.rstrip())
    return parts


def _equal(part: Sequence[str], lines: Sequence[str]) -> int:
    """How many lines of a part are equal to the first of others, up to the first that is not."""
    pairs = enumerate(zip(part, lines, strict=False))
    return next((k for k, (one, other) in pairs if one != other), min(len(part), len(lines)))


def main() -> None:
    """Compare a file with what README shows; exit code 1 where they differ."""
    (file,) = sys.argv[1:]
    found = difference(shown_output(), Path(file).read_text(encoding="utf-8"))
    if found:
        sys.exit(
            f"README.md does not show what its run command prints:\n{found}\n"
            f"If the new output is right, copy it from {file} into README.md."
        )
    print("README.md shows what its run command prints")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
