"""What a network should say to a sequence."""

from nnlab.config import Sequences


def answer_of(data: Sequences, tokens: tuple[int, ...]) -> tuple[int, ...]:
    """A symbol for each place; of brackets one class, 1: balanced."""
    match data.task:
        case "copy":
            return tokens
        case "reverse":
            return tokens[::-1]
        case "sort":
            return tuple(sorted(tokens))
        case "brackets":
            return (int(_is_balanced(tokens)),)


def _is_balanced(tokens: tuple[int, ...]) -> bool:
    """Token 0 opens, token 1 closes: none closes what is not open, and none stays open."""
    depth = 0
    for token in tokens:
        depth += 1 if token == 0 else -1
        if depth < 0:
            return False
    return depth == 0
