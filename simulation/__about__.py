"""The one place that holds the versions; the build reads the first from here."""

from __future__ import annotations

__version__ = "0.1.0"

MODEL_VERSION = 3
"""Raised by every change after which the same scenario and seed give other measures.

Stored results of another model version are neither used nor mixed with new ones.
"""
