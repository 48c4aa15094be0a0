"""The Playground."""

from nnlab.ui.playground import show
from nnlab.ui.shell import page

page(show)
