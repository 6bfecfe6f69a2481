"""Where the bundled scenarios are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from simulation.errors import MotcuaError
from simulation.language import _


def bundled_scenarios_dir(package: Path = Path(__file__).parent) -> Path:
    """The directory of the scenarios that come with motcua.

    Args:
        package: The directory of the installed package.

    Raises:
        MotcuaError: The installation is incomplete.
    """
    in_wheel, in_checkout = package / "_scenarios", package.parent / "scenarios"
    for directory in (in_wheel, in_checkout):
        if directory.is_dir():
            return directory
    raise MotcuaError(
        _(
            "the bundled scenarios are missing: neither {in_wheel} nor {in_checkout} is a "
            "directory; install motcua again"
        ).format(in_wheel=in_wheel, in_checkout=in_checkout)
    )
