"""Writes the weights of a network that somebody else trains, while it stays one network."""

from torch import Tensor, nn

from nnlab.library.record.means import Say
from nnlab.library.record.weights import (
    MOST_BYTES,
    MOST_WITH_GRADIENTS,
    Shapes,
    gradients_of,
    is_waiting,
    on_cpu,
    shapes_of,
    size_of,
    state_of,
    wait_for_device,
)
from nnlab.runs.recorded.writer import RecordedWriter
from nnlab.texts import _
from nnlab.training.state import are_finite


class Keeper:
    """Newest weights and checkpoints. Where no more can be kept, that is said once."""

    def __init__(self, model: nn.Module, writer: RecordedWriter, say: Say) -> None:
        self.is_off = False
        """Whether no more weights are kept."""
        self._model, self._writer, self._say = model, writer, say
        self._shapes: Shapes | None = None
        self._live_step = self._saved_step = -1

    def wait(self) -> None:
        """Let an accelerator finish its work, so that writing is not blamed for it."""
        wait_for_device(self._model)

    def save_live(self, step: int) -> None:
        """Overwrite the newest weights with those of this step. Raises OSError."""
        if step != self._live_step and (state := self._state()) is not None:
            self._writer.save_live(state, step)
            self._live_step = step

    def save_checkpoint(self, step: int, seconds: float) -> str | None:
        """Keep the weights of this step, and the gradients that are there. Raises OSError.

        Returns the name of the file, None where there is none.
        """
        if step == self._saved_step or (state := self._state()) is None:
            return None
        if size_of(state) <= MOST_WITH_GRADIENTS:
            state |= on_cpu(gradients_of(self._model))
        self._saved_step = step
        return self._writer.save_checkpoint(state, step, seconds)

    def _state(self) -> dict[str, Tensor] | None:
        """The weights on the CPU; None where they are not to be kept."""
        if self.is_off or is_waiting(self._model):
            return None
        state = state_of(self._model)
        shapes = shapes_of(state)
        if self._shapes is None:
            self._shapes = shapes
            if size_of(state) > MOST_BYTES:
                self._stop(
                    _(
                        "Weights of up to {most} MB are recorded, got {size:,} MB: the curves are"
                        " recorded, the weights are not; record a smaller part of the network.",
                        most=MOST_BYTES // 2**20,
                        size=size_of(state) // 2**20,
                    )
                )
                return None
        if shapes != self._shapes:
            self._stop(_changed(self._shapes, shapes))
            return None
        state = on_cpu(state)
        if not are_finite(state):
            self._say(
                "not_finite",
                _(
                    "Weights are recorded while all of them are finite numbers, got NaN or"
                    " infinity: the last finite ones stay; try a lower learning rate."
                ),
            )
            return None
        return state

    def _stop(self, text: str) -> None:
        self.is_off = True
        self._say("weights", text)


def _changed(before: Shapes, now: Shapes) -> str:
    name = next(name for name in (*now, *before) if now.get(name) != before.get(name))
    return _(
        "A recorded network keeps its tensors, got {name} of {now} in place of {before}: the"
        " weights until then stay, and curves go on; record a changed network anew.",
        name=name,
        now=_said(now.get(name)),
        before=_said(before.get(name)),
    )


def _said(kind: tuple[object, ...] | None) -> str:
    if kind is None:
        return _("no such tensor")
    shape, dtype = kind
    return _("shape {shape} ({dtype})", shape=list(shape), dtype=dtype)  # ty: ignore[invalid-argument-type]
