"""Fine-tuning of a trained network with drawings made here, as a run of its own."""

from pathlib import Path

from nnlab.config import Adam, Augment, Experiment, Images, Training
from nnlab.data.archives import is_available
from nnlab.data.description import describe
from nnlab.data.published import DIGIT_NAMES, base_of
from nnlab.errors import NnlabError
from nnlab.export.restore import restore
from nnlab.runs.network import load_network
from nnlab.runs.store import Run, Store
from nnlab.texts import _
from nnlab.visitor import LOCAL

FEWEST = 20
"""Drawings below which a network would learn these very pictures, and no hand."""
RATE, EPOCHS, BATCH = 3e-4, 4, 50
"""Small: what the network knows is to be bent, not made anew."""
OFFLINE = "digits-strokes"
"""The substitute for MNIST where it is missing: digits of real people, and drawn ones."""
CHANGED = Augment(shift=1.5, rotate=10, scale=0.1)
"""Few drawings are repeated many times: each time a little different."""


def fine_tune(
    store: Store,
    run: Run,
    drawings: str,
    number: int,
    *,
    owner: str = LOCAL,
    data_dir: Path | None = None,
) -> Run:
    """A run that starts from the newest weights of another, and learns from kept drawings.

    A sample of what the network has learned from trains beside the drawings, and its validation
    pictures go on to validate: what is lost on them is seen at once.

    Args:
        store: takes the new run.
        run: a network of the ten digits, 1×28×28.
        drawings: the name of a frozen set (`nnlab.data.handwriting.freeze`).
        number: how many drawings are in it.
        owner: of the new run.
        data_dir: where the sample comes from. Where MNIST is not there, what the lab draws itself
            and scikit-learn's digits stand for it. None: it is there.

    Raises:
        NnlabError: too few drawings, a network that reads no digits, or one without weights.
    """
    if number < FEWEST:
        raise NnlabError(
            _(
                "Fine-tuning takes {fewest} drawings, and {number} are kept: draw {missing} more.",
                fewest=FEWEST,
                number=number,
                missing=FEWEST - number,
            )
        )
    given = run.experiment
    changed = tuned(given, drawings)
    if data_dir is not None:
        changed = _with_what_is_here(changed, data_dir)
    network, _step = load_network(run)
    name = _("{name} · our hand", name=run.meta.name)[:100]
    made = restore(store, changed, network.state_dict(), name, owner=owner)
    made.change_meta(tuned_from=run.id, tags=("fine-tuned",))
    return made


def _with_what_is_here(changed: Experiment, data_dir: Path) -> Experiment:
    data = changed.data
    if not isinstance(data, Images) or data.beside is None or base_of(data.beside) != "mnist":
        return changed
    if is_available("mnist", data_dir):
        return changed
    return changed.model_copy(update={"data": data.model_copy(update={"beside": OFFLINE})})


def tuned(given: Experiment, drawings: str) -> Experiment:
    """Return the experiment that continues from a network of `given` with kept drawings.

    Raises:
        NnlabError: its data are no digits of 1×28×28.
    """
    data = given.data
    info = describe(data)
    if not isinstance(data, Images) or info.class_names != DIGIT_NAMES:
        raise NnlabError(
            _(
                "Drawings are of the ten digits, and this network learned from '{data}': choose a"
                " model that reads digits.",
                data=data.kind,
            )
        )
    beside = data.beside if data.kind in ("handwriting", "pictures") else data.kind
    return Experiment(
        data=Images(kind="handwriting", drawings=drawings, beside=beside, seed=data.seed),
        model=given.model,
        training=Training(
            loss=given.training.loss,
            optimizer=Adam(kind="adam", lr=RATE),
            batch_size=BATCH,
            epochs=EPOCHS,
            augment=CHANGED,
            seed=given.training.seed,
        ),
    )
