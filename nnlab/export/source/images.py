"""Pictures as source: how a script reads them without nnlab, each picture as the lab gives it."""

from dataclasses import dataclass

from nnlab.config import Images
from nnlab.config.own_data import PictureSet
from nnlab.data.images import sizes
from nnlab.data.kept import PICTURES
from nnlab.data.pictures.shares import by_shares
from nnlab.data.published import CIFAR_FILES, COUNTS, EDITION, SETS, WITH_STROKES
from nnlab.data.strokes import file_name
from nnlab.errors import NnlabError
from nnlab.export.source.plain_source import plain_source
from nnlab.texts import _

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
CENTRED_IMPORTS = (
    "import numpy as np",
    "from PIL import Image",
    "from sklearn.datasets import load_digits",
)
READ_IDX = '''\
def read_idx(name):
    """The array of an idx file, packed or not: two zeros, the type, the axes, their sizes."""
    path = DATA / "{folder}" / name
    if path.exists():
        content = path.read_bytes()
    else:
        content = gzip.decompress(path.with_name(name + ".gz").read_bytes())
    axes = content[3]
    sizes = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(sizes)


images = read_idx("{stem}-images-idx3-ubyte")
labels = read_idx("{stem}-labels-idx1-ubyte")
'''
READ_CIFAR = """\
# Pickles can run code: read none that is not from the authors of CIFAR-10.
batches = [
    pickle.loads((DATA / "{folder}" / name).read_bytes(), encoding="latin1")
    for name in ({names})
]
images = np.concatenate([batch["data"].reshape(-1, 3, 32, 32) for batch in batches])
labels = np.concatenate([batch["labels"] for batch in batches])
"""


@dataclass(frozen=True)
class DataSource:
    """Statements that make `train_x` (float32 [n, ...]) and `train_y`, and what they import."""

    imports: tuple[str, ...]
    definition: str
    reads_files: bool = False
    """`DATA`, the directory of data sets, has to be defined before."""


def images_source(data: Images) -> DataSource:
    """The pictures that train; the final loss is measured on them.

    Raises:
        NnlabError: drawings that were kept on this server, which a script has no way to get.
    """
    if data.kind == "handwriting":
        raise NnlabError(
            _(
                "A script cannot draw anew what people here have drawn, and its data set is theirs:"
                " export the weights, or the drawings as a zip on /draw (Teach)."
            )
        )
    if data.pictures is not None:
        return _own_pictures(data, data.pictures)
    published, trained = COUNTS[data.kind][0], sizes(data)[0]
    rest = published - data.held_out
    chosen = f"chosen = slice({rest})\n"
    if trained < rest:
        drawn = f"np.random.default_rng({data.seed}).permutation({rest})[:{trained}]"
        chosen = f"chosen = np.sort({drawn})\n"
    channel = "" if data.kind == "cifar10" else ".unsqueeze(1)"
    tensors = (
        f"# The others validate{' and test' if data.kind.startswith('digits') else ''}.\n{chosen}"
        f"train_x = torch.from_numpy(images[chosen].astype(np.float32)){channel}\n"
        "train_y = torch.from_numpy(labels[chosen].astype(np.int64))\n"
    )
    if data.kind == "digits":
        return DataSource(CENTRED_IMPORTS, CENTRED + tensors)
    if data.kind in WITH_STROKES:
        return _with_strokes(data.kind, tensors)
    module, read = _reading(data.kind)
    imports = (f"import {module}", "import numpy as np")
    return DataSource(imports, f"{read}{tensors}train_x.div_(255)\n", reads_files=True)


def _own_pictures(data: Images, said: PictureSet) -> DataSource:
    """Return source that reads the file in which the set is kept."""
    trained, held_out = sizes(data)[0], data.held_out
    definition = (
        f"{plain_source(by_shares)}\n\n"
        "# Those to train on come first.\n"
        f'with np.load(DATA / "{PICTURES}" / "{said.sha256}.npz") as held:\n'
        f'    images, labels = held["pictures"][:{said.train}], held["labels"][:{said.train}]\n'
        "# The others validate.\n"
        f"chosen = np.sort(by_shares(labels, {data.seed})[{held_out}:{held_out + trained}])\n"
        "train_x = torch.from_numpy(images[chosen].astype(np.float32)).div_(255)\n"
        "train_y = torch.from_numpy(labels[chosen].astype(np.int64))\n"
    )
    return DataSource(("import numpy as np",), definition, reads_files=True)


def _with_strokes(kind: str, tensors: str) -> DataSource:
    """The drawn digits come from the file in which they were kept; then those of the base."""
    base = WITH_STROKES[kind]
    drawn, scaled = 'drawn["images"]', "train_x.div_(255)\n"
    kept = file_name(COUNTS[kind][0] - COUNTS[base][0], edition=EDITION[kind])
    if base == "digits":
        imports, read = CENTRED_IMPORTS, CENTRED
        drawn, scaled = f"{drawn}.astype(np.float32) / np.float32(255)", ""
    else:
        module, read = _reading(base)
        imports = (f"import {module}", "import numpy as np")
    read += (
        "# Before them: digits drawn from templates of strokes, kept beside the data sets.\n"
        f'drawn = np.load(DATA / "{kept}")\n'
        f"images = np.concatenate([{drawn}, images])\n"
        'labels = np.concatenate([drawn["labels"], labels])\n'
    )
    return DataSource(imports, f"{read}{tensors}{scaled}", reads_files=True)


def _reading(kind: str) -> tuple[str, str]:
    """The module that unpacks the files of a kind, and statements that make images and labels."""
    published = SETS[kind]
    if kind == "cifar10":
        names = ", ".join(f'"{name}"' for name in CIFAR_FILES["train"])
        read = READ_CIFAR.replace("{names}", names)
        return "pickle", read.replace("{folder}", published.folder)
    read = READ_IDX.replace("{folder}", published.folder).replace("{stem}", published.stems[0])
    if published.is_transposed:
        read += "images = images.transpose(0, 2, 1)  # they lie on their side\n"
    if published.first_label:
        read += f"labels = labels.astype(np.int64) - {published.first_label}\n"
    return "gzip", read
