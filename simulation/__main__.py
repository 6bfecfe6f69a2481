"""``python -m simulation`` is ``motcua``."""

from __future__ import annotations

from simulation.cli import program

if __name__ == "__main__":
    program()
