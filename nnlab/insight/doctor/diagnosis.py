"""Diagnostics of a network on a fixed batch: dead and saturated units, vanishing gradients.

Thresholds and where they come from:

- a ReLU unit is *dead* when it gives 0 for every example of the batch: no gradient reaches its
  weights any more (Lu, Shin, Su and Karniadakis, "Dying ReLU and initialization", 2019).
- a Tanh or Sigmoid unit is *saturated* when at least 95 % of its outputs are within 1.5 % of the
  ends of its range (|tanh| > 0.97): there its slope is below 6 % of the steepest. Reported where a
  quarter of a layer's units are (Glorot and Bengio, "Understanding the difficulty of training deep
  feedforward neural networks", 2010, watch the same figures by layer).
- gradients *vanish* where the first layer's are, in the root of their mean square, less than a
  thousandth of the last layer's, and *explode* where they are more than a thousand times as large,
  or all of them together have a norm above 1,000 (Bengio, Simard and Frasconi, 1994, and Pascanu,
  Mikolov and Bengio, 2013, on both; the thousand is ours).
- an update is *timid* where no layer's is a hundred-thousandth of its weights, and *wild* where
  one's is larger than they are. About a thousandth is right (CS231n, "Ratio of weights:updates").
- inputs are *not normalised* where one column's spread is more than 20 times another's, or a
  column's mean is further than 5 spreads from 0, or a spread is above 30 (LeCun, Bottou, Orr and
  Müller, "Efficient BackProp", 1998, section 4.3: means near 0, spreads alike).

A network that has learned its batch has small gradients everywhere, and useful units that
saturate: where its loss is below a twentieth of that of guessing, only dead units are reported.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nnlab.insight.doctor.diagnostic import Diagnostic, units
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _
from nnlab.training.metrics import cross_entropy

SATURATED, SATURATED_SHARE, SATURATED_UNITS = 0.97, 0.95, 0.25
VANISHED, EXPLODED, LARGE_NORM = 1e-3, 1e3, 1e3
TIMID, WILD = 1e-5, 1.0
SPREADS_APART, OFF_CENTRE, WIDE = 20.0, 5.0, 30.0
LEARNED = 0.05


@dataclass(frozen=True)
class LayerHealth:
    """The figures of one layer of weights, with the activation that follows it."""

    number: int
    """Number from 1; the last one gives the outputs."""
    name: str
    """`Linear · ReLU`."""
    units: int
    dead: tuple[int, ...]
    """ReLU units that give 0 for the whole batch, counted from 1."""
    saturated: tuple[int, ...]
    """Tanh or Sigmoid units at the ends of their range, counted from 1."""
    grad_norm: float
    """The Euclidean norm of the gradient of its weights and biases."""
    grad_rms: float
    """The gradient's norm divided by the square root of the number of its values."""
    update_ratio: float
    """The size of the next step over the size of the weights."""


@dataclass(frozen=True)
class Examination:
    """The measurements of a network; `diagnostics` interprets them."""

    examples: int
    loss: float
    """The mean over the batch."""
    guessing: float
    """The loss of a network that knows no more than how often each target comes."""
    layers: tuple[LayerHealth, ...]
    means: tuple[float, ...]
    """Mean of each input column of the first layer with weights; empty for tokens."""
    spreads: tuple[float, ...]
    """Standard deviations of the layers' outputs."""

    @property
    def grad_norm(self) -> float:
        """Norm of all gradients together."""
        return math.sqrt(sum(layer.grad_norm**2 for layer in self.layers))

    @property
    def has_learned(self) -> bool:
        """Whether the loss is so small that small gradients and saturated units are no problem."""
        return self.loss < LEARNED * self.guessing


def measure_layer(
    number: int,
    layer: nn.Module,
    follows: nn.Module | None,
    values: Tensor | None,
    *,
    gradient: Tensor,
    step: float,
) -> LayerHealth:
    """Measure one layer of weights.

    Args:
        number: the layer's place among those with weights, from 1.
        layer: linear or convolution.
        follows: the activation after it, if any.
        values: that activation's outputs for the batch, [n, units, ...].
        gradient: [p] of all its weights and biases.
        step: the size of the next step of these.
    """
    own = list(layer.parameters())
    size = float(torch.cat([p.detach().flatten() for p in own]).norm())
    norm = float(gradient.norm())
    return LayerHealth(
        number=number,
        name=" · ".join(type(m).__name__ for m in (layer, follows) if m is not None),
        units=len(own[0]),
        dead=_dead(follows, values),
        saturated=_saturated(follows, values),
        grad_norm=norm,
        grad_rms=norm / math.sqrt(len(gradient)),
        update_ratio=step / size if size > 0 else math.inf,
    )


def examine(
    network: nn.Sequential,
    x: Tensor,
    y: Tensor,
    *,
    lr: float,
    momentum: float = 0.0,
    adaptive: bool = False,
) -> Examination:
    """Measure a network on a batch. It is asked in evaluation mode, and left as it was.

    Args:
        network: gives [n, k]: logits or log-probabilities of k classes, or values; of sequences
            also [n, length, k]. Its linear and convolution layers are looked at.
        x: [n, *input_shape], n at least 1.
        y: int64 [n] (classes; [n, length] with one for each token), or float [n, 1] (values; the
            loss is then the squared error).
        lr: the rate of the next step.
        momentum: of SGD, which makes steady steps 1 / (1 - momentum) times as large.
        adaptive: Adam and its like: a step moves each weight by about `lr`, whatever its gradient.
    """
    classes = not y.is_floating_point()
    layers = [module for module in network if _has_weights(module)]
    outputs: dict[nn.Module, Tensor] = {}
    with eval_mode(network), torch.enable_grad():
        h = x
        first: Tensor | None = None
        for module in network:
            if first is None and _has_weights(module):
                first = h.detach()
            h = module(h)
            outputs[module] = h
        if classes:
            loss = cross_entropy(h, y)
        else:
            loss = nn.functional.mse_loss(h, y)
        parameters = [p for layer in layers for p in layer.parameters()]
        gradients = dict(zip(parameters, torch.autograd.grad(loss, parameters), strict=True))
    found = []
    for number, layer in enumerate(layers, start=1):
        own = list(layer.parameters())
        gradient = torch.cat([gradients[p].flatten() for p in own])
        step = lr * (
            math.sqrt(len(gradient)) if adaptive else float(gradient.norm()) / (1 - momentum)
        )
        follows = _activation_after(network, layer)
        values = outputs[follows].detach() if follows is not None else None
        found.append(measure_layer(number, layer, follows, values, gradient=gradient, step=step))
    assert first is not None, "a network that trains has weights"
    # Behind an embedding there are no columns that somebody could scale.
    columns = first.flatten(1).double() if x.is_floating_point() else None
    return Examination(
        examples=len(y),
        loss=float(loss.detach()),
        guessing=_guessing(y),
        layers=tuple(found),
        means=() if columns is None else tuple(columns.mean(0).tolist()),
        spreads=() if columns is None else tuple(columns.std(0, unbiased=False).tolist()),
    )


def diagnostics(seen: Examination) -> list[Diagnostic]:
    """The problems that the figures show, the gravest first; none for a healthy network."""
    found: list[Diagnostic] = []
    if not math.isfinite(seen.loss) or not math.isfinite(seen.grad_norm):
        return [
            Diagnostic(
                "exploding",
                _("The loss or its gradients are not numbers."),
                _("A step was so large that the next one overflowed: the weights are lost."),
            )
        ]
    found += [_dead_diagnostic(layer) for layer in seen.layers if layer.dead]
    if seen.has_learned:
        return found
    found += [
        Diagnostic(
            "saturated",
            _(
                "Layer {number}: {units} at the ends of {activation}'s range for nearly every"
                " example.",
                number=layer.number,
                units=units(layer.saturated, layer.units),
                activation=layer.name.rpartition(" ")[2],
            ),
            _(
                "What flows in is so large that the activation is flat there: its slope, and with"
                " it the gradient of everything before, is nearly 0."
            ),
        )
        for layer in seen.layers
        if len(layer.saturated) >= max(1, SATURATED_UNITS * layer.units)
    ]
    found += _gradient_diagnostics(seen)
    found += _update_diagnostics(seen)
    found += _input_diagnostics(seen)
    return found


# Measuring ---------------------------------------------------------------------------------------


def _has_weights(module: nn.Module) -> bool:
    return isinstance(module, nn.Linear | nn.Conv2d)


def _activation_after(network: nn.Sequential, layer: nn.Module) -> nn.Module | None:
    modules = list(network)
    for module in modules[modules.index(layer) + 1 :]:
        if _has_weights(module):
            return None
        if isinstance(module, nn.ReLU | nn.Tanh | nn.Sigmoid):
            return module
    return None


def _by_unit(values: Tensor) -> Tensor:
    """[examples, units]: the places of a feature map, and tokens, are examples, too."""
    if values.dim() == 3:  # [n, length, units]
        return values.flatten(0, 1)
    return values.flatten(2).transpose(1, 2).flatten(0, 1) if values.dim() > 3 else values


def _dead(module: nn.Module | None, values: Tensor | None) -> tuple[int, ...]:
    if values is None or not isinstance(module, nn.ReLU):
        return ()
    return _numbers((_by_unit(values) == 0).all(0))


def _saturated(module: nn.Module | None, values: Tensor | None) -> tuple[int, ...]:
    if values is None or not isinstance(module, nn.Tanh | nn.Sigmoid):
        return ()
    values = _by_unit(values)
    if isinstance(module, nn.Sigmoid):
        values = 2 * values - 1
    return _numbers((values.abs() > SATURATED).double().mean(0) >= SATURATED_SHARE)


def _numbers(chosen: Tensor) -> tuple[int, ...]:
    return tuple(int(index) + 1 for index in chosen.nonzero().flatten())


def _guessing(y: Tensor) -> float:
    if y.is_floating_point():
        return float(y.double().var(unbiased=False))
    shares = y.flatten().bincount().double() / y.numel()
    shares = shares[shares > 0]
    return float(-(shares * shares.log()).sum())


# Judging -----------------------------------------------------------------------------------------


def _dead_diagnostic(layer: LayerHealth) -> Diagnostic:
    return Diagnostic(
        "dead",
        _(
            "Layer {number}: {units} dead: 0 for every example.",
            number=layer.number,
            units=units(layer.dead, layer.units),
        ),
        _(
            "A step pushed the bias so low that ReLU cuts everything off; where it is 0 its"
            " gradient is 0, and nothing brings such a unit back."
        ),
    )


def _gradient_diagnostics(seen: Examination) -> list[Diagnostic]:
    first, last = seen.layers[0], seen.layers[-1]
    if seen.grad_norm > LARGE_NORM or first.grad_rms > EXPLODED * last.grad_rms > 0:
        return [
            Diagnostic(
                "exploding",
                _(
                    "The gradient has a norm of {norm:.3g}; that of layer 1 is {first:.3g}, of the"
                    " last layer {last:.3g}.",
                    norm=seen.grad_norm,
                    first=first.grad_norm,
                    last=last.grad_norm,
                ),
                _(
                    "On its way back each layer of large weights makes it larger, and a step along"
                    " it goes far beyond where it is true."
                ),
            )
        ]
    if len(seen.layers) > 1 and first.grad_rms < VANISHED * last.grad_rms:
        ratio = last.grad_rms / first.grad_rms if first.grad_rms else math.inf
        if math.isfinite(ratio):
            what = _(
                "The gradient of layer 1 is {times:,.0f} times smaller than that of the last"
                " layer.",
                times=ratio,
            )
        else:
            what = _("The gradient of layer 1 is 0, unlike that of the last layer.")
        return [
            Diagnostic(
                "vanishing",
                what,
                _(
                    "On its way back each layer multiplies it by its weights and by the slope of"
                    " its activation, and both are below 1: the first layers hardly learn."
                ),
            )
        ]
    return []


def _update_diagnostics(seen: Examination) -> list[Diagnostic]:
    ratios = [layer.update_ratio for layer in seen.layers]
    worst = max(seen.layers, key=lambda layer: layer.update_ratio)
    if worst.update_ratio > WILD and math.isfinite(worst.update_ratio):
        return [
            Diagnostic(
                "rate_high",
                _(
                    "The next step is {times:.2g} times as large as the weights of layer {number}.",
                    times=worst.update_ratio,
                    number=worst.number,
                ),
                _(
                    "The learning rate is too high for these gradients: a step should change"
                    " weights by about a thousandth."
                ),
            )
        ]
    if max(ratios) < TIMID:
        return [
            Diagnostic(
                "rate_low",
                _(
                    "The next step changes the weights by {share:.1g} of their size at most.",
                    share=max(ratios),
                ),
                _(
                    "The learning rate is so low that nothing would move for a very long time:"
                    " about a thousandth is right."
                ),
            )
        ]
    return []


def _input_diagnostics(seen: Examination) -> list[Diagnostic]:
    spreads = [spread for spread in seen.spreads if spread > 0]
    if not spreads or len(seen.spreads) > 64:  # pictures: their borders are always 0
        return []
    apart = max(spreads) / min(spreads)
    off = max(
        (abs(m) / s for m, s in zip(seen.means, seen.spreads, strict=True) if s > 0), default=0.0
    )
    if apart <= SPREADS_APART and off <= OFF_CENTRE and max(spreads) <= WIDE:
        return []
    return [
        Diagnostic(
            "inputs",
            _(
                "The inputs' spreads go from {least:.3g} to {most:.3g}, and a mean lies {off:.2g}"
                " spreads from 0.",
                least=min(spreads),
                most=max(spreads),
                off=off,
            ),
            _(
                "One rate has to serve all weights: beside a wide column a narrow one hardly"
                " learns. Means of 0 and spreads of 1 fix it."
            ),
        )
    ]
