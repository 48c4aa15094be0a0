"""A challenge in words."""

from nnlab.classroom.challenge.challenge import SEALED, Challenge
from nnlab.config import Images
from nnlab.data.registry import sizes
from nnlab.texts import _, number
from nnlab.ui.forms.point_sets import SETS
from nnlab.ui.messages import Markdown, marked
from nnlab.ui.runtime.image_data import LABELS

POINTS = {kind: words for sets in SETS.values() for kind, words in sets.items()}


def kind_in_words(kind: str) -> str:
    """`spiral`, `Fashion-MNIST`."""
    return _(POINTS.get(kind) or LABELS.get(kind, kind))


def sealed_count(challenge: Challenge) -> int:
    """Examples of the sealed test set."""
    is_images = isinstance(challenge.data, Images)
    return min(SEALED, sizes(challenge.data)[2]) if is_images else SEALED


def figure_in_words(challenge: Challenge, figure: float) -> str:
    """`95.30%`, as fine as 2,000 examples tell apart; or a loss with three digits."""
    if challenge.task == "classification":
        return _("{share:.2%}", share=figure)
    return number(figure)


def goal_in_words(challenge: Challenge) -> str:
    """`95%`, or a loss."""
    if challenge.task == "classification":
        return percent(challenge.goal)
    return number(challenge.goal)


def percent(share: float) -> str:
    """`95%`."""
    return _("{share:.4g}%", share=100 * share)


def task_in_words(challenge: Challenge) -> Markdown:
    """Describe the task in two sentences."""
    data = challenge.data
    examples = (
        _("{n:,} picture", "{n:,} pictures", n=sizes(data)[0] + sizes(data)[1])
        if isinstance(data, Images)
        else _("{n:,} point", "{n:,} points", n=sum(sizes(data)))
    )
    noise = getattr(data, "noise", 0.0)
    if noise:
        examples = _("{examples}, noise {noise}", examples=examples, noise=percent(noise))
    goal = (
        _(
            "gets at least {goal} of {count:,} sealed examples right",
            goal=goal_in_words(challenge),
            count=sealed_count(challenge),
        )
        if challenge.task == "classification"
        else _(
            "reaches a loss (MSE) of at most {goal} on {count:,} sealed examples",
            goal=goal_in_words(challenge),
            count=sealed_count(challenge),
        )
    )
    return marked(
        "Train a network on **{data}** ({examples}) that {goal}, with **{limits}**.",
        data=kind_in_words(data.kind),
        examples=examples,
        goal=goal,
        limits=challenge.limits.said(),
    )


def rule(challenge: Challenge) -> str:
    """Describe who sees which figures, and when."""
    return _(
        "Handing in takes one look at the sealed examples; each student has {looks}. Only that"
        " student sees the result. Nobody sees the figures of others, not even the lecturer, until"
        " the lecturer reveals all at once, which ends the challenge. Each student's best look"
        " counts; ties go to fewer parameters, then to the earlier look.",
        looks=challenge.looks,
    )
