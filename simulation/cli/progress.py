"""What is seen of a run while it goes on, and what Ctrl-C does to it."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from simulation.cli.speech import notice
from simulation.language import _, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

INTERRUPTED: Final = 130
"""Exit code of what Ctrl-C has ended, as shells have it."""


@contextmanager
def interruptible(on_interrupt: Callable[[], str]) -> Iterator[Callable[[], None]]:
    """Let Ctrl-C end the program at once, with a message; yields a check whether it has been seen.

    The check is needed because the exception of Ctrl-C is lost where Python cannot raise, as in a
    finalizer. The interpreter's own end is skipped: it would wait for threads, and nobody can tell
    a compiled kernel to stop.
    """
    seen: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        if seen:
            os._exit(INTERRUPTED)
        seen.append(number)
        signal.default_int_handler(number, frame)

    def stop_if_interrupted() -> None:
        if seen:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield stop_if_interrupted
    except KeyboardInterrupt:
        notice(on_interrupt())
        sys.stdout.flush()
        os._exit(INTERRUPTED)
    finally:
        signal.signal(signal.SIGINT, before)


def same_command(arguments: Sequence[str]) -> str:
    """The command line that goes on where this one stopped, to be copied into a shell."""
    program, *others = arguments
    is_module = Path(program).name == "__main__.py"
    start = [sys.executable, "-m", "simulation"] if is_module else ["motcua"]
    return shlex.join([*start, *(other for other in others if other != "--force")])


class Bar(Protocol):
    """What is told of the work as it goes on."""

    def ask(self, more: int) -> None:
        """So many replications more are to be computed, or whatever it counts."""

    def advance(self, count: int = 1) -> None:
        """One more has been computed, or some."""


class _Silence:
    """No bar: nobody looks at it."""

    def ask(self, more: int) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass


@contextmanager
def progress(total: int = 0, known: int = 0, what: str | None = None) -> Iterator[Bar]:
    """A bar on stderr; none without a terminal.

    Args:
        total: All replications, as far as that is known at the beginning.
        known: Those of them that need not be computed.
        what: What is counted, if not replications.
    """
    if not sys.stderr.isatty():
        yield _Silence()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many a second, or seconds for one: whichever is more than one."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            if not speed:
                return Text("– /s")
            if speed >= 1:
                return Text(f"{written(f'{speed:.1f}')}/s")
            return Text(_("{seconds} s each").format(seconds=written(f"{1 / speed:.1f}")))

    columns = (
        TextColumn(_("replications") if what is None else what), BarColumn(), MofNCompleteColumn(),
        Rate(), TimeRemainingColumn(), TextColumn(_("left")),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=total, completed=known)

        class Shown:
            """The bar of that task."""

            def ask(self, more: int) -> None:
                shown.update(task, total=(shown.tasks[0].total or 0) + more)

            def advance(self, count: int = 1) -> None:
                shown.advance(task, count)

        yield Shown()
