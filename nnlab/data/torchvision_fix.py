"""torchvision's data sets, also beside a torch that it was not built for."""

import importlib
import sys
import threading
from types import ModuleType

import torch

_importing = threading.Lock()
_declared: list[torch.library.Library] = []
"""Kept for the life of the process: a Library takes its operators with it when it goes."""


def torchvision_datasets() -> ModuleType:
    """`torchvision.datasets`.

    PyPI's torchvision is linked against CUDA. Beside a CPU-only torch its operators do not load,
    and its import fails on declaring more about two of them; data sets and transforms need neither.
    Where that happens, and only there, the two are declared as torchvision itself does.
    """
    with _importing:
        try:
            return importlib.import_module("torchvision.datasets")
        except RuntimeError as error:
            if _declared or "torchvision::nms does not exist" not in str(error):
                raise
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "FRAGMENT")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _declared.append(library)
        return importlib.import_module("torchvision.datasets")
