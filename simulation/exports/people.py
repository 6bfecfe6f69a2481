"""What a person is called in logs of events: people of the simulation have a number and a team."""

from __future__ import annotations


def person_name(team: str | None, person: int | None) -> str | None:
    """The name of a person, such as ``reception 3``; None: nobody."""
    return None if person is None or team is None else f"{team} {person}"
