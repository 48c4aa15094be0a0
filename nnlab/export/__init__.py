"""A run taken elsewhere: as a script, a notebook, a model file, tables and curves."""

from nnlab.export.formats import FORMATS, SWEEP_FORMATS, Format, export, file_name
from nnlab.export.restore import agree, restore
from nnlab.export.upload import Upload, UploadRefusedError, must_fit, read_upload

__all__ = [
    "FORMATS",
    "SWEEP_FORMATS",
    "Format",
    "Upload",
    "UploadRefusedError",
    "agree",
    "export",
    "file_name",
    "must_fit",
    "read_upload",
    "restore",
]
