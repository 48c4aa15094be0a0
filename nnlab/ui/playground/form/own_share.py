"""Data that a person brings all train at first; what was set before them comes back after them."""

from nnlab.ui.session.widgets import playground as widgets

NAMES = ("train_share", "batch_size")
REMEMBERED = "before_own_data"


def remember() -> None:
    """To be called before own data set the share that trains, or the batch."""
    if widgets.kept(REMEMBERED) is None:
        widgets.keep(REMEMBERED, {name: widgets.get(name) for name in NAMES})


def bring_back() -> None:
    """To be called when made data are chosen in place of own ones, before the form is drawn."""
    widgets.update(widgets.kept(REMEMBERED) or {})
    widgets.keep(REMEMBERED, None)
