"""The networks of a sweep as a table on a page: the best first."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnlab.texts import N_, _, number
from nnlab.ui.components.tables import DASH, cell, number_cell, table
from nnlab.ui.words import FIGURES, ONLY_AT_THE_END
from nnlab.visible import in_html

MOST = 20
"""Rows that are shown."""
WORDS = {
    "net": N_("network"),
    "status": N_("status"),
    "step": N_("step"),
    "epoch": N_("epoch"),
    **FIGURES,
    **ONLY_AT_THE_END,
}


def nets_table(
    columns: Mapping[str, Sequence[Any]],
    by: str,
    *,
    label: str,
    words: Mapping[str, str] | None = None,
) -> str:
    """The table as HTML.

    Args:
        columns: of `nnlab.runs.sweeps.table.table`.
        by: the column that ranks; of losses the lowest comes first, of accuracies the highest.
        label: the accessible name.
        words: heads of other columns, by name.
    """
    count = len(columns["net"])
    figures = columns.get(by) or [None] * count
    order = sorted(range(count), key=lambda net: _key(figures[net], by))[:MOST]
    shown = [name for name, values in columns.items() if any(v is not None for v in values)]
    rows = [
        f"<tr>{''.join(_cell(name, columns[name][net]) for name in shown)}</tr>" for net in order
    ]
    heads = [
        in_html(_(WORDS[name]) if name in WORDS else (words or {}).get(name, name))
        for name in shown
    ]
    return (
        f"<div class='nnlab-nets'>{table('nnlab-net-rows', rows, heads=heads, label=label)}</div>"
    )


def _key(figure: float | None, by: str) -> tuple[bool, float]:
    if figure is None:
        return True, 0.0
    return False, figure if by.endswith("loss") else -figure


def _cell(name: str, value: Any) -> str:
    if name == "status" and value == "completed":
        return cell(_("finished"))  # as the status of a run
    if value is None:
        return cell(DASH)
    if isinstance(value, float):
        return number_cell(value, ".1%" if "accuracy" in name else ".4g")
    return cell(str(value) if isinstance(value, str | bool) else number(value, 4))
