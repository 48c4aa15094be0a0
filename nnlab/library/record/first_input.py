"""The network's first input, used as an example where none is given."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

MOST_ROWS = 8


class FirstInput:
    """Looks at the first call of a module, once, and changes nothing of it.

    A module that is compiled is not looked at: the look would be compiled with it. One of
    TorchScript takes no hooks.
    """

    def __init__(self, model: nn.Module) -> None:
        self.was_called = False
        self.example: Tensor | None = None
        """Rows of the first call, on the CPU; None: there was none, or it is not one tensor."""
        is_compiled = (
            isinstance(model, torch.jit.ScriptModule)
            or getattr(model, "_compiled_call_impl", None)
            or hasattr(model, "_orig_mod")
        )
        self._handle = (
            None if is_compiled else model.register_forward_pre_hook(self._look, with_kwargs=True)
        )

    def remove(self) -> None:
        """Look no more."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.remove()

    def _look(
        self, _module: nn.Module, args: tuple[object, ...], named: Mapping[str, object]
    ) -> None:
        if torch.compiler.is_compiling():  # it was compiled since
            return
        try:
            self.remove()
            said = [value for value in (*args, *named.values()) if value is not None]
            if len(said) == 1 and isinstance(said[0], Tensor) and said[0].ndim > 0:
                self.example = said[0][:MOST_ROWS].detach().cpu().clone()
        except Exception:  # noqa: BLE001 - it stands in the author's own forward pass
            self.example = None
        self.was_called = True
