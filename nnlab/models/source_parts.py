"""The parts of the source code of every layer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

LINE = 88
"""Characters of a line of source, without the indentation that it may get."""


@dataclass(frozen=True)
class LayerSource:
    """The code that the three styles take from one layer."""

    module: str
    """The call that makes the `nn.Module`."""
    attribute: str
    """Attribute name in a class, without its number; empty where the layer keeps nothing."""
    forward: tuple[str, ...]
    """Statements from `x` to `x`; `{n}` stands for the number in the tensors' names."""
    tensors: tuple[str, ...] = ()
    """Statements that make the tensors as `module` does, with `{n}` as above."""
    names: dict[str, str] = field(default_factory=dict)
    """A tensor's name in the `state_dict` and here, without and with `{n}`."""
    has_mode: bool = False
    """The layer does something else while it trains."""


def listed(opening: str, items: Sequence[str], closing: str) -> list[str]:
    """A list in one line where it fits, else with an item a line."""
    line = f"{opening}{', '.join(items)}{closing}"
    if len(line) <= LINE:
        return [line]
    return [opening, *(f"    {item}," for item in items), closing]


def linear_tensors(weight: str, bias: str | None, size: str, fan_in: int) -> list[str]:
    """Statements that draw the tensors of a layer as `nn.Linear` and `nn.Conv2d` do.

    `weight` and `bias` are their names; `size` is that of the weight, its outputs first.
    """
    lines = [f"{weight} = nn.init.kaiming_uniform_(torch.empty({size}), a=math.sqrt(5))"]
    if bias is not None:
        outputs = size.partition(",")[0]
        bound = f"1 / math.sqrt({fan_in})"
        lines.append(f"{bias} = nn.init.uniform_(torch.empty({outputs}), -{bound}, {bound})")
    return lines
