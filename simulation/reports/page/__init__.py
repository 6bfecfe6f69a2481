"""A result as one page of HTML that needs nothing else, and prints on A4. docs/report.md."""

from __future__ import annotations

from simulation.reports.page.make import page_of, report, subject_of
from simulation.reports.page.subject import Subject

__all__ = ["Subject", "page_of", "report", "subject_of"]
