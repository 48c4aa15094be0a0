"""The weights of a run at some hundred moments, close together where much changes.

A training changes most at its beginning: moments at even steps would show a jump and then a
standing picture. So the run is replayed once (`nnlab.runs.rewind.path`), some more moments are
taken than will be kept, and those stay that lie evenly along the way of what the network says.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.models.eval_mode import eval_mode
from nnlab.models.vectors import average_names, put, weight_names
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.path import RunPath, path_of
from nnlab.runs.store import Run

MOST = 300
TAKEN = 2
"""Times as many are taken as are kept."""
MOST_BYTES = 4 * 2**20
"""Limit for all moments together; a larger network has fewer."""
SECONDS = 60.0
"""Limit for the replay."""
EVEN = 0.3
"""The share of the moments that lie evenly over the steps, however little changes there."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Moments:
    """A recording."""

    steps: list[int]
    """Ascending; the first and the last step that the run has made are among them."""
    values: Floats
    """[t, s]: all tensors of a moment, flattened, one after another."""
    tensors: list[tuple[str, list[int]]]
    """Names and shapes of the tensors of the `state_dict`."""
    until: int | None
    """The step at which the replay came to its end of time: later moments are those of checkpoints.
    None: it came to its end."""


def moments_of(
    run: Run,
    history: History,
    network: nn.Sequential,
    asked: Tensor,
    data_dir: Path,
    *,
    path: RunPath | None = None,
) -> Moments:
    """Return at most 300 moments of a run, from its first step to its newest.

    Of weights from a file that nothing was trained of, and of a run without checkpoints (one that
    diverged after a few steps), the newest weights alone.

    Args:
        run: of one network; it may train meanwhile.
        history: of its events.
        network: built from its experiment; its weights are others afterwards.
        asked: inputs [n, …] by whose answers it is judged how much has changed.
        data_dir: where data sets are kept.
        path: the run at the steps of `steps_of`, where it was replayed before; None: it is
            replayed now, which takes a minute at most.

    Raises:
        NnlabError: as `nnlab.runs.rewind.path.path_of` does.
    """
    state = network.state_dict()
    names = weight_names(network) + average_names(network)
    if not has_way(run, history):
        path = _standing(run, network)
    else:
        steps = steps_of(run, history, network)
        path = path or path_of(run, steps[-1], data_dir, seconds=SECONDS, steps=steps)
        path = _with_newest(run, path, names)
    values = torch.cat([path.weights, path.averages], dim=1).numpy()
    answers = _answers(network, path, asked)
    kept = chosen(path.steps.numpy(), answers, _most(network))
    return Moments(
        [int(path.steps[i]) for i in kept],
        np.ascontiguousarray(values[kept], dtype=np.float32),
        [(name, list(state[name].shape)) for name in names],
        None if path.is_whole else path.until,
    )


def has_way(run: Run, history: History) -> bool:
    """Whether more is known of a run than its newest weights."""
    return history.started is not None and bool(list_checkpoints(run.path))


def steps_of(run: Run, history: History, network: nn.Module) -> list[int]:
    """The moments that are taken, ascending: half of them evenly, half closer to the first.

    Of a run that diverged the last one is that before; its last weights are known by their file.
    """
    first, last = run.meta.parent_step or 0, history.step
    if history.diverged is not None:
        last = max(first, history.diverged.step - 1)
    return _steps(first, last, TAKEN * _most(network))


def _most(network: nn.Module) -> int:
    """Return the number of moments of this network that a page keeps, at least 2."""
    names = weight_names(network) + average_names(network)
    size = sum(network.state_dict()[name].numel() for name in names)
    return max(2, min(MOST, MOST_BYTES // (4 * max(1, size))))


def chosen(steps: NDArray[np.int64], answers: Floats, most: int) -> list[int]:
    """The places of at most `most` moments, evenly along the way of the answers.

    The way from one moment to the next is the root of the mean square by which the answers differ
    (the arc length of a polygon), and a part of it goes evenly over the steps.

    Args:
        steps: [t], ascending.
        answers: [t, n], what the network says at each; what is no number counts for 0.
        most: 2 or more.

    Returns:
        Ascending, the first and the last among them.
    """
    if len(steps) <= most:
        return list(range(len(steps)))
    far = np.sqrt(np.mean(np.diff(np.nan_to_num(answers), axis=0) ** 2, axis=1, dtype=np.float64))
    way = np.concatenate([[0.0], np.cumsum(far)])
    share = way / way[-1] if way[-1] > 0 else np.zeros(len(steps))
    even = (steps - steps[0]) / (steps[-1] - steps[0])
    place = (1 - EVEN) * share + EVEN * even
    place /= place[-1]
    wanted = np.linspace(0, 1, most)
    right = np.searchsorted(place, wanted).clip(1, len(steps) - 1)
    nearer = np.where(wanted - place[right - 1] < place[right] - wanted, right - 1, right)
    return sorted({0, len(steps) - 1, *map(int, nearer)} - {-1})


def _steps(first: int, last: int, count: int) -> list[int]:
    """Half of them evenly over the steps, half ever closer towards the first."""
    half = max(2, count // 2)
    even = np.linspace(first, last, half)
    early = first + np.geomspace(1, max(1, last - first), half)
    both = np.concatenate([even, early]).round().astype(np.int64)
    return sorted({first, last, *(int(step) for step in both if first <= step <= last)})


def _answers(network: nn.Sequential, path: RunPath, asked: Tensor) -> Floats:
    """Return the network's outputs for some inputs at each moment, about [-1, 1]: [t, n]."""
    found = []
    with eval_mode(network), torch.inference_mode():
        for weights, averages in zip(path.weights, path.averages, strict=True):
            put(network, weights, averages)
            outputs = network(asked)
            said = outputs.softmax(1) if outputs.shape[1] > 1 else outputs.clamp(-1e6, 1e6)
            found.append(said.flatten())
    answers = torch.stack(found)
    spread = answers.nan_to_num().abs().amax().clamp(min=1e-12)
    return (answers / spread).numpy().astype(np.float32, copy=False)


def _with_newest(run: Run, path: RunPath, names: list[str]) -> RunPath:
    """The very weights that the run wrote last, where they are of the last step or beyond all."""
    live = load_live(run.path)
    if live is None or live[0] < int(path.steps[-1]):
        return path
    step, tensors = live
    steps, weights, averages = path.steps, path.weights, path.averages
    if step > int(steps[-1]):  # the time was over before the replay came there
        steps = torch.cat([steps, torch.tensor([step])])
        weights = torch.cat([weights, weights[-1:]])
        averages = torch.cat([averages, averages[-1:]])
    whole = _flat(tensors, names)
    count = weights.shape[1]
    weights, averages = weights.clone(), averages.clone()
    weights[-1], averages[-1] = whole[:count], whole[count:]
    return RunPath(steps, weights, averages, is_whole=path.is_whole, until=path.until)


def _standing(run: Run, network: nn.Module) -> RunPath:
    """The newest weights alone."""
    live = load_live(run.path)
    assert live is not None, "who asks has seen the newest weights"
    step, tensors = live
    each = (
        _flat(tensors, names)[None] for names in (weight_names(network), average_names(network))
    )
    return RunPath(torch.tensor([step]), *each, is_whole=True, until=step)


def _flat(tensors: dict[str, Tensor], names: list[str]) -> Tensor:
    return torch.cat([torch.empty(0), *(tensors[name].float().flatten() for name in names)])
