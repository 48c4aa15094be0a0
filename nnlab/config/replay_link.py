"""The expectation of a replayable link: `expect=` step and loss, `made=` by which software.

The last bits of a loss repeat on the same processor, with the same PyTorch and as many threads. So
the link says by what it was made, and whoever replays it is told what differs.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from nnlab.errors import InvalidExperimentError
from nnlab.texts import _

EXPECT, MADE = "expect", "made"
"""The parameters of the address, beside the experiment's own."""
MAX_STEP = 1_000_000_000
MAX_NAME = 48
"""Characters of a name that a link keeps, a processor's for example."""
LOSS = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?")
COUNT = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True)
class Maker:
    """The software and processor that trained a run.

    Names have at most 48 characters of letters, digits and ` .-+()@`.
    """

    nnlab: str
    torch: str
    threads: int
    device: str
    processor: str


@dataclass(frozen=True)
class Expectation:
    """The training loss, over the whole training set, that a run has after so many steps."""

    step: int
    """1 to 10⁹."""
    train_loss: float
    """Finite, to the last digit."""
    made: Maker | None = None
    """None where the link does not say it."""


def maker(*, nnlab: str, torch: str, threads: int, device: str, processor: str) -> Maker:
    """Return a `Maker` with names as short and plain as in a link, so that two can be compared."""
    return Maker(_name(nnlab), _name(torch), threads, _name(device), _name(processor))


def to_parameters(expected: Expectation) -> dict[str, str]:
    """`{"expect": "1200,0.0123", "made": "0.1,2.13.0,1,cpu,AMD EPYC"}`, not yet quoted.

    The loss is written so that reading it gives the same double.
    """
    parameters = {EXPECT: f"{expected.step},{expected.train_loss!r}"}
    made = expected.made
    if made is not None:
        names = (made.nnlab, made.torch, str(made.threads), made.device, made.processor)
        parameters[MADE] = ",".join(names)
    return parameters


def from_parameters(parameters: Mapping[str, str]) -> Expectation | None:
    """Return a link's expectation; None for a link without one.

    Raises:
        InvalidExperimentError: `expect` is no step and loss, or `made` does not say by what.
    """
    if EXPECT not in parameters:
        return None
    said = parameters[EXPECT]
    step, _comma, loss = said.partition(",")
    if not COUNT.fullmatch(step) or not 1 <= int(step) <= MAX_STEP or not LOSS.fullmatch(loss):
        raise InvalidExperimentError(
            _(
                "{expect} in a link is a step (1 to {max_step:,}) and a train_loss, as"
                " {expect}=1200,0.0123; got '{said}'. Copy the link again, whole.",
                expect=EXPECT,
                max_step=MAX_STEP,
                said=said[:60],
            )
        )
    if not math.isfinite(float(loss)):
        raise InvalidExperimentError(
            _(
                "{expect} in a link holds a finite train_loss, got '{loss}': such a run has"
                " diverged, and nothing of it repeats.",
                expect=EXPECT,
                loss=loss[:30],
            )
        )
    return Expectation(int(step), float(loss), _made(parameters.get(MADE)))


def differences(expected: Maker | None, received: Maker) -> list[str]:
    """Return the differences in words, as `PyTorch 2.12.0 then, 2.13.0 now`; empty if none."""
    if expected is None:
        return [_("the link does not say by what it was made")]
    names = {
        "processor": _("processor"),
        "device": _("device"),
        "torch": "PyTorch",
        "threads": _("threads"),
        "nnlab": "nnlab",
    }
    pairs = [(word, getattr(expected, n), getattr(received, n)) for n, word in names.items()]
    return [
        _("{word} {then} then, {now} now", word=word, then=then, now=now)
        for word, then, now in pairs
        if then != now
    ]


def _made(said: str | None) -> Maker | None:
    if said is None:
        return None
    parts = said.split(",")
    if len(parts) != 5 or not COUNT.fullmatch(parts[2]) or not 1 <= int(parts[2]) <= 4096:
        raise InvalidExperimentError(
            _(
                "{made} in a link is nnlab, PyTorch, threads, device, processor, as"
                " {made}=0.1,2.13.0,1,cpu,AMD EPYC; got '{said}'. Copy the link again, whole.",
                made=MADE,
                said=said[:60],
            )
        )
    nnlab, torch, threads, device, processor = parts
    return maker(nnlab=nnlab, torch=torch, threads=int(threads), device=device, processor=processor)


def _name(text: str) -> str:
    plain = " ".join(re.sub(r"[^A-Za-z0-9 .+()@-]", " ", text).split())
    return plain[:MAX_NAME].rstrip() or "unknown"
