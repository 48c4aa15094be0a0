"""Every form in which a run can be taken elsewhere, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nnlab.errors import NnlabError, one_of
from nnlab.export.html import html
from nnlab.export.notebook import notebook
from nnlab.export.onnx import onnx
from nnlab.export.recorded import recorded_csv, recorded_event_file, recorded_onnx
from nnlab.export.script import script
from nnlab.export.sweep_tables import nets_csv, nets_parquet, sweep_json
from nnlab.export.tables import experiment_json, metrics_csv
from nnlab.export.tensorboard import event_file
from nnlab.export.weights import pt2_file, pt_file, safetensors_file, zip_file
from nnlab.models.code import Style
from nnlab.runs.store import Run
from nnlab.runs.sweeps.alone import as_run
from nnlab.runs.sweeps.single import must_be_one
from nnlab.texts import N_, _


@dataclass(frozen=True)
class Format:
    """A form: what makes its bytes, how its file name ends, and what it is for (shown by `_`)."""

    make: Callable[[Run], bytes]
    suffix: str
    description: str
    mime: str = "application/octet-stream"


def _script(style: Style, description: str) -> Format:
    def make(run: Run) -> bytes:
        return script(run, style).encode()

    return Format(make, f"-{style}.py", description, "text/x-python")


FORMATS: dict[str, Format] = {
    "script-tensors": _script(
        "tensors", N_("a script that repeats the run: raw tensors, functions")
    ),
    "script-module": _script("module", N_("a script that repeats the run: a class of nn.Module")),
    "script-sequential": _script("sequential", N_("a script that repeats the run: nn.Sequential")),
    "html": Format(
        html,
        ".html",
        N_("one page that shows it without this lab, by a double click, offline"),
        "text/html",
    ),
    "notebook": Format(
        lambda run: notebook(run).encode(),
        ".ipynb",
        N_("the script as a Jupyter notebook"),
        "application/x-ipynb+json",
    ),
    "onnx": Format(
        lambda run: onnx(run).data, ".onnx", N_("the network for other programs, checked first")
    ),
    "tensorboard": Format(event_file, ".tfevents", N_("the curves for TensorBoard")),
    "csv": Format(
        lambda run: metrics_csv(run).encode(), ".csv", N_("every row of the curves"), "text/csv"
    ),
    "json": Format(
        lambda run: experiment_json(run).encode(),
        ".json",
        N_("the experiment, to train it again"),
        "application/json",
    ),
    "safetensors": Format(safetensors_file, ".safetensors", N_("the weights alone")),
    "pt": Format(pt_file, ".pt", N_("the weights alone, as torch.save writes a state_dict")),
    "pt2": Format(
        pt2_file, ".pt2", N_("the whole network by torch.export, without class definitions")
    ),
    "zip": Format(
        zip_file, ".zip", N_("experiment and weights, which this lab takes back"), "application/zip"
    ),
}


SWEEP_FORMATS: dict[str, Format] = {
    "html": Format(
        html,
        ".html",
        N_("one page of its tiles, curves and table, by a double click, offline"),
        "text/html",
    ),
    "csv": Format(
        lambda run: nets_csv(run).encode(), ".csv", N_("a table of all networks"), "text/csv"
    ),
    "parquet": Format(
        nets_parquet,
        ".parquet",
        N_("the same table, for what reads Parquet"),
        "application/vnd.apache.parquet",
    ),
    "json": Format(
        lambda run: sweep_json(run).encode(),
        ".json",
        N_("the sweep, to train it again"),
        "application/json",
    ),
}
"""Formats of a run of many networks as a whole."""

RECORDED_FORMATS: dict[str, Format] = {
    "html": Format(
        html,
        ".html",
        N_("one page that shows it without this lab, by a double click, offline"),
        "text/html",
    ),
    "csv": Format(
        lambda run: recorded_csv(run).encode(),
        ".csv",
        N_("every metric, a line for each time that it was written"),
        "text/csv",
    ),
    "tensorboard": Format(
        recorded_event_file, ".tfevents", N_("every metric as a curve for TensorBoard")
    ),
    "onnx": Format(
        recorded_onnx, ".onnx", N_("the network with its newest weights, for other programs")
    ),
    "safetensors": Format(
        safetensors_file, ".safetensors", N_("the newest weights alone, by their own names")
    ),
}
"""Formats of a recorded run, which the lab can neither train nor rebuild."""


def export(run: Run, name: str, net: int | None = None) -> bytes:
    """A run in the form of that name; of a sweep as a whole, or one of its networks.

    Raises:
        NnlabError: there is no such form or network, or the run cannot be written so; says why.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    form = form_of(run, name, net)
    if net is None:
        return form.make(run)
    with TemporaryDirectory(prefix="nnlab-net-") as folder:
        return form.make(as_run(run, net, Path(folder)))


def file_name(run: Run, name: str, net: int | None = None) -> str:
    """Return the file name of an export: the run's id, the network's number, the format's ending.

    Raises:
        NnlabError: there is no such form.
        RunNotFoundError, RunDamagedError: as `export`.
    """
    number = "" if net is None else f"-net-{net}"
    return f"{run.id}{number}{form_of(run, name, net).suffix}"


def form_of(run: Run, name: str, net: int | None = None) -> Format:
    """The form of that name: of a run, of a sweep as a whole, or of one of its networks.

    Raises:
        NnlabError: there is no such form of it.
        RunNotFoundError, RunDamagedError: as `export`.
    """
    if run.is_recorded:
        return _of_recorded(run, name)
    sweep = run.sweep if net is None else None
    forms = FORMATS if sweep is None else SWEEP_FORMATS
    if name in forms:
        return forms[name]
    if sweep is not None and name in FORMATS:
        if sweep.search is not None:
            must_be_one(run)
        raise NnlabError(
            _(
                "{format} is of one network, and the run {run} is a sweep of {count:,}: name one,"
                " as in --net 0 (in Python net=0). Of all there are: {forms}.",
                format=name,
                run=run.id,
                count=sweep.count,
                forms=", ".join(SWEEP_FORMATS),
            )
        )
    if name in SWEEP_FORMATS:
        raise NnlabError(
            _(
                "{format} is of all networks of a sweep, and this is one network: take csv for the"
                " rows of its curves, or another format.",
                format=name,
            )
        )
    raise NnlabError(one_of(_("format"), name, forms))


def _of_recorded(run: Run, name: str) -> Format:
    if name in RECORDED_FORMATS:
        return RECORDED_FORMATS[name]
    if name not in FORMATS:
        raise NnlabError(one_of(_("format"), name, RECORDED_FORMATS))
    raise NnlabError(
        _(
            "{format} is of runs that the lab trained, and the run {run} is a recording of"
            " somebody's own loop. Of it there are: {forms}.",
            format=name,
            run=run.id,
            forms=", ".join(RECORDED_FORMATS),
        )
    )
