"""The steps of a route.

A route is a list of steps in order. Each step has a name and exactly one *kind key*, which says
what it is: ``work``, ``delay``, ``until``, ``pause``, ``departure``, ``fork``, ``branch`` or
``repeat``.

The legal clock starts at the end of the step that says ``clock: starts`` and stops at the end of
the one that says ``clock: stops``; where none does, it stops at the end of the route.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, TypeAdapter

from simulation.errors import NotationError
from simulation.language import _, later
from simulation.scenario.values import (
    Anchor,
    AnchorText,
    Id,
    Model,
    Probability,
    Random,
)

KINDS: Final = ("work", "delay", "until", "pause", "departure", "fork", "branch", "repeat")


class _Step(Model):
    """What every step has.

    Attributes:
        step: Name, unique in its route; it names the step's random streams.
        channels: Only dossiers of these channels do it (all where left out).
        returned_by: Only dossiers whose result is delivered by these channels do it.
    """

    step: Id
    channels: Annotated[list[Id], Field(min_length=1)] | None = None
    returned_by: Annotated[list[Id], Field(min_length=1)] | None = None


class _Simple(_Step):
    """A step that takes place (rather than choosing among steps).

    Attributes:
        clock: ``starts``: the dossier is accepted when this step ends. ``stops``: the result is
            ready when this step ends.
        ends: The dossier ends with this step, with this outcome.
    """

    clock: Literal["starts", "stops"] | None = None
    ends: Literal["resolved", "refused", "withdrawn"] | None = None


def _applicant(value: Any) -> str:
    return "<yes-no>" if isinstance(value, bool) else "<channel>"


def _no_word_for_true(value: str) -> str:
    if value in {"yes", "no", "on", "off"}:
        raise NotationError(
            _("{value!r} is not true or false").format(value=value), _("true, false, or a channel")
        )
    return value


Applicant = Annotated[
    Annotated[bool, Tag("<yes-no>")]
    | Annotated[Id, AfterValidator(_no_word_for_true), Tag("<channel>")],
    Discriminator(_applicant),
]


class Work(_Simple):
    """Somebody at a desk works on the dossier.

    Attributes:
        work: Work content at efficiency 1.
        applicant: The applicant is present: True for the dossier's own channel, or the channel
            whose hours, patience and waiting room apply (an online applicant who collects at the
            counter).
        interruptible: Whether it stops at the end of a shift; by default when no applicant waits.
        priority: Class at a desk that serves by priority; lowest first.
    """

    work: Random
    desk: Id
    applicant: Applicant = False
    interruptible: bool | None = None
    priority: Annotated[int, Field(ge=0, le=1000)] | None = None


class Delay(_Simple):
    """Time passes without anybody of the centre: another agency, the post, collection.

    It ends at max(ready, ``from``) + ``delay``; working time counts on ``calendar`` (the legal one
    by default).
    """

    delay: Random
    from_: AnchorText = Field(default=Anchor(), alias="from")
    calendar: Id | None = None


class Until(_Simple):
    """Wait until an instant relative to the due date, e.g. ``until: due - 2 wd``."""

    until: AnchorText


class Pause(_Simple):
    """A delay by the applicant; the legal clock pauses or restarts, as the policy says."""

    pause: Random
    calendar: Id | None = None


class Departure(_Simple):
    """Wait for the next departure of a timetable (a courier, a session of a committee)."""

    departure: Id


class Fork(_Step):
    """Branches that run side by side; the dossier goes on when all have ended."""

    fork: Annotated[dict[Id, list[ForkStep]], Field(min_length=1)]


class Alternative(Model):
    """One way a branch can go."""

    probability: Probability
    steps: list[Step]


class Branch(_Step):
    """At most one of the alternatives, by probability; with the rest of probability none."""

    branch: Annotated[list[Alternative], Field(min_length=1)]


class Repeat(_Step):
    """With ``probability`` do the steps, then with the same again, ``at_most`` so many times."""

    repeat: Annotated[list[Step], Field(min_length=1)]
    probability: Probability
    at_most: Annotated[int, Field(ge=1, le=100)] = 1


def _kind(value: Any) -> str | None:
    keys = type(value).model_fields if isinstance(value, _Step) else value
    found = [kind for kind in KINDS if kind in keys] if isinstance(keys, dict) else []
    return f"<{found[0]}>" if len(found) == 1 else None


def _one_of(kinds: str) -> Discriminator:
    return Discriminator(
        _kind,
        custom_error_type="step_kind",
        custom_error_message=later("a step has a name and exactly one of the keys {kinds}").format(
            kinds=kinds
        ),
    )


Step = Annotated[
    Annotated[Work, Tag("<work>")]
    | Annotated[Delay, Tag("<delay>")]
    | Annotated[Until, Tag("<until>")]
    | Annotated[Pause, Tag("<pause>")]
    | Annotated[Departure, Tag("<departure>")]
    | Annotated[Fork, Tag("<fork>")]
    | Annotated[Branch, Tag("<branch>")]
    | Annotated[Repeat, Tag("<repeat>")],
    _one_of(", ".join(KINDS)),
]
ForkStep = Annotated[
    Annotated[Work, Tag("<work>")]
    | Annotated[Delay, Tag("<delay>")]
    | Annotated[Departure, Tag("<departure>")],
    _one_of(later("work, delay, departure (nothing else fits in a fork)")),
]

for _model in (Fork, Alternative, Branch, Repeat):
    _model.model_rebuild()

STEP: Final[TypeAdapter[Step]] = TypeAdapter(Step)
"""Validates one step of any kind."""
