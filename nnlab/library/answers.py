"""A network's answers to examples given by a script."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from nnlab.config.data import Task
from nnlab.errors import NnlabError, shown
from nnlab.insight.parts import in_parts
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _

AT_ONCE = 1000
Examples = ArrayLike | Tensor
"""Rows of examples or a single one: an array, a tensor, lists of numbers."""


def answers(  # noqa: PLR0913 - options of one call, by keyword
    network: nn.Module,
    x: Examples,
    *,
    shape: Sequence[int],
    symbols: int | None = None,
    pictures: bool = False,
    task: Task | None,
    is_logit: bool = False,
) -> NDArray[np.float64]:
    """The network's answer to each example, in evaluation mode.

    Args:
        network: takes [n, *shape].
        x: [n, *shape], or [*shape], whose answer then has no n either.
        shape: of one example.
        symbols: of sequences: the examples are tokens, whole numbers from 0 to one less.
        pictures: the examples are pictures of the lab, whose values go from 0 to 1.
        task: `classification`: probabilities [n, classes], of sequences [n, length, classes]
            where each token has a class. `regression`: values [n]. None: outputs as they are.
        is_logit: of a network with one output for two classes: the logit of the second.

    Raises:
        NnlabError: examples of another shape, or that are no numbers; or the network diverged.
    """
    examples = _as_array(x)
    shape = tuple(shape)
    is_one = examples.shape == shape
    if not is_one and examples.shape[1:] != shape:
        raise _wrong_shape(examples.shape, shape)
    if is_one:
        examples = examples[None]
    if len(examples) == 0:
        raise _wrong_shape(examples.shape, shape)
    if pictures and (examples.min() < -1 or examples.max() > 2):  # of noise a little is allowed
        raise _no_pictures(examples)
    inputs = _tokens(examples, symbols) if symbols is not None else _numbers(examples)
    with eval_mode(network), torch.inference_mode():
        outputs = in_parts(network, inputs, AT_ONCE).double()
    if not bool(torch.isfinite(outputs).all()):
        raise NnlabError(
            _(
                "The network's outputs are not finite numbers: its run diverged. Train it anew with"
                " a lower training.optimizer.lr."
            )
        )
    if is_logit:
        outputs = torch.cat([torch.zeros_like(outputs), outputs], dim=-1)
    if task == "classification":
        outputs = outputs.softmax(-1)
    if task == "regression" and outputs.dim() == 2 and outputs.shape[1] == 1:
        outputs = outputs[:, 0]
    found = outputs.numpy()
    return found[0] if is_one else found


def _as_array(x: Examples) -> NDArray[np.generic]:
    try:
        if isinstance(x, Tensor):
            x = x.detach().cpu().resolve_conj().resolve_neg()
            x = x.float() if x.is_floating_point() and x.itemsize < 4 else x  # NumPy has not all
        found = np.asarray(x)
    except (ValueError, TypeError, RuntimeError) as error:
        # Rows of different lengths, no numbers, a sparse tensor, a list of those with gradients.
        raise _no_numbers(x) from error
    if found.dtype.kind not in "fiub":
        raise _no_numbers(x)
    return found


def _numbers(examples: NDArray[np.generic]) -> Tensor:
    with np.errstate(over="ignore"):  # what float32 does not hold is infinite, and refused
        numbers = examples.astype(np.float32)
    if not np.isfinite(numbers).all():
        raise NnlabError(
            _("The examples hold values that are no finite numbers: leave those rows out.")
        )
    return torch.from_numpy(numbers)


def _tokens(examples: NDArray[np.generic], symbols: int) -> Tensor:
    if examples.dtype.kind not in "iu" or examples.min() < 0 or examples.max() >= symbols:
        raise NnlabError(
            _(
                "The examples are rows of tokens, whole numbers from 0 to {last}, got {received}.",
                last=symbols - 1,
                received=_range(examples),
            )
        )
    return torch.from_numpy(examples.astype(np.int64))


def _range(examples: NDArray[np.generic]) -> str:
    return _(
        "{kind} from {low} to {high}",
        kind=examples.dtype,
        low=examples.min(),
        high=examples.max(),
    )


def _no_pictures(examples: NDArray[np.generic]) -> NnlabError:
    return NnlabError(
        _(
            "Pictures have values from 0 (black) to 1 (white), got {received}: divide those of 0 to"
            " 255 by 255.",
            received=_range(examples),
        )
    )


def _no_numbers(x: object) -> NnlabError:
    return NnlabError(
        _(
            "Examples are an array, a tensor or lists of numbers, one row as long as another, got"
            " {received}.",
            received=shown(x),
        )
    )


def _wrong_shape(received: tuple[int, ...], shape: tuple[int, ...]) -> NnlabError:
    one = ", ".join(map(str, shape))
    return NnlabError(
        _(
            "This network takes examples of the shape [n, {one}], n at least 1, or one example"
            " [{one}], got [{received}]: reshape them.",
            one=one,
            received=", ".join(map(str, received)),
        )
    )
