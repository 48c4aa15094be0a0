"""Values that are read from JSON as a whole: an experiment, a sweep."""

from typing import Self

from pydantic import ValidationError

from nnlab.config.base import Config
from nnlab.config.explain import explain
from nnlab.config.received import must_be_small, read_json
from nnlab.errors import InvalidExperimentError


class Document(Config):
    """A part that stands alone, bounded before it is validated."""

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Parse a JSON text.

        Raises:
            InvalidExperimentError: the text is no JSON, or not valid; names the place, what was
                received and what is valid there.
        """
        return cls.from_dict(read_json(text))

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Validate a parsed JSON value. Raises as `from_json` does."""
        must_be_small(value)
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            raise InvalidExperimentError(explain(error, cls)) from error
