"""Evidence in a picture for a class: integrated gradients, occlusion, Grad-CAM (by Captum).

All three explain an output of the network before the softmax: a logit, or a log-probability where
the network ends in `log_softmax`. A pair of classes explains the difference of two of them, which
is the same for both kinds of network: the logarithm of how many times likelier the first one is.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _

Target = int | tuple[int, int]
"""A class, or two of them: what speaks for the first and against the second."""

IG_STEPS = 64
"""Points of the Gauss-Legendre quadrature on the way from the baseline to the picture."""
OCCLUSION_BATCH = 64


def integrated_gradients(
    network: nn.Module, picture: Tensor, target: Target, baseline: float = 0.0
) -> NDArray[np.float32]:
    """Each pixel's share in the output, as against a picture that is `baseline` everywhere.

    The shares add up to f(picture) - f(baseline), up to the error of a numeric integral
    (Sundararajan, Taly, Yan: Axiomatic Attribution for Deep Networks, ICML 2017).

    Args:
        network: takes [n, c, h, w], returns [n, k] logits or log-probabilities; on the CPU. It is
            asked in evaluation mode, and left in the modes and with the gradients that it had.
        picture: float [c, h, w] in [0, 1].
        target: the class, or a pair of classes.
        baseline: the grey, in [0, 1], that stands for nothing; 0 is black.

    Returns:
        float32 [h, w], summed over channels: above 0 speaks for, below 0 against. A pixel that
        equals the baseline gets 0.

    Raises:
        NnlabError: no such class, no picture of this form, or outputs that are not finite.
    """
    from captum.attr import IntegratedGradients  # takes most of a second, and few visitors ask

    output = _output(network, picture, target)
    with eval_mode(network):
        shares = IntegratedGradients(output).attribute(
            picture[None], baselines=baseline, n_steps=IG_STEPS, method="gausslegendre"
        )
    return _flat(shares[0])


def occlusion(
    network: nn.Module,
    picture: Tensor,
    target: Target,
    baseline: float = 0.0,
    *,
    window: int = 4,
    stride: int = 2,
) -> NDArray[np.float32]:
    """Measure how far the output falls when a square of the picture is covered.

    Each pixel carries the mean over all squares that cover it (Zeiler, Fergus: Visualizing and
    Understanding Convolutional Networks, ECCV 2014).

    Args:
        network: as `integrated_gradients` has it.
        picture: float [c, h, w] in [0, 1].
        target: the class, or a pair of classes.
        baseline: the grey, in [0, 1], that covers.
        window: pixels, the side of the square, at most the picture's.
        stride: pixels from one square to the next, at most `window`.

    Returns:
        float32 [h, w]: above 0 where covering lowers the output.

    Raises:
        NnlabError: as `integrated_gradients` does, or a window or stride that does not fit.
    """
    from captum.attr import Occlusion

    output = _output(network, picture, target)
    if not 1 <= stride <= window <= min(picture.shape[1:]):
        raise NnlabError(
            _(
                "Occlusion needs 1 ≤ stride ≤ window ≤ {side}, the picture's side; got stride"
                " {stride} and window {window}.",
                side=min(picture.shape[1:]),
                stride=stride,
                window=window,
            )
        )
    channels = len(picture)
    with eval_mode(network), torch.no_grad():
        falls = Occlusion(output).attribute(
            picture[None],
            sliding_window_shapes=(channels, window, window),
            strides=(channels, stride, stride),
            baselines=baseline,
            perturbations_per_eval=OCCLUSION_BATCH,
        )
    # All channels are covered at once, so each carries the same fall.
    return _flat(falls[0] / channels)


def grad_cam(
    network: nn.Sequential, picture: Tensor, target: Target, *, signed: bool = False
) -> NDArray[np.float32]:
    """Locate evidence for the class in the feature maps of the last convolution.

    The feature maps A of the last `nn.Conv2d`, each weighted by the mean of the output's gradient
    over it, added up, negative values cut off (Selvaraju et al.: Grad-CAM, ICCV 2017), and
    enlarged bilinearly to the picture's size.

    Args:
        network: as `integrated_gradients` has it, with at least one `nn.Conv2d`.
        picture: float [c, h, w] in [0, 1].
        target: the class, or a pair of classes.
        signed: keep negative values, too: what speaks against the class, or for the second of a
            pair.

    Returns:
        float32 [h, w]; not below 0, unless `signed`.

    Raises:
        NnlabError: as `integrated_gradients` does, or a network without convolution.
    """
    from captum.attr import LayerGradCam

    output = _output(network, picture, target)
    last = last_convolution(network)
    if last is None:
        raise NnlabError(
            _(
                "Grad-CAM looks at the feature maps of the last convolution, and this network has"
                " none. Take integrated gradients or occlusion, or a network with conv2d."
            )
        )
    with eval_mode(network):
        maps = LayerGradCam(output, last).attribute(picture[None], relu_attributions=not signed)
    size = (picture.shape[1], picture.shape[2])
    with torch.no_grad():
        large = nn.functional.interpolate(maps, size, mode="bilinear", align_corners=False)
    return _flat(large[0])


def last_convolution(network: nn.Module) -> nn.Conv2d | None:
    """The last `nn.Conv2d` of the network, None where it has none."""
    found = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    return found[-1] if found else None


def _output(network: nn.Module, picture: Tensor, target: Target) -> Callable[[Tensor], Tensor]:
    """The function [n, c, h, w] -> [n] that is to be explained; asked once, to see that it can."""
    if picture.ndim != 3 or not picture.is_floating_point():
        raise NnlabError(
            _(
                "A picture to explain is a float tensor of channels × height × width, got {dtype}"
                " {shape}.",
                dtype=picture.dtype,
                shape=list(picture.shape),
            )
        )
    with eval_mode(network), torch.no_grad():
        outputs = network(picture[None])
    if not bool(torch.isfinite(outputs).all()):
        raise NnlabError(
            _(
                "The network's outputs are not finite numbers: its training diverged. Choose"
                " another model, or train one with a lower learning rate."
            )
        )
    classes = outputs.shape[1]
    named = (target,) if isinstance(target, int) else target
    if not all(0 <= one < classes for one in named):
        raise NnlabError(
            _("The classes go from 0 to {last}, got {received}.", last=classes - 1, received=target)
        )
    if isinstance(target, int):
        return lambda x: network(x)[:, target]
    first, second = target

    def difference(x: Tensor) -> Tensor:
        answers = network(x)
        return answers[:, first] - answers[:, second]

    return difference


def _flat(shares: Tensor) -> NDArray[np.float32]:
    return shares.detach().sum(dim=0).float().numpy()
