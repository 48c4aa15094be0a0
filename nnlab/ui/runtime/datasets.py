"""The data of an experiment, made once for all who look."""

from pathlib import Path

from nnlab.config import Data, Images
from nnlab.data import registry
from nnlab.data.images import load_validation, stamp
from nnlab.data.splits import Part, Splits
from nnlab.ui import services
from nnlab.ui.runtime.cache import kept


@kept
def splits_of(data: Data) -> Splits:
    """The data as a run gets them.

    Raises as `nnlab.data.registry.load` does.
    """
    return registry.load(data, services.settings().data_dir)


def validation_of(data: Images) -> Part:
    """The pictures that validate, read once until a file of the data set changes.

    x float32 [n, c, h, w] in [0, 1], y int64 [n].

    Raises:
        NnlabError: the files are absent or damaged, or more are asked for than there are.
    """
    data_dir = services.settings().data_dir
    return _validation(data, data_dir, stamp(data, data_dir))


@kept
def _validation(data: Images, data_dir: Path, stamp: object) -> Part:
    del stamp  # with another one the files are read anew
    return load_validation(data, data_dir)
