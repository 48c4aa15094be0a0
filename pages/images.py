"""Images."""

from nnlab.ui.images.page import show
from nnlab.ui.shell import page

page(show)
