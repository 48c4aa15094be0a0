"""The strip of the class on top of every page: who you are in it, and what the lecturer says."""

from nnlab.classroom.standing import classroom
from nnlab.ui.components.page_top import begin_at_top


def begin_page(page: str) -> None:
    """What comes before a page: its begin at the top and, in a class, the strip.

    Args:
        page: its address, empty for the first page.
    """
    begin_at_top(page)
    if classroom() is not None:
        show_strip(page)


def show_strip(_page: str) -> None:
    """The strip."""
