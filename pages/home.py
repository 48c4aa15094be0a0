"""The first page."""

from nnlab.ui.home.page import show
from nnlab.ui.shell import page

page(show)
