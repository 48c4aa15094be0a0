"""The class."""

from nnlab.ui.classroom.page import show
from nnlab.ui.shell import page

page(show)
