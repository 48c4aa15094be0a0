"""Readers of digits that ship with nnlab: weights, and the record of the run that made them.

A reader is two files of this folder: `NAME.safetensors`, the `state_dict` of its network, and
`NAME.json`, its record. No PyTorch here: whoever only lists the readers starts without it.
"""

from nnlab.readers.shipped import NAMES, Record, Shipped, shipped

__all__ = ["NAMES", "Record", "Shipped", "shipped"]
