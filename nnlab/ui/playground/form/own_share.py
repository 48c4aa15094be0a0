"""Data that a person brings all train at first; what was set before them comes back after them."""

from nnlab.ui.session.widgets import playground as widgets

NAMES = ("train_share", "batch_size")
REMEMBERED = "before_own_data"


def remember() -> None:
    """Remember training share and batch. To be called before own data change them."""
    if widgets.kept(REMEMBERED) is None:
        widgets.keep(REMEMBERED, {name: widgets.get(name) for name in NAMES})


def bring_back() -> None:
    """Restore them. To be called when generated data replace own ones, before the form is drawn."""
    widgets.update(widgets.kept(REMEMBERED) or {})
    widgets.keep(REMEMBERED, None)
