"""Measures as tables, figures and pages."""
