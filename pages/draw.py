"""Draw."""

from nnlab.ui.draw import show
from nnlab.ui.shell import page

page(show)
