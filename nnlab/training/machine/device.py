"""The machine that a network trains on: device, threads, and PyTorch's global state."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from nnlab.errors import NnlabError
from nnlab.settings import cores
from nnlab.texts import _
from nnlab.training.seeds import LAYERS, own_seed

SMALL_FLOPS = 10**7
"""Below this many floating-point operations a step one thread is fastest, and an accelerator
slower than the processor."""

most_threads: int | None = None
"""Most threads of a run of this process, where its experiment does not say; None: the cores. Set by
the process of a worker (`nnlab.runs.workers.host`)."""


def choose_device(wanted: str, step_flops: int) -> torch.device:
    """The device for `auto`, `cpu`, `cuda` or `mps`. Small networks stay on the processor by auto.

    Raises:
        NnlabError: a device is asked for by name that this machine does not have.
    """
    have = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if wanted != "auto":
        if not have[wanted]:
            raise NnlabError(
                _(
                    "NNLAB_DEVICE={wanted}, but PyTorch finds no {wanted} device here:"
                    " set NNLAB_DEVICE to auto or cpu.",
                    wanted=wanted,
                )
            )
        return torch.device(wanted)
    if step_flops < SMALL_FLOPS:
        return torch.device("cpu")
    return torch.device("cuda" if have["cuda"] else "mps" if have["mps"] else "cpu")


def choose_threads(wanted: int | None, step_flops: int) -> int:
    """The threads as told, else one for a small net, else one a core that this process may use."""
    if wanted is not None:
        return wanted
    if step_flops < SMALL_FLOPS:
        return 1
    return min(cores(), most_threads or cores())


def device_name(device: torch.device) -> str:
    """`cpu`, `mps`, or the name of the CUDA card."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def random_state(device: torch.device) -> dict[str, Tensor]:
    """The state of the generators that layers draw from on this device."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def set_random_state(states: dict[str, Tensor], device: torch.device) -> None:
    """Put back what `random_state` gave."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
    elif device.type == "mps" and "mps" in states:
        torch.mps.set_rng_state(states["mps"])


@contextmanager
def own_world(states: dict[str, Tensor], device: torch.device, threads: int) -> Iterator[None]:
    """PyTorch's global random state and threads, for a while those of one run.

    `states` is updated in place when the while is over, and the outer world put back: so two
    runs, or a notebook around one, do not disturb each other.
    """
    outer_states, outer_threads = random_state(device), torch.get_num_threads()
    outer_deterministic = torch.backends.cudnn.deterministic
    set_random_state(states, device)
    if threads != outer_threads:
        torch.set_num_threads(threads)
    torch.backends.cudnn.deterministic = True
    try:
        yield
    finally:
        states.update(random_state(device))
        set_random_state(outer_states, device)
        if threads != outer_threads:
            torch.set_num_threads(outer_threads)
        torch.backends.cudnn.deterministic = outer_deterministic


def seeded(seed: int, device: torch.device) -> dict[str, Tensor]:
    """The state of the generators after a seed, the global ones left as they are.

    The order of batches has a generator of its own with the seed itself; what layers draw must
    not repeat it.
    """
    outer, own = random_state(device), own_seed(seed, LAYERS)
    torch.default_generator.manual_seed(own)
    if device.type == "cuda":
        torch.cuda.manual_seed(own)
    elif device.type == "mps":
        torch.mps.manual_seed(own)
    states = random_state(device)
    set_random_state(outer, device)
    return states
