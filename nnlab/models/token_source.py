"""The layers of sequences as PyTorch source, in the three styles."""

from nnlab.config import Attention, Embedding, LayerNorm
from nnlab.models.source_parts import LayerSource, linear_tensors

POSITIONS = """\
class Positions(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, width).normal_(std=0.02))

    def forward(self, x):
        return x + self.weight
"""
ATTENTION = """\
class Attention(nn.Module):
    def __init__(self, width, heads, causal, residual):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        self.heads, self.causal, self.residual = heads, causal, residual

    def forward(self, x):
        query, key, value = (
            part(x).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[3])
        if self.causal:
            later = torch.ones(scores.shape[2:], dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(later, -math.inf)
        mixed = (scores.softmax(3) @ value).transpose(1, 2).flatten(2)
        output = self.out(mixed)
        return x + output if self.residual else output
"""
PARTS = ("query", "key", "value", "out")
"""The four linear layers of attention, in the order in which they draw their weights."""


def embedding(layer: Embedding) -> LayerSource:
    """A row for each token, from N(0, 1)."""
    size = f"{layer.num_embeddings}, {layer.embedding_dim}"
    return LayerSource(
        f"nn.Embedding({size})",
        "embedding",
        ("x = F.embedding(x, weight{n})",),
        (f"weight{{n}} = torch.empty({size}).normal_()",),
        {"weight": "weight{n}"},
    )


def positions(shape: tuple[int, ...]) -> LayerSource:
    """A row for each place, from N(0, 0.02²)."""
    size = f"{shape[0]}, {shape[1]}"
    return LayerSource(
        f"Positions({size})",
        "positions",
        ("x = x + weight{n}",),
        (f"weight{{n}} = torch.empty({size}).normal_(std=0.02)",),
        {"weight": "weight{n}"},
    )


def layer_norm(layer: LayerNorm, width: int) -> LayerSource:
    """Over the last axis, which is `width` wide."""
    return LayerSource(
        f"nn.LayerNorm({width}, eps={layer.eps!r})",
        "norm",
        (f"x = F.layer_norm(x, ({width},), weight{{n}}, bias{{n}}, {layer.eps!r})",),
        (f"weight{{n}} = torch.ones({width})", f"bias{{n}} = torch.zeros({width})"),
        {"weight": "weight{n}", "bias": "bias{n}"},
    )


def attention(layer: Attention, shape: tuple[int, ...]) -> LayerSource:
    """Return the source of attention for rows of the shape (length, width)."""
    length, width = shape
    tensors = [
        line
        for part in PARTS
        for line in linear_tensors(
            f"{part}_weight{{n}}", f"{part}_bias{{n}}", f"{width}, {width}", width
        )
    ]
    names = {
        f"{part}.{kind}": f"{part}_{kind}{{n}}" for part in PARTS for kind in ("weight", "bias")
    }
    options = f"heads={layer.heads}, causal={layer.causal}, residual={layer.residual}"
    return LayerSource(
        f"Attention({width}, {options})",
        "attention",
        (*_projections(layer.heads), *_mixture(layer, length, width)),
        tuple(tensors),
        names,
    )


def _projections(heads: int) -> list[str]:
    return [
        f"{part} = F.linear(x, {part}_weight{{n}}, {part}_bias{{n}})"
        f".unflatten(2, ({heads}, -1)).transpose(1, 2)"
        for part in PARTS[:3]
    ]


def _mixture(layer: Attention, length: int, width: int) -> list[str]:
    lines = [f"scores = query @ key.transpose(2, 3) / math.sqrt({width // layer.heads})"]
    if layer.causal:
        mask = f"torch.ones({length}, {length}, dtype=torch.bool, device=x.device).triu(1)"
        lines += [f"later = {mask}", "scores = scores.masked_fill(later, -math.inf)"]
    output = "F.linear(mixed, out_weight{n}, out_bias{n})"
    return [
        *lines,
        "mixed = (scores.softmax(3) @ value).transpose(1, 2).flatten(2)",
        f"x = x + {output}" if layer.residual else f"x = {output}",
    ]
