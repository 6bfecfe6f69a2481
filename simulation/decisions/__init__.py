"""What a planner asks of a centre. Each question runs its cases in a `Study`, on the same luck."""

from __future__ import annotations
