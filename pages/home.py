"""The first page."""

from nnlab.ui.home import show
from nnlab.ui.shell import page

page(show)
