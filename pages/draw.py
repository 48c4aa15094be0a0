"""Draw."""

from nnlab.ui.draw.page import show
from nnlab.ui.shell import page

page(show)
