"""The data of an experiment as source: `train_x` and `train_y`, made or read without nnlab."""

import json
from dataclasses import dataclass

from nnlab.config import Csv, Curve, Images, PlaneClasses, PlaneValues, Points
from nnlab.config.data import Data
from nnlab.data.archives import FOLDERS
from nnlab.data.images import COUNTS, sizes
from nnlab.data.tables import FOLDER, complete_rows, scaled
from nnlab.data.toy import CLASS_SETS, VALUE_SETS
from nnlab.export.plain_source import plain_source
from nnlab.models.layer_source import listed

CURVES = {
    "quadratic": "np.square(x)",
    "parabola": "x * x + 3 * x - 2",
    "xsinx": "x * np.sin(x)",
    "stairs": "np.floor(x)",
}

CENTRED = '''\
def centred(picture):
    """As MNIST was made: 20 pixels the longer side, the centre of mass in the middle of 28x28."""
    level = float(np.percentile(picture[picture > 0.02], 99))
    ink = np.where(picture > 0.02 * level, np.minimum(picture / level, 1), 0).astype(np.float32)
    rows, columns = np.flatnonzero(ink.max(axis=1)), np.flatnonzero(ink.max(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = 20 / max(ink.shape)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    ink = np.clip(np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC)), 0, 1)
    height, width = ink.shape
    mass = float(ink.sum(dtype=np.float64))
    row = float(ink.sum(axis=1, dtype=np.float64) @ np.arange(height)) / mass
    column = float(ink.sum(axis=0, dtype=np.float64) @ np.arange(width)) / mass
    top = min(max(int(np.floor(14.5 - row)), 0), 28 - height)
    left = min(max(int(np.floor(14.5 - column)), 0), 28 - width)
    result = np.zeros((28, 28), np.float32)
    result[top : top + height, left : left + width] = ink
    return result


digits = load_digits()
framed = np.pad(digits.images.astype(np.float32) / 16, ((0, 0), (4, 4), (4, 4)))
images = np.stack([centred(picture) for picture in framed])
labels = digits.target
'''
READ_IDX = '''\
def read_idx(name):
    """The array of an idx file, packed or not: two zeros, the type, the axes, their sizes."""
    path = DATA / "{folder}" / "raw" / name
    if path.exists():
        content = path.read_bytes()
    else:
        content = gzip.decompress(path.with_name(name + ".gz").read_bytes())
    axes = content[3]
    sizes = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(sizes)


images = read_idx("train-images-idx3-ubyte")
labels = read_idx("train-labels-idx1-ubyte")
'''


@dataclass(frozen=True)
class DataSource:
    """Statements that make `train_x` (float32 [n, ...]) and `train_y`, and what they import."""

    imports: tuple[str, ...]
    definition: str
    reads_files: bool = False
    """`DATA`, the directory of data sets, has to be defined before."""


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
            return _images(data)


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
        text = f'text = (DATA / "{FOLDER}" / "{data.sha256}.csv").read_bytes().decode()'
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


def _split(points: int, train_share: float, seed: int) -> str:
    return (
        "# Which of them train; the rest validates.\n"
        f"chosen = np.random.default_rng([{seed}, 1]).permutation({points})"
        f"[:{round(points * train_share)}]\n"
        "train_x, train_y = torch.from_numpy(x[chosen]), torch.from_numpy(y[chosen])\n"
    )


def _images(data: Images) -> DataSource:
    published, _ = COUNTS[data.kind]
    trained, _, _ = sizes(data)
    rest = published - data.held_out
    chosen = f"chosen = slice({rest})\n"
    if trained < rest:
        drawn = f"np.random.default_rng({data.seed}).permutation({rest})[:{trained}]"
        chosen = f"chosen = np.sort({drawn})\n"
    tensors = (
        f"# The others validate{' and test' if data.kind == 'digits' else ''}.\n{chosen}"
        "train_x = torch.from_numpy(images[chosen].astype(np.float32)).unsqueeze(1)\n"
        "train_y = torch.from_numpy(labels[chosen].astype(np.int64))\n"
    )
    if data.kind == "digits":
        imports = (
            "import numpy as np",
            "from PIL import Image",
            "from sklearn.datasets import load_digits",
        )
        return DataSource(imports, CENTRED + tensors)
    read = READ_IDX.replace("{folder}", FOLDERS[data.kind])
    imports = ("import gzip", "import numpy as np")
    return DataSource(imports, f"{read}{tensors}train_x.div_(255)\n", reads_files=True)
