"""Pydantic's errors, said so that a person can mend them."""

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from nnlab.errors import one_of, shortened, shown
from nnlab.texts import _

MOST_PLACES = 3
MOST_EXPLAINED = 12
"""Errors that are put into words; of a union, one place has several."""


def explain(error: ValidationError, root: type[BaseModel]) -> str:
    """A sentence for each of the first three places: what was received there, and the mend.

    No work is done on the others: there may be thousands.
    """
    sentences: dict[str, str] = {}
    details = error.errors(include_url=False, include_context=True)
    explained = 0
    for detail in details[:MOST_EXPLAINED]:
        place, sentence = _place_and_sentence(dict(detail), root)
        if place in sentences:
            sentences[place] = _(
                "{earlier} Or: {sentence}", earlier=sentences[place], sentence=sentence
            )
        elif len(sentences) == MOST_PLACES:
            break
        else:
            sentences[place] = f"{place}: {sentence}"
        explained += 1
    first = list(sentences.values())
    if explained < len(details):
        first.append(_("And {count} more.", count=len(details) - explained))
    return " ".join(first)


def _place_and_sentence(detail: dict[str, Any], root: type[BaseModel]) -> tuple[str, str]:
    """The dotted place of an error, and a sentence on it."""
    location = tuple(detail["loc"])
    path = _without_tags(location, root)
    if detail["type"] == "extra_forbidden":
        valid = _fields_at(location[:-1], root)
        name = str(location[-1])
        place = ".".join([*_without_tags(location[:-1], root), shortened(name)])
        return place, one_of(_("name"), name, valid)
    return ".".join(path) or _("experiment"), _sentence(detail)


def _sentence(detail: dict[str, Any]) -> str:
    received = shown(detail.get("input"))
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return _("missing.")
        case "union_tag_invalid":
            tags = [tag.strip("'") for tag in context["expected_tags"].split(", ")]
            return one_of(_("kind"), context["tag"], tags)
        case "union_tag_not_found":
            return _("needs a 'kind', got {received}.", received=received)
        case "literal_error":
            return _(
                "{received} is not valid. Valid: {valid}.",
                received=received,
                valid=context["expected"],
            )
        case "value_error":
            return f"{context['error']}."
        case _:
            return _("{message}, got {received}.", message=detail["msg"], received=received)


def _step(annotation: Any, key: object) -> tuple[Any, bool]:
    """The annotation under a location's key, and whether the key is a union's tag."""
    for candidate in _candidates(annotation):
        fields = getattr(candidate, "model_fields", {})
        if key in fields:
            return fields[key].annotation, False
    for candidate in _candidates(annotation):
        if isinstance(key, str) and key in _kinds(candidate):
            return candidate, True
    for candidate in _candidates(annotation):
        if isinstance(key, int) and get_args(candidate):
            return get_args(candidate)[0], False
    return annotation, isinstance(key, str)


def _candidates(annotation: Any) -> list[Any]:
    """The members of a union, through Annotated; the annotation itself where it is none."""
    if hasattr(annotation, "__metadata__"):
        return _candidates(get_args(annotation)[0])
    if getattr(annotation, "__origin__", None) is tuple:
        return [annotation]
    members = [arg for arg in get_args(annotation) if arg is not type(None)]
    return [inner for arg in members for inner in _candidates(arg)] if members else [annotation]


def _kinds(candidate: Any) -> tuple[str, ...]:
    if not (isinstance(candidate, type) and issubclass(candidate, BaseModel)):
        return ()
    field = candidate.model_fields.get("kind")
    return get_args(field.annotation) if field else ()


def _without_tags(location: tuple[int | str, ...], root: type[BaseModel]) -> list[str]:
    """A location as the person wrote it: without the tags that pydantic adds for unions."""
    annotation: Any = root
    path = []
    for key in location:
        annotation, is_tag = _step(annotation, key)
        if not is_tag:
            path.append(str(key))
    return path


def _fields_at(location: tuple[int | str, ...], root: type[BaseModel]) -> list[str]:
    annotation: Any = root
    for key in location:
        annotation, _ = _step(annotation, key)
    return [
        name
        for candidate in _candidates(annotation)
        for name in getattr(candidate, "model_fields", ())
    ]
