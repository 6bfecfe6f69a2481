"""What others say in English that people get to read, so that `retold` knows it.

Messages of typer and pydantic about a command line, of ruamel about YAML, and reasons of the
system. They are not said here: each stands as its author has it, with places for what changes.
"""

from __future__ import annotations

from typing import Final

from simulation.language import later

HELP: Final = (
    later("Arguments"),
    later("Options"),
    later("Commands"),
    later("Show this message and exit."),
    later("default: {value}"),
    later("required"),
)

USAGE: Final = (
    later("Missing command."),
    later("No such command {name}."),
    later("No such command {name}. Did you mean {names}?"),
    later("No such option: {option}"),
    later("No such option: {option} (Possible options: {options})"),
    later("Option {option} requires an argument."),
    later("Option {option} does not take a value."),
    later("Got unexpected extra argument(s) ({arguments})"),
    later("Missing argument {name}."),
    later("Missing option {name}."),
    later("Invalid value: {problem}"),
    later("Invalid value for {name}: {problem}"),
)

VALUES: Final = (
    later("Input should be a valid integer, unable to parse string as an integer"),
    later("Input should be a valid number, unable to parse string as a number"),
    later("Input should be greater than or equal to {limit}"),
    later("Input should be less than or equal to {limit}"),
    later("Value error, {problem}"),
    later("{value} is not one of {choices}."),
    later("{value} does not match the formats {formats}."),
)

YAML: Final = (
    later("mapping values are not allowed here"),
    later("while parsing a block mapping"),
    later("while parsing a block collection"),
    later("while parsing a flow sequence"),
    later("while parsing a flow mapping"),
    later("while scanning a quoted scalar"),
    later("while scanning a double-quoted scalar"),
    later("while scanning a simple key"),
    later("while scanning for the next token"),
    later("expected <block end>, but found {token}"),
    later("expected ',' or {end}, but got {token}"),
    later("could not find expected ':'"),
    later("found unexpected end of stream"),
    later("found unknown escape character {character}"),
    later("found character {character} that cannot start any token"),
)

SYSTEM: Final = (
    later("No such file or directory"),
    later("File exists"),
    later("Is a directory"),
    later("Not a directory"),
    later("Permission denied"),
    later("Read-only file system"),
    later("No space left on device"),
    later("Disk quota exceeded"),
    later("File name too long"),
    later("Input/output error"),
    later("Connection refused"),
)
