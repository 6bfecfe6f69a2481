"""The register of open dossiers: a table that an office has, read and checked row by row."""

from __future__ import annotations

from simulation.register.reading import REGISTER_HEADER, OpenRegister, Wrong, read_register

__all__ = ["REGISTER_HEADER", "OpenRegister", "Wrong", "read_register"]
