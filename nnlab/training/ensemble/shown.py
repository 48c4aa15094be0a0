"""The weights of a stack as viewers get them: of all its networks, the ended ones, too."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

MOST_FLOAT16 = 65504.0


class ShownWeights:
    """Puts the weights of those that train beside those of the ended ones."""

    def __init__(self, models: Sequence[nn.Module]) -> None:
        """`models`: all networks. One that left its stack keeps the weights that it had."""
        self._models = list(models)
        self._held: dict[str, Tensor] = {}
        """[n, …] by name, of whom those of the ended ones are used."""

    def hold(self) -> None:
        """Take over what all networks have now: some are about to leave the stack."""
        weights = [model.state_dict() for model in self._models]
        self._held = {
            name: torch.stack([own[name] for own in weights])
            for name, value in weights[0].items()
            if value.is_floating_point()
        }

    def of(self, trained: Mapping[str, Tensor], rows: Sequence[int] | None) -> dict[str, Tensor]:
        """Weights and buffers of all, float16 [n, …]; what is beyond float16 is its largest number.

        Args:
            trained: of those in the stack, by name.
            rows: which those are; None: all.
        """
        found = {name: value for name, value in trained.items() if value.is_floating_point()}
        if rows is not None:
            for name, value in found.items():
                self._held[name][rows] = value
            found = self._held
        return {
            name: value.clamp(-MOST_FLOAT16, MOST_FLOAT16).to(torch.float16).cpu()
            for name, value in found.items()
        }
