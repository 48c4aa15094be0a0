"""Values and experiments aimed at what reading them costs: few choices, large results."""

import json
from typing import Any

from hypothesis import strategies as st

from nnlab.config import Activation, BatchNorm, Conv2d, Dropout, Flatten, Linear, NamedInit, Pool2d
from tests.config.experiments import experiments

SIZES = st.sampled_from([1, 2, 17, 64, 65, 300, 2000, 2001, 20_000, 60_000])

CHARACTERS = st.sampled_from(["a", "é", "\ud800", "\0", "0", ","])

HUGE_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    st.builds(lambda n: 10**n, st.integers(1, 4200)),
    st.builds(lambda n: -(10**n), st.sampled_from([9, 18, 19, 40, 4000])),
    st.builds(
        lambda text, n: text * n, st.sampled_from(["a", "é", "\ud800", "\0", "0", ","]), SIZES
    ),
    st.builds(lambda value, n: [value] * n, st.sampled_from([0, 0.5, "x", None, [], {}]), SIZES),
    st.builds(lambda n, m: [[0.5] * m] * n, st.sampled_from([1, 40, 2000]), st.integers(0, 40)),
    st.builds(
        lambda n, m, last: [[float(i)] * m + [last] for i in range(n)],
        st.sampled_from([2, 2000]),
        st.integers(1, 33),
        st.sampled_from([0, 1, 0.5, 11, "x", None, 1e308]),
    ),
    st.builds(
        lambda n, m: {f"{i:0{m}}": i for i in range(n)}, SIZES, st.sampled_from([1, 60, 250])
    ),
    st.builds(lambda n: _nested(n, list), st.integers(1, 400)),
    st.builds(lambda n: _nested(n, dict), st.integers(1, 400)),
)
"""Of any kind and size, as JSON has them."""


def _nested(depth: int, kind: type) -> Any:
    value: Any = 0
    for _level in range(depth):
        value = [value] if kind is list else {"kind": value}
    return value


WIDTHS = st.sampled_from([1, 16, 181, 1000, 4096])
INITS = st.sampled_from(
    [NamedInit(kind="zeros"), NamedInit(kind="xavier_normal"), NamedInit(kind="kaiming_normal")]
)
EITHER = st.one_of(
    st.builds(Activation, kind=st.sampled_from(["relu", "gelu", "tanh"])),
    st.just(BatchNorm()),
    st.just(Dropout()),
)
OF_ROWS = st.lists(
    st.one_of(st.builds(Linear, out_features=WIDTHS, init=INITS), EITHER), min_size=1, max_size=6
)
OF_PICTURES = st.lists(
    st.one_of(
        st.builds(
            Conv2d,
            out_channels=st.sampled_from([1, 8, 64, 512]),
            kernel_size=st.sampled_from([1, 3, 5, 28]),
            stride=st.sampled_from([1, 1, 2]),
            padding=st.sampled_from([0, 1, 2, 14]),
            init=INITS,
        ),
        st.builds(Pool2d, kind=st.just("avg_pool2d"), kernel_size=st.sampled_from([1, 2])),
        EITHER,
    ),
    max_size=6,
)
TIMES = st.sampled_from([1, 1, 2, 10, 62])
POINTS: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda kind, points: {"kind": kind, "points": points},
        st.sampled_from(["circle", "spiral", "blobs"]),
        st.sampled_from([10, 5000]),
    ),
    st.builds(
        lambda n, m: {
            "kind": "points",
            "rows": [[float(i % 7), *([0.25] * m), i % 2] for i in range(n)],
        },
        st.sampled_from([4, 2000]),
        st.integers(0, 31),
    ),
)
IMAGES = st.builds(
    lambda kind, size: {"kind": kind, "train_size": size},
    st.sampled_from(["digits", "digits", "cifar10"]),
    st.sampled_from([10, 1000, 2**60]),
)


def _experiment(data: Any, layers: list[Any], outputs: int) -> dict[str, Any]:
    written = [layer.model_dump(mode="json") for layer in layers]
    last = {"kind": "linear", "out_features": outputs}
    return {
        "data": data,
        "model": {"layers": [*written, last]},
        "training": {"epochs": 1, "batch_size": 100_000},
    }


LARGE = st.one_of(
    st.builds(
        lambda data, layers, n: _experiment(data, (layers * n)[:63], 2), POINTS, OF_ROWS, TIMES
    ),
    st.builds(
        lambda data, first, n, then, m: _experiment(
            data, [*(first * n)[:50], Flatten(), *(then * m)[:12]], 10
        ),
        IMAGES,
        OF_PICTURES,
        TIMES,
        OF_ROWS,
        TIMES,
    ),
)
"""Networks up to the last layer and the greatest width, on every kind of data."""


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A valid experiment of which some places hold something huge, or something beside it."""
    value = json.loads(draw(experiments()).to_json())
    for _time in range(draw(st.integers(1, 3))):
        place: Any = value
        for _level in range(draw(st.integers(0, 4))):
            inner = [
                one
                for one in (place.values() if isinstance(place, dict) else place)
                if isinstance(one, dict | list) and one
            ]
            if not inner:
                break
            place = draw(st.sampled_from(inner))
        huge = draw(HUGE_VALUES)
        if isinstance(place, list):
            place[draw(st.integers(0, len(place) - 1))] = huge
        else:
            names = st.sampled_from([*place, "unknown", "kind"])
            place[draw(names)] = huge
    return value


@st.composite
def crowded(draw: st.DrawFn) -> Any:
    """Many layers with many unknown fields: each is an error of its own."""
    layers, fields = draw(st.integers(1, 70)), draw(st.sampled_from([0, 1, 40, 300]))
    names = draw(st.sampled_from(["a{}", "out_feature{}", "x" * 60 + "{}", "{}"]))
    layer: dict[str, Any] = {"kind": draw(st.sampled_from(["linear", "relu", "conv2d", "lniear"]))}
    layer |= {names.format(i): i for i in range(fields)}
    return {
        "data": {"kind": "circle"},
        "model": {"layers": [layer] * layers},
        "training": {"epochs": 1},
    }


def raw_json() -> st.SearchStrategy[str]:
    """Texts that are no experiment at all, most of them no JSON either."""
    return st.one_of(
        st.text(max_size=200),
        st.builds(
            lambda piece, n: piece * n,
            st.sampled_from(
                ["[", "{", '{"data":', "[[],", '"', "\\u0000", "1", "[{}", "-", "1e", " "]
            ),
            st.sampled_from([1, 100, 5000, 250_000]),
        ),
        st.builds(
            lambda one, n: f"[{','.join([one] * n)}]",
            st.sampled_from(["0", "[]", "{}", '{"a":0}', '""', "1e5", '{"a":{"a":{"a":[]}}}']),
            st.sampled_from([100, 12_000, 60_000]),
        ),
        st.builds(
            lambda n, text: f"{{{','.join([chr(34) + text + chr(34) + ':1'] * n)}}}",
            st.sampled_from([2, 20_000]),
            st.sampled_from(["a", "data", ""]),
        ),
    )


WRITTEN = st.one_of(
    LARGE.map(json.dumps),
    mutated().map(json.dumps),
    LARGE.map(json.dumps),
    crowded().map(json.dumps),
    HUGE_VALUES.map(json.dumps),
    raw_json(),
)
"""Texts that somebody may send as an experiment."""
