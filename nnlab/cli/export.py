"""`python -m nnlab export`: a run as a file for elsewhere."""

from pathlib import Path

from nnlab.export import export as export_run
from nnlab.export import file_name
from nnlab.library.asked.find import find_run
from nnlab.library.writing import write
from nnlab.runs.store import Store
from nnlab.settings import read_settings


def export(
    run_name: str, format_name: str, out: Path | None, runs: Path | None, net: int | None = None
) -> int:
    """Write the file and print its path; one that is there already is replaced whole.

    Of a sweep it is all networks, or the one of the number `net`.

    Raises:
        NnlabError: no such run, network or format, a run that cannot be written so, or a place that
            cannot be written.
    """
    run = find_run(Store(runs or read_settings().runs_dir), run_name)
    path = out or Path(file_name(run, format_name, net))
    content = export_run(run, format_name, net)
    print(write(path, content))
    return 0
