"""The data of an experiment as source: `train_x` and `train_y`, made or read without nnlab."""

import json

from nnlab.config import Csv, Curve, Images, PlaneClasses, PlaneValues, Points, Sequences
from nnlab.config.data import Data
from nnlab.data.kept import TABLES
from nnlab.data.sequences import brackets, make
from nnlab.data.tables import complete_rows, scaled
from nnlab.data.toy import CLASS_SETS, VALUE_SETS
from nnlab.export.source.images import DataSource, images_source
from nnlab.export.source.plain_source import plain_source
from nnlab.models.source_parts import listed

CURVES = {
    "quadratic": "np.square(x)",
    "parabola": "x * x + 3 * x - 2",
    "xsinx": "x * np.sin(x)",
    "stairs": "np.floor(x)",
}
SEQUENCE_TARGETS = {
    "copy": "x.copy()",
    "reverse": "x[:, ::-1].copy()",
    "sort": "np.sort(x, axis=1)",
}


def data_source(data: Data) -> DataSource:
    """The training part alone: the final loss is measured on it."""
    match data:
        case PlaneClasses() | PlaneValues():
            return _plane(data)
        case Curve():
            return _curve(data)
        case Points():
            return _points(data)
        case Csv():
            return _csv(data)
        case Images():
            return images_source(data)
        case Sequences():
            return _sequences(data)


def _plane(data: PlaneClasses | PlaneValues) -> DataSource:
    make = {**CLASS_SETS, **VALUE_SETS}[data.kind]
    fields = f"points={data.points}, noise={data.noise!r}, seed={data.seed}"
    if isinstance(data, PlaneClasses) and data.kind == "blobs":
        fields += f", classes={data.classes}"
    definition = f"{plain_source(make)}\n\nx, y = {data.kind}(SimpleNamespace({fields}))\n"
    definition += _split(data.points, data.train_share, data.seed)
    return DataSource(("from types import SimpleNamespace", "import numpy as np"), definition)


def _curve(data: Curve) -> DataSource:
    above = data.noise_above
    lines = [
        f"x = np.linspace({data.low!r}, {data.high!r}, {data.points})",
        f"y = {CURVES[data.kind]}",
        f"rng = np.random.default_rng({data.seed})",
        f"y = y + rng.uniform(-1, 1, y.shape) * {data.noise!r} * np.ptp(y)",
        *([f"y = y + rng.uniform(0, 1, y.shape) * {above!r}"] if above else []),
        "x, y = x.astype(np.float32)[:, None], y.astype(np.float32)[:, None]",
    ]
    split = _split(data.points, data.train_share, data.seed)
    return DataSource(("import numpy as np",), "\n".join(lines) + "\n" + split)


def _points(data: Points) -> DataSource:
    rows = "\n".join(f"        {json.dumps(row)}," for row in data.rows)
    kind = "np.int64" if data.task == "classification" else "np.float32"
    column = "" if data.task == "classification" else "[:, None]"
    definition = (
        f"rows = np.array(\n    [\n{rows}\n    ]\n)\n"
        "x = rows[:, :-1].astype(np.float32)\n"
        f"y = rows[:, -1].astype({kind}){column}\n"
    )
    definition += _split(len(data.rows), data.train_share, data.seed)
    return DataSource(("import numpy as np",), definition)


def _csv(data: Csv) -> DataSource:
    if data.text:
        lines = data.text.splitlines(keepends=True)
        text = "\n".join(["text = (", *(f"    {_quoted(line)}" for line in lines), ")"])
    else:
        text = f'text = (DATA / "{TABLES}" / "{data.sha256}.csv").read_bytes().decode()'
    definition = (
        f"{plain_source(complete_rows)}\n\n"
        f"{text}\n"
        f"{_names('inputs', data.inputs)}"
        f"{_names('classes', data.classes)}"
        f"x, y = complete_rows(text, inputs, {_quoted(data.target)}, classes)\n"
        "x = x.astype(np.float32)\n"
    )
    if not data.classes:
        definition = f"{plain_source(scaled)}\n\n{definition}y = scaled(y)\n"
    definition += _split(data.points, data.train_share, data.seed)
    imports = ("import csv", "import io", "import re", "import numpy as np")
    return DataSource(imports, definition, reads_files=bool(data.sha256))


def _names(variable: str, names: tuple[str, ...]) -> str:
    quoted = [_quoted(name) for name in names]
    if len(names) == 1:
        return f"{variable} = ({quoted[0]},)\n"
    return "\n".join(listed(f"{variable} = (", quoted, ")")) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _sequences(data: Sequences) -> DataSource:
    rng = f"rng = np.random.default_rng({data.seed})\n"
    if data.task == "brackets":
        maker = plain_source(brackets.brackets)
        made = f"x, y = brackets({data.length}, {data.examples}, rng)\n"
    else:
        maker = plain_source(make.distinct_rows)
        made = (
            f"x = distinct_rows({data.examples}, {data.length}, {data.symbols}, rng)\n"
            f"y = {SEQUENCE_TARGETS[data.task]}\n"
        )
    definition = f"{maker}\n\n{rng}{made}" + _split(data.examples, data.train_share, data.seed)
    return DataSource(("import numpy as np",), definition)


def _split(points: int, train_share: float, seed: int) -> str:
    return (
        "# Which of them train; the rest validates.\n"
        f"chosen = np.random.default_rng([{seed}, 1]).permutation({points})"
        f"[:{round(points * train_share)}]\n"
        "train_x, train_y = torch.from_numpy(x[chosen]), torch.from_numpy(y[chosen])\n"
    )
