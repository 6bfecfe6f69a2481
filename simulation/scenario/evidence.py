"""What is known from elsewhere, and what is not: sources, published numbers, assumptions."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from simulation.scenario.values import (
    FreeDate,
    Id,
    Model,
    NonNegative,
    NumberOrText,
    Text,
)


class EventShare(Model):
    """Something that happens on a share of dossiers (a rating, a text message)."""

    title: Text
    share: NonNegative
    per: Literal["submitted", "received", "resolved"] = "resolved"


class Source(Model):
    """A publication."""

    title: str
    published: FreeDate | None = None
    url: str | None = None


class Published(Model):
    """A published number, to stand beside the simulated one.

    Attributes:
        measure: Path of the measure, e.g. ``by_channel.online.received``.
        value: The published number (rates as fractions).
        source: Id of the source.
        role: ``input`` if the scenario was given it, ``output`` if the model has to reach it.
        says: How exact the source is.
    """

    measure: str
    value: float
    source: Id
    title: Text | None = None
    role: Literal["input", "output"] = "output"
    says: Literal["exactly", "nearly", "over", "derived"] = "exactly"


class Assumption(Model):
    """Something no source says.

    Attributes:
        text: What is assumed and why.
        paths: The fields it stands behind.
        varies: The fields of which ``low`` and ``high`` are values (for sensitivity): the first
            takes them, the others change in the same proportion. May be left out where ``paths``
            names a single field.
        low: Smallest plausible value of the field, ``high`` the largest.
        otherwise: What is no matter of more or less: the values that fields, by path, would have if
            it were otherwise (for sensitivity).
    """

    text: Text
    paths: list[str] = Field(default_factory=list)
    varies: list[str] = Field(default_factory=list)
    low: NumberOrText | None = None
    high: NumberOrText | None = None
    otherwise: dict[str, Any] = Field(default_factory=dict)
