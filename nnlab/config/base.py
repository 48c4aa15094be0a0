"""The base of every part of an experiment: frozen, strict about names, small when written."""

from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer


class Part(BaseModel):
    """A frozen value that refuses unknown names.

    Written with defaults left out it keeps its `kind`, without which it could not be read back.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    @model_serializer(mode="wrap")
    def _keep_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written = handler(self)
        kind = getattr(self, "kind", None)
        return written if kind is None else {"kind": kind, **written}
