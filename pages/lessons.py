"""Lessons."""

from nnlab.ui.lessons.page import show
from nnlab.ui.shell import page

page(show)
