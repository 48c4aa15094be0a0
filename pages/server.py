"""Server."""

from nnlab.ui.server.page import show
from nnlab.ui.shell import page

page(show)
