"""Measurements of all claims on speed, as commands: `python -m benchmarks.NAME`.

Ratios are taken within one run, both sides in turns, so that a busy machine slows both. Numbers
in seconds mean something on an idle machine only.
"""
