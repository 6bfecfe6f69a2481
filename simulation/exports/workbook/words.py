"""What cells of tables say: titles in the place of ids, and words in the place of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, later
from simulation.wording.amounts import amount
from simulation.wording.answers.comparison import option_name
from simulation.wording.codes import COUNTS, STATES, STATUS, UNITS, VERDICTS
from simulation.wording.names import FORM_COLUMNS, name_of_path, named, written_target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TITLED: Final = {
    "channel": "channels", "procedure": "procedures", "field": "fields", "team": "teams",
}  # fmt: skip
"""Columns of ids that have titles, and in which section of the titles."""
_DOSSIERS: Final = {
    "warm": later("warm-up"), "period": later("period"), "run-on": later("run-on"),
    "explicit": later("listed"), "backlog": later("backlog"), "register": later("register"),
    "resolved": later("resolved"), "refused": later("refused"), "withdrawn": later("withdrawn"),
    "early": later("early"), "on-time": later("on time"), "late": later("late"),
    "in-term": later("in term"), "overdue": later("overdue"),
}  # fmt: skip
"""Codes of dossiers in words."""
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "state": STATES,
    "status": STATUS,
    "unit": UNITS,
    "verdict": VERDICTS,
    "count": {**COUNTS, **FORM_COLUMNS},
    "column": FORM_COLUMNS,
    **dict.fromkeys(("segment", "outcome", "class", "official_class"), _DOSSIERS),
}
"""Columns of codes, and what these are called."""
_SAID: Final[Mapping[str, Callable[[Mapping[str, Any], str], str]]] = {
    "option": option_name,
    "same_as": option_name,
    "measure": name_of_path,
    "target": written_target,
    "statutory": lambda _summary, length: amount(length),
    "shortest": lambda _summary, length: amount(length),
}
"""Columns of which a text is put in other words."""


def in_words(summary: Mapping[str, Any], column: str, value: Any) -> Any:
    """A cell of a column of texts or truths, as people read it.

    Args:
        summary: The summary of the result, which has the titles.
        column: Name of the column in its table.
        value: What stands there.
    """
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column in _TITLED:
        return named(summary, _TITLED[column], value)
    if column in _CODES:
        return _(_CODES[column][value])
    speak = _SAID.get(column)
    return value if speak is None else speak(summary, value)
