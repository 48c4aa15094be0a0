"""The words that people sort runs by."""

from collections.abc import Iterable

from nnlab.errors import NnlabError
from nnlab.texts import _

MAX_TAG = 30
MAX_TAGS = 10


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags as they are kept: each once, in their order, without blanks around them.

    Raises:
        NnlabError: a tag is empty or longer than 30 characters, or there are more than 10.
    """
    kept = tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags))
    for tag in kept:
        if not 1 <= len(tag) <= MAX_TAG:
            raise NnlabError(
                _(
                    "A tag has 1 to {most} characters, got {count}: choose a shorter word.",
                    most=MAX_TAG,
                    count=len(tag),
                )
                if tag
                else _("A tag has 1 to {most} characters, got none: type a word.", most=MAX_TAG)
            )
    if len(kept) > MAX_TAGS:
        raise NnlabError(
            _(
                "A run has at most {most} tags, got {count}: remove one first.",
                most=MAX_TAGS,
                count=len(kept),
            )
        )
    return kept
