"""The README: its examples run as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

README = Path(__file__).parents[1] / "README.md"


def test_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The example in Python is at most five lines and prints an on-time rate with its interval."""
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(example.strip().splitlines()) <= 5
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own text
    printed = capsys.readouterr().out
    found = re.fullmatch(r"\{'mean': (\S+), 'low': (\S+), 'high': (\S+)\}\n", printed)
    assert found is not None, printed
    mean, low, high = map(float, found.groups())
    assert 0 <= low <= mean <= high <= 1
