"""The command line: it parses, calls and shows.

Heavy packages are imported by the command that needs them, so that ``motcua --help`` starts at
once.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import Annotated, NoReturn

import typer
from typer._click.exceptions import ClickException

from simulation.__about__ import __version__
from simulation.cli.compare import compare
from simulation.cli.deadlines import deadlines
from simulation.cli.export import export
from simulation.cli.files import check, init, scenarios, schema, sources
from simulation.cli.forecast import forecast
from simulation.cli.progress import INTERRUPTED
from simulation.cli.report import report
from simulation.cli.results import results
from simulation.cli.run import run
from simulation.cli.sensitivity import sensitivity
from simulation.cli.speech import notice, show_usage_error, speak_as_asked, translated
from simulation.cli.staff import staff
from simulation.cli.sweep import sweep
from simulation.errors import MotcuaError, StoreError
from simulation.language import Language, _, retold

app = typer.Typer(
    name="motcua",
    help="Simulate a Vietnamese one-stop public service centre.",
    rich_markup_mode=None,  # rich would double the time that --help takes
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
)
for _command in (
    run, compare, sweep, sensitivity, staff, deadlines, forecast,
    export, report, scenarios, init, check, schema, sources,
):  # fmt: skip
    app.command()(_command)
app.add_typer(results)


def program() -> NoReturn:
    """`main` for a process that has nothing else to do.

    What is to be done at exit is done, such as removing temporary directories, and the rest of the
    interpreter's own end is skipped: it would take numba and pandas apart, module by module.
    """
    gc.set_threshold(10_000)  # modules and models are many objects, and hardly any is garbage
    code = main()
    atexit._run_exitfuncs()  # noqa: SLF001 - Python has no public name for it, and os._exit leaves it out
    if sys.stderr is not None:
        with suppress(OSError):  # perhaps nobody reads it any more
            sys.stderr.flush()
    os._exit(code)


def main() -> int:  # noqa: PLR0911 - an exit code for each way to end
    """Run the command line; errors of motcua become a message and an exit code.

    Returns:
        The exit code. Everything has been written then.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what is piped may not know Vietnamese
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    speak_as_asked(sys.argv[1:])
    try:
        code: int | None = translated(typer.main.get_command(app))(standalone_mode=False)
        if sys.stdout is not None:  # there is none where it was closed
            sys.stdout.flush()
    except ClickException as error:  # typer's own: it would be shown in English
        show_usage_error(error)
        return error.exit_code
    except typer.Abort:
        typer.echo(_("Aborted."), err=True)
        return 1
    except MotcuaError as error:
        notice(str(error))
        return error.exit_code
    except OSError as error:  # of the output: everything else is caught where it is known
        reason = retold(str(error.strerror or error))
        message = _("the output cannot be written: {reason}").format(reason=reason)
        notice(message)
        return StoreError.exit_code
    except KeyboardInterrupt:  # before anything was begun: what simulates says more
        notice(_("interrupted"))
        return INTERRUPTED
    except MemoryError:
        notice(_("there is not enough memory for this"))
        return 1
    return code or 0


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"motcua {__version__}")
        raise typer.Exit


@app.callback()
def motcua(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option(
            "--lang", is_eager=True, help="The language spoken; that of the environment by default."
        ),
    ] = None,
) -> None:
    """Simulate a Vietnamese one-stop public service centre."""
