"""Recorded runs as a recorder lays them out, made without one."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.files import append_line
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.recorded.chain import chain_of
from nnlab.runs.recorded.graph import graph_of
from nnlab.runs.recorded.record import DATA, GRADIENT, GRAPH, Record, RecordedTask
from nnlab.runs.run import Run
from nnlab.runs.store import Store
from nnlab.training.events import CheckpointSaved, FitEnded, FitStarted, to_line


def recorded(
    store: Store,
    model: nn.Module,
    x: Tensor,
    y: Tensor | None = None,
    *,
    name: str = "mine",
    classes: Sequence[str] | None = None,
    task: RecordedTask | None = None,
    steps: Sequence[int] = (0, 10, 20),
    learn: Callable[[nn.Module], Tensor] | None = None,
) -> Run:
    """A run whose weights move a little between its steps, or as `learn` (a loss) says."""
    try:
        graph, why = graph_of(model, x), None
    except NnlabError as error:
        graph, why = None, str(error)
    chain = chain_of(model, x)
    record = Record(
        module=type(model).__name__,
        parameters=sum(p.numel() for p in model.parameters()),
        inputs=tuple(x.shape[1:]),
        outputs=None if graph is None else graph.outputs,
        task=task or ("classification" if classes else None),
        classes=None if classes is None else tuple(classes),
        examples=len(x),
        given=len(x),
        tensors=None if graph is None else graph.tensors,
        no_graph=why,
        layers=None if chain is None else chain.layers,
        weights_of=None if chain is None else chain.weights_of,
    )
    run = store.create_recorded(record, name=name)
    if graph is not None:
        (run.path / GRAPH).write_bytes(graph.data)
    arrays = {"x": (x.float() if x.dtype == torch.bfloat16 else x).numpy()} | (
        {} if y is None else {"y": y.numpy()}
    )
    np.savez_compressed(run.path / DATA, **arrays)
    started = FitStarted(
        step=0,
        epoch=0,
        seconds=0,
        total_steps=0,
        steps_per_epoch=0,
        parameters=record.parameters,
        nnlab="0",
        torch=torch.__version__,
        threads=1,
        processor="",
        device="cpu",
        fused=False,
        train_size=len(x),
        val_size=0,
    )
    append_line(run.path / EVENTS_FILE, to_line(started))
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for step in range(max(steps) + 1):
        optimizer.zero_grad()
        loss = learn(model) if learn else sum(p.square().sum() for p in model.parameters())
        assert isinstance(loss, Tensor)
        loss.backward()
        if step in steps:
            keep(run, model, step)
        if step < max(steps):
            optimizer.step()
    save_live(run.path, model.state_dict(), max(steps))
    ended = FitEnded(step=max(steps), epoch=0, seconds=1, reason="completed")
    append_line(run.path / EVENTS_FILE, to_line(ended))
    return run


def keep(run: Run, model: nn.Module, step: int) -> Path:
    folder = run.path / "checkpoints"
    folder.mkdir(exist_ok=True)
    path = folder / f"{step:010d}.safetensors"
    tensors = {name: value.clone() for name, value in model.state_dict().items()}
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            tensors[GRADIENT + name] = parameter.grad.clone()
    save_file(tensors, path, {"step": str(step)})
    event = CheckpointSaved(step=step, epoch=0, seconds=step / 10, file=path.name)
    append_line(run.path / EVENTS_FILE, to_line(event))
    return path
