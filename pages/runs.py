"""Runs."""

from nnlab.ui.runs.page import show
from nnlab.ui.shell import page

page(show)
