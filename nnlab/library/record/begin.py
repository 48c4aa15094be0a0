"""The beginning of a recording: its run directory, and what is known of network and data."""

from os import PathLike
from pathlib import Path

import torch
from torch import nn

from nnlab.errors import NnlabError, shown
from nnlab.library.record.given import Given, read_given
from nnlab.library.record.named import checked_name, told_apart
from nnlab.library.record.once_warnings import OnceWarnings
from nnlab.library.record.recorder import Recorder
from nnlab.library.record.recording import Recording
from nnlab.library.record.task import checked_classes
from nnlab.library.record.weights import parameter_count
from nnlab.runs.recorded.record import Record
from nnlab.runs.recorded.writer import RecordedWriter
from nnlab.runs.store import Store
from nnlab.settings import read_settings
from nnlab.texts import _
from nnlab.training.events import FitStarted
from nnlab.training.machine import device as devices
from nnlab.training.machine.processor import processor_name
from nnlab.version import VERSION


def record(
    model: nn.Module,
    *,
    name: str,
    data: object = None,
    classes: object = None,
    runs: str | PathLike[str] | None = None,
) -> Recording:
    """Record a loop of one's own: `with nnlab.record(model, name="mine") as run: … run.step(…)`.

    The run is in the lab from now on. Nothing here or in the recording raises into the loop: what
    cannot be recorded is said by one `RecordWarning`, and the loop goes on without it.

    Args:
        model: any module. It stays exactly as it is, and so do all random numbers.
        name: of the run, 1 to 80 characters.
        data: examples to look at the network with: `(x, y)`, `x` alone, a `Dataset` or a
            `DataLoader`. At most 2,000 rows are kept, beside the run.
        classes: names of the classes, one for each output; of a network with one output, two.
        runs: where the run is made; without it, where the lab keeps its own.
    """
    said = OnceWarnings()
    module = _checked_model(model, said)
    try:
        recorder, writer = _recorder(
            module, checked_name(name, module, said), data, classes, runs, said
        )
    except Exception as error:  # noqa: BLE001 - the loop goes on, whatever it is
        why = str(error) if isinstance(error, NnlabError) else shown(error)
        said("begin", _("Nothing is recorded, and your loop goes on: {why}", why=why))
        return Recording(None, None)
    try:
        recorder.begin()
    except Exception as error:  # noqa: BLE001 - likewise
        said("begin", _("The network is not recorded: {why}", why=shown(error)))
    except BaseException:
        recorder.close("stopped")
        raise
    return Recording(recorder, writer.run)


def _recorder(
    model: nn.Module, name: str, data: object, classes: object, runs: object, said: OnceWarnings
) -> tuple[Recorder, RecordedWriter]:
    names = checked_classes(classes, said)
    given = _given(data, said)
    kind = type(model).__name__[:200]
    found = Record(module=kind, parameters=parameter_count(model), notes=said.notes)
    run = Store(_runs_dir(runs, said)).create_recorded(found, name=name)
    writer = RecordedWriter(run)
    try:
        told_apart(run, said)
        writer.append(_started(model, given))
        return Recorder(model, writer, found, given=given, classes=names, said=said), writer
    except BaseException:
        writer.close()
        raise


def _checked_model(model: object, said: OnceWarnings) -> nn.Module:
    if isinstance(model, nn.Module):
        return model
    said(
        "model",
        _(
            "nnlab.record takes a torch.nn.Module, got {received}: the curves are recorded, no"
            " network is; give the module first.",
            received=shown(model),
        ),
    )
    return nn.Module()


def _given(data: object, said: OnceWarnings) -> Given | None:
    if data is None:
        return None
    try:
        return read_given(data)
    except NnlabError as error:
        said("data", _("The data is not recorded: {why}", why=error))
    except Exception as error:  # noqa: BLE001 - of the author's own objects anything may come
        said("data", _("The data is not recorded, give data=(x, y): {why}", why=shown(error)))
    return None


def _runs_dir(runs: object, said: OnceWarnings) -> Path:
    if isinstance(runs, str | PathLike) and str(runs):
        return Path(runs)
    usual = read_settings().runs_dir
    if runs is not None:
        said(
            "runs",
            _(
                "runs is the path of a folder, got {received}: the run is made in {usual}; give a"
                " path, or nothing.",
                received=shown(runs),
                usual=usual,
            ),
        )
    return usual


def _started(model: nn.Module, given: Given | None) -> FitStarted:
    first = next(model.parameters(), None)
    return FitStarted(
        step=0,
        epoch=0,
        seconds=0,
        schema=1,
        nnlab=VERSION,
        torch=torch.__version__,
        device="cpu" if first is None else devices.device_name(first.device),
        threads=torch.get_num_threads(),
        fused=False,
        processor=processor_name(),
        parameters=parameter_count(model),
        train_size=0 if given is None else given.rows,
        val_size=0,
        steps_per_epoch=0,
        total_steps=0,
    )
