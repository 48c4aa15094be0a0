"""The Playground."""

from nnlab.ui.playground.page import show
from nnlab.ui.shell import page

page(show)
