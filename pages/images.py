"""Images."""

from nnlab.ui.images import show
from nnlab.ui.shell import page

page(show)
