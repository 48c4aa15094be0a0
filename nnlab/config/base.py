"""The base of every part of an experiment: frozen, strict about names, small when written."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

Task = Literal["classification", "regression"]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]


class Config(BaseModel):
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
