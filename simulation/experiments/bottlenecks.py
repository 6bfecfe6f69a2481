"""Which teams late dossiers waited for.

The late time of a desk belongs to the teams that serve it, divided as the load table divides the
desk's work. Waiting while somebody of the desk is on shift is what more people shorten; waiting off
shift is what other hours shorten, so it stands apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.experiments.summary import intervals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.load import Load

    Measures = Mapping[str, float | None]

PARTS: Final = ("late_time_queue", "late_time_off_shift")
"""Parts of the late time at desks that are divided among teams."""


def find_bottlenecks(rows: Sequence[Measures], load: Load) -> dict[str, Any]:
    """The teams, the one first for which late dossiers lost most of their time in queues.

    Where no dossier was late they stand by utilisation, the busiest first. Teams without work are
    left out.

    Args:
        rows: The measures of each replication.
        load: The load table.

    Returns:
        ``by``: the measure that ranks; ``teams``: for each its ``team``, shares of all late time
        by `PARTS`, ``utilisation``, each with its interval, and its ``load``.
    """
    teams = {team.team: team for team in load.teams if team.offered_h > 0}
    shares = [_late_time(row, load) for row in rows]
    found = intervals(shares)
    busy = {f"teams.{name}.utilisation" for name in teams}
    found |= intervals([{path: row[path] for path in sorted(busy)} for row in rows])
    entries = {
        name: {
            **{part: found[f"teams.{name}.{part}"] for part in PARTS},
            "utilisation": found[f"teams.{name}.utilisation"],
        }
        for name in teams
    }
    by = PARTS[0] if any(row["late_time_wd"] for row in rows) else "utilisation"

    def rank(name: str) -> tuple[float, float, str]:
        first, second = (entries[name][key].mean or 0.0 for key in (by, "utilisation"))
        return -first, -second, name

    return {
        "by": by,
        "teams": [
            {
                "team": name,
                **{key: interval.as_dict() for key, interval in entries[name].items()},
                "load": teams[name].utilisation,
            }
            for name in sorted(entries, key=rank)
        ],
    }


def _late_time(row: Measures, load: Load) -> dict[str, float | None]:
    """Shares of one replication's late time by team, as ``teams.<team>.<part>``."""
    shares: dict[str, float | None] = {
        f"teams.{team.team}.{part}": 0.0 if row["late_time_wd"] else None
        for team in load.teams
        for part in PARTS
    }
    for desk, divided in load.divided.items():
        for part in PARTS:
            spent = row[f"desks.{desk}.{part}"]
            for team, share in divided.items():
                path = f"teams.{team}.{part}"
                before = shares[path]
                if before is not None and spent is not None:
                    shares[path] = before + share * spent
    return shares
