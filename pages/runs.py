"""Runs."""

from nnlab.ui.runs import show
from nnlab.ui.shell import page

page(show)
