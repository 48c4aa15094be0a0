"""The sealed test set of a challenge: which runs may be handed in, and what one reaches on it.

The only module here that knows PyTorch; the wire does not import it.
"""

import math
import threading
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from nnlab.classroom.challenge.by_hand import must_have_trained
from nnlab.classroom.challenge.challenge import SEALED, Challenge, differences
from nnlab.classroom.challenge.challenges import Challenges, Look, Measured
from nnlab.classroom.challenge.fresh import fresh
from nnlab.config import Curve, Images, PlaneClasses, PlaneValues
from nnlab.data.description import describe
from nnlab.data.images import load_test
from nnlab.data.splits import Part
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.models.shapes import LayerShape, trace
from nnlab.runs.network import load_network
from nnlab.runs.store import Run, Store, Summary, summarise
from nnlab.texts import _, number
from nnlab.training.metrics import CHUNK, LOSSES, Totals, evaluate
from nnlab.visitor import Visitor

MOST_FLOPS = 2e11
"""Floating-point operations of one look: some seconds of one thread. LeNet takes 2·10⁹."""
MOST_VALUES = 5e7
"""Numbers that a network's layers give at once while it is asked: 200 MB."""
MOST_ANCESTORS = 50
_loading = threading.Lock()


def hand_in(
    kept: Challenges, store: Store, run_id: str, who: Visitor, number: int, data_dir: Path
) -> Look:
    """Take the look `number` of a student at the sealed test set, with the newest weights of a run.

    Args:
        kept: the challenge of the class.
        store: all runs of the server.
        run_id: of the run.
        who: the student.
        number: see `Challenges.take`.
        data_dir: where data sets are kept.

    Raises:
        NotAllowedError, NnlabError: as `Challenges.take`; the run does not qualify (`why_not`), or
            was handed in at this very step. It costs no look.
    """

    def measure() -> Measured:
        challenge = kept.challenge
        assert challenge is not None, "it is open"
        return _measure(challenge, kept, store, store.get(run_id), who, data_dir)

    return kept.take(who, number, measure)


def why_not(challenge: Challenge, summary: Summary, store: Store, who: Visitor) -> str | None:
    """Why a run cannot be handed in: the rule, what was received, the mend. None: it can.

    Reads files of the run's ancestors, but no weights. A run that trains on may pass a limit later.
    """
    try:
        _must_be_own_work(challenge, summary, store, who)
        _must_learn_the_data(challenge, summary)
        _must_be_small(challenge, _rows(summary))
        last = summary.last
        _must_be_within(challenge, summary, last.step if last is not None else 0)
    except NnlabError as error:
        return str(error)
    return None


@lru_cache(maxsize=1)
def sealed_part(challenge: Challenge, data_dir: Path) -> Part:
    """The sealed examples: 2,000 fresh points, or that many of the test pictures.

    Raises:
        DataUnavailableError: the pictures are not here.
    """
    data = challenge.data
    if isinstance(data, Images):
        test = load_test(data, data_dir)
        assert test is not None, "a challenge's pictures have a test part"
        order = np.random.default_rng(challenge.secret).permutation(len(test))[:SEALED]
        chosen = torch.from_numpy(order)
        return Part(test.x[chosen], test.y[chosen])
    assert isinstance(data, PlaneClasses | PlaneValues | Curve), "as a challenge asks for"
    x, y = fresh(data, challenge.secret, SEALED)
    return Part(torch.from_numpy(x), torch.from_numpy(y))


def _measure(
    challenge: Challenge, kept: Challenges, store: Store, run: Run, who: Visitor, data_dir: Path
) -> Measured:
    """Everything is checked again, now with the weights that are evaluated."""
    _must_be_own_work(challenge, summarise(run), store, who)
    network, step = load_network(run)
    summary = summarise(run)  # after the weights: its seconds are not of before them
    refusal = why_not(challenge, summary, store, who)
    if refusal is not None:
        raise NnlabError(refusal)
    _must_be_within(challenge, summary, step)
    kept.must_be_new(who.person, run.id, step)
    with _loading:
        part = sealed_part(challenge, data_dir)
    rows = _rows(summary)
    _must_be_cheap(rows, len(part))
    values = sum(math.prod(row.output_shape) for row in rows)
    at_once = max(1, min(CHUNK, int(MOST_VALUES // max(1, values))))
    loss = LOSSES[summary.experiment.training.loss]
    totals = Totals(classes=challenge.task == "classification")
    for x, y in zip(part.x.split(at_once), part.y.split(at_once), strict=True):
        some = evaluate(network, Part(x, y), loss)
        assert some.mean_loss is not None, "a piece is never empty"
        totals.add(some.count, some.mean_loss, some.correct)
    if totals.mean_loss is None or not math.isfinite(totals.mean_loss):
        raise NnlabError(
            _(
                "The loss of this network is no finite number on the sealed examples: it has"
                " diverged. Train another with a lower learning rate. It cost no look."
            )
        )
    return Measured(
        run=run.id,
        step=step,
        parameters=sum(row.parameters for row in rows),
        loss=totals.mean_loss,
        accuracy=totals.accuracy,
    )


def _rows(summary: Summary) -> list[LayerShape]:
    experiment = summary.experiment
    return trace(experiment.model.layers, describe(experiment.data).input_shape)


# The rules ----------------------------------------------------------------------------------------


def _must_be_own_work(challenge: Challenge, summary: Summary, store: Store, who: Visitor) -> None:
    """The student's own from its first step on, and of after the challenge opened."""
    if summary.sweep is not None:
        raise NnlabError(
            _(
                "A sweep is many networks, and one is handed in: open one of them, or let it train"
                " on alone."
            )
        )
    one: Summary | None = summary
    for _generation in range(MOST_ANCESTORS):
        assert one is not None
        _must_be_of(challenge, one, who, is_parent=one is not summary)
        if one.meta.parent is None:
            return
        one = _parent(one, store)
    raise NnlabError(
        _(
            "Before this run stand more than {most} others that it branched from: hand in an"
            " earlier one.",
            most=MOST_ANCESTORS,
        )
    )


def _must_be_of(challenge: Challenge, one: Summary, who: Visitor, *, is_parent: bool) -> None:
    meta = one.meta
    what = _("The run that it branched from") if is_parent else _("This run")
    if meta.owner != who.owner:
        raise NnlabError(
            _("{what} belongs to another person: hand in what you trained yourself.", what=what)
        )
    if meta.created < challenge.opened:
        raise NnlabError(
            _(
                "{what} was made before the challenge opened: train a new one from its first step.",
                what=what,
            )
        )
    if meta.tuned_from is not None or (one.last is not None and one.started is None):
        raise NnlabError(
            _(
                "{what} began with weights that were trained elsewhere: train one from its first"
                " step.",
                what=what,
            )
        )
    must_have_trained(one.run, what)
    if one.last is None and not is_parent:
        raise NnlabError(_("This run has not trained yet: let it train first."))


def _parent(one: Summary, store: Store) -> Summary:
    assert one.meta.parent is not None
    try:
        return summarise(store.get(one.meta.parent))
    except RunNotFoundError:
        raise NnlabError(
            _(
                "The run that this one branched from was deleted, so that nobody can see how it"
                " trained: train a new one from its first step."
            )
        ) from None


def _must_learn_the_data(challenge: Challenge, summary: Summary) -> None:
    wrong = list(differences(challenge.data, summary.experiment.data))
    if wrong:
        raise NnlabError(
            _(
                "Its data are not the challenge's ({wrong}): open the challenge on its page; only"
                " the seed may be another.",
                wrong="; ".join(wrong),
            )
        )


def _must_be_small(challenge: Challenge, rows: list[LayerShape]) -> None:
    received = sum(row.parameters for row in rows)
    if received > challenge.limits.parameters:
        raise NnlabError(
            _(
                "It has {received:,} parameters, and {most:,} are allowed: take fewer or narrower"
                " layers.",
                received=received,
                most=challenge.limits.parameters,
            )
        )


def _must_be_within(challenge: Challenge, summary: Summary, step: int) -> None:
    """`step` is that of the weights."""
    limits, started, last = challenge.limits, summary.started, summary.last
    if started is None or last is None:
        raise NnlabError(_("This run has not trained yet: let it train first."))
    epochs = -(-step // max(1, started.steps_per_epoch))
    for what, most, received in (
        (_("epochs"), limits.epochs, epochs),
        (_("steps"), limits.steps, step),
        (_("seconds of training"), limits.seconds, last.seconds),
    ):
        if most is not None and received > most:
            raise NnlabError(
                _(
                    "It has trained {received} {what}, and {most} are allowed: branch from an"
                    " earlier step, or train one that stops in time.",
                    received=_written(received),
                    most=_written(most),
                    what=what,
                )
            )


def _written(count: float) -> str:
    return f"{count:,}" if isinstance(count, int) else number(count)


def _must_be_cheap(rows: list[LayerShape], examples: int) -> None:
    received = sum(row.flops for row in rows) * examples
    if received > MOST_FLOPS:
        raise NnlabError(
            _(
                "One look at {examples:,} examples would take {received:.2g} operations of this"
                " network, and {most:.2g} are allowed: take fewer channels or larger strides.",
                examples=examples,
                received=received,
                most=MOST_FLOPS,
            )
        )
