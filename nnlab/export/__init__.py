"""A run taken elsewhere: as a script, a notebook, a model file, tables and curves."""

from nnlab.export.formats import (
    FORMATS,
    RECORDED_FORMATS,
    SWEEP_FORMATS,
    Format,
    export,
    file_name,
    form_of,
)
from nnlab.export.restore import agree, restore
from nnlab.export.upload import Upload, UploadRefusedError, must_fit, read_upload

__all__ = [
    "FORMATS",
    "RECORDED_FORMATS",
    "SWEEP_FORMATS",
    "Format",
    "Upload",
    "UploadRefusedError",
    "agree",
    "export",
    "file_name",
    "form_of",
    "must_fit",
    "read_upload",
    "restore",
]
