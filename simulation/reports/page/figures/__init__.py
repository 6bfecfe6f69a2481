"""Figures as SVG: numbers and words in, text out. Nothing here knows what a summary is."""
