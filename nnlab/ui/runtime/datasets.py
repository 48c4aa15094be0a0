"""The data of an experiment, made once for all who look."""

from functools import lru_cache

from nnlab.config import Data
from nnlab.data import registry
from nnlab.data.splits import Splits
from nnlab.ui import services


@lru_cache(maxsize=64)
def splits_of(data: Data) -> Splits:
    """The data as a run gets them.

    Raises as `nnlab.data.registry.load` does.
    """
    return registry.load(data, services.settings().data_dir)
