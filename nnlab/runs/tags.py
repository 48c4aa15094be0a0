"""The words that people sort runs by."""

from collections.abc import Iterable

from nnlab.errors import NnlabError

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
                f"A tag has 1 to {MAX_TAG} characters, got {len(tag)}: choose a shorter word."
                if tag
                else f"A tag has 1 to {MAX_TAG} characters, got none: type a word."
            )
    if len(kept) > MAX_TAGS:
        raise NnlabError(f"A run has at most {MAX_TAGS} tags, got {len(kept)}: remove one first.")
    return kept
