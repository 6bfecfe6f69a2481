"""What every value of the scenario language is made of: strict models, ids, shares, texts.

A value is written by a person as one short string or number and holds one exact meaning. The
parsers raise `ValueError` with one sentence, ``what is wrong; write what is allowed``: `problems`
takes it apart at the semicolon and adds where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from simulation.errors import NotationError
from simulation.language import _
from simulation.scenario.words import show

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class Model(BaseModel):
    """Base of everything in a scenario: unknown keys refused, nothing converted, all frozen."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,  # otherwise true is 1, and "12" is 12
        allow_inf_nan=False,
        validate_default=True,  # otherwise a default of 1 and a written 1 (1.0) digest differently
        serialize_by_alias=True,
    )


class Shorthand(Model):
    """A model that can also be written as one scalar, its *short form*.

    Attributes:
        SHORT: JSON Schema of the short form.
    """

    SHORT: ClassVar[dict[str, Any]]

    @classmethod
    def long_form(cls, value: Any) -> Any:
        """The mapping that a short form stands for; a mapping stands for itself.

        Raises:
            ValueError: It is neither.
        """
        raise NotImplementedError

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        return value if isinstance(value, (dict, cls)) else cls.long_form(value)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The short form or the mapping."""
        return {"anyOf": [cls.SHORT, handler(schema)]}


@dataclass(frozen=True)
class ShortKey:
    """Marks a mapping that can be written as one value: the value of this key."""

    key: str


def is_number(value: Any) -> bool:
    """Whether it is a number (true and false are not)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=1e12)]
NonNegative = Annotated[float, Field(ge=0, le=1e12)]


class Texts(Shorthand):
    """A name in both languages; one string stands for both."""

    SHORT: ClassVar = {"type": "string"}

    en: str
    vi: str

    @classmethod
    def long_form(cls, value: Any) -> Any:
        """Both languages from one string."""
        if not isinstance(value, str):
            raise NotationError(
                _("{value} is not a text").format(value=show(value)),
                _("'text' or {en: text, vi: text}"),
            )
        return {"en": value, "vi": value}


Text = Texts


def _number_or_text(value: Any) -> str:
    return "<number>" if is_number(value) else "<text>"


NumberOrText = Annotated[
    Annotated[float, Tag("<number>")] | Annotated[str, Tag("<text>")],
    Discriminator(_number_or_text),
]


def _free_date(value: Any) -> Any:
    return str(value) if isinstance(value, date) or type(value) is int else value


FreeDate = Annotated[str, BeforeValidator(_free_date, json_schema_input_type=str | int)]
"""A date as a publication states it: a day, a month, a year."""
