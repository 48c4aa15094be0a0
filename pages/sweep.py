"""Sweeps."""

from nnlab.ui.shell import page
from nnlab.ui.sweep.page import show

page(show)
