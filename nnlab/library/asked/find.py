"""A run by what a person types."""

from pathlib import Path

from nnlab.errors import RunNotFoundError
from nnlab.library.asked.experiment import is_file
from nnlab.runs.recorded.record import RECORD
from nnlab.runs.store import EXPERIMENT, Run, Store
from nnlab.texts import _

TOLD_BY = (EXPERIMENT, RECORD)
"""A directory with one of these files is a run's."""


def find_run(store: Store, typed: str) -> Run:
    """The run of that id, whose id alone begins so, or whose directory that is.

    Raises:
        RunNotFoundError: none, or several.
    """
    try:
        return store.get(typed)
    except RunNotFoundError as error:
        path = Path(typed)
        if any(is_file(path / name) for name in TOLD_BY):
            return Run(path.resolve())
        found = _that_begin(store, typed)
        if len(found) == 1:
            return store.get(found[0])
        if found:
            shown = ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
            raise RunNotFoundError(
                _(
                    "{count} runs begin with '{typed}': {runs}. Type more of the id.",
                    count=len(found),
                    typed=typed,
                    runs=shown,
                )
            ) from error
        raise RunNotFoundError(
            _(
                "There is no run '{typed}' in {path}, and no run directory of that name. See:"
                " python -m nnlab runs",
                typed=typed,
                path=store.root.resolve(),
            )
        ) from error


def _that_begin(store: Store, typed: str) -> list[str]:
    if not typed or not store.root.is_dir():
        return []
    return sorted(
        {
            path.parent.name
            for name in TOLD_BY
            for path in store.root.glob(f"*/{name}")
            if path.parent.name.startswith(typed)
        }
    )
