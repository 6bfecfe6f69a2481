"""Speed and memory, always beside something else that runs at the same time on the same machine.

``python -m benchmarks`` runs everything and writes docs/benchmarks.md.
"""
