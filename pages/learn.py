"""Learn: the ideas under the buttons."""

from nnlab.ui.learn.page import show
from nnlab.ui.shell import page

page(show)
