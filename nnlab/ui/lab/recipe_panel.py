"""A recipe on a laboratory page: its source, its code, and the table of reported figures."""

from pathlib import Path

import numpy as np
import streamlit as st

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.figures.curves import Reference
from nnlab.models.code import code
from nnlab.models.shapes import trace
from nnlab.recipes import RECIPES, Compared, Metric, Recipe
from nnlab.runs.compared import value_of
from nnlab.runs.record.history import History
from nnlab.texts import _
from nnlab.ui.components.tables import row, table
from nnlab.ui.lab.experiment_diff import rows
from nnlab.ui.lab.run_commands import current_status, view_of
from nnlab.ui.runtime.cache import kept
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import lab_of, open_in_lab
from nnlab.ui.session.widgets import Widgets
from nnlab.ui.words import plain
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("recipe.css")
CODE_HEIGHT = 270
CHANGES_SHOWN = 4


def recipe_of(state: LabState) -> Recipe | None:
    """The recipe with published or measured figures that a page is about, None where it has none.

    That is the one whose experiment is shown to the letter; else the one that the page was opened
    with, as long as the network and the kind of data are still its own.
    """
    return _recipe_of(_shown(state), state.recipe)


def reported(state: LabState, what: str, *, steps_per_epoch: int = 1) -> Reference | None:
    """Return the figures reported by the recipe's source, for `loss_figure` or `accuracy_figure`.

    Validation before training, where the source has both.

    Args:
        state: the page's.
        what: `loss` or `accuracy`.
        steps_per_epoch: 1 where the chart counts epochs; else each epoch stands at its last step.
    """
    recipe = recipe_of(state)
    curves = recipe.curves if recipe is not None else {}
    metrics: tuple[Metric, ...] = (
        ("val_loss", "train_loss") if what == "loss" else ("val_accuracy", "train_accuracy")
    )
    for metric in metrics:
        if metric in curves:
            x, y = np.array(curves[metric], dtype=np.float64).T
            return x * steps_per_epoch, y
    return None


def show_recipe_head(state: LabState) -> None:
    """Show the recipe's source, what to notice, the network and the code that builds it.

    Nothing where the page is about no recipe with figures.
    """
    recipe = recipe_of(state)
    if recipe is None:
        return
    experiment = recipe.experiment
    st.html(STYLE)
    with st.container(border=True, key="recipe_head"):
        words, source = st.columns(2, gap="medium")
        with words:
            st.markdown(f"##### {plain(_(recipe.title))}")
            st.caption(_("`{id}` · from {cited}", id=recipe.id, cited=plain(recipe.cited)))
            st.markdown(_(recipe.notice))
            st.caption(_network(experiment))
            if recipe.opens_test:
                st.caption(_test_words(experiment))
            _show_changes(state, recipe)
        with source:
            st.code(_code(experiment), language="python", height=CODE_HEIGHT)


def show_recipe_table(state: LabState) -> None:
    """*Reported / reproduced / why*, and the story. To be drawn beneath all that moves.

    Once the run in view has finished, its own figures stand in place of those that are kept.
    """
    recipe = recipe_of(state)
    if recipe is None:
        return
    history = _finished(state)
    lines = [_line(line, history) for line in recipe.compared]
    ours = _("reproduced") if history is None else _("this run")
    with st.container(key="recipe_table"):
        st.markdown(_("##### Reported, reproduced, and why"))
        st.html(
            table(
                "nnlab-recipe",
                lines,
                heads=("", _("reported"), ours, _("why")),
                label=_("Reported and reproduced figures"),
            )
        )
        if recipe.story:
            st.markdown(_(recipe.story))
        if recipe.measured:
            st.caption(_("Reproduced figures: {measured}", measured=_(recipe.measured)))


# Which recipe ------------------------------------------------------------------------------------


def _shown(state: LabState) -> Experiment:
    view = view_of(state)
    return view.experiment if view is not None else state.draft


@kept
def _recipe_of(experiment: Experiment, opened: str | None) -> Recipe | None:
    for recipe in RECIPES.values():
        if recipe.compared and recipe.experiment == experiment:
            return recipe
    recipe = RECIPES.get(opened or "")
    if recipe is None or not recipe.compared:
        return None
    own = recipe.experiment
    same = own.model.layers == experiment.model.layers and own.data.kind == experiment.data.kind
    return recipe if same else None


def _finished(state: LabState) -> History | None:
    """The history of the run in view once it has finished, whatever was changed in its form."""
    view = view_of(state)
    if view is None or current_status(state) != "finished":
        return None
    return view.refresh()


# Words -------------------------------------------------------------------------------------------


def _show_changes(state: LabState, recipe: Recipe) -> None:
    """Show where the experiment shown differs from the recipe, and a button to undo that."""
    changed = [field for field in rows([recipe.experiment, _shown(state)]) if field.differs]
    if not changed:
        return
    said = [
        f"{field.name} {field.texts[0]} → {field.texts[1]}" for field in changed[:CHANGES_SHOWN]
    ]
    more = len(changed) - CHANGES_SHOWN
    said += [_("{count} more", count=more)] if more > 0 else []
    st.caption(_("Changed: {said}.", said=plain("; ".join(said))))
    widgets = Widgets(lab_of(state.draft))
    if st.button(_("Back to the recipe"), key=widgets.key("back_to_recipe"), type="tertiary"):
        open_in_lab(recipe.experiment, recipe=recipe.id)
        st.rerun()


def _network(experiment: Experiment) -> str:
    """`784 → 128 → 256 → 10, 136,074 parameters`."""
    found = trace(experiment.model.layers, describe(experiment.data).input_shape)
    sizes = [found[0].input_shape, *(layer.output_shape for layer in found if layer.parameters)]
    return _(
        "{sizes} · {count:,} parameters",
        sizes=" → ".join("×".join(map(str, shape)) for shape in sizes),
        count=sum(layer.parameters for layer in found),
    )


def _test_words(experiment: Experiment) -> str:
    if getattr(experiment.data, "test", "") == "validates":
        return _(
            "As in the original, the test set is looked at after every epoch: what the charts call"
            " validation is the test set here. It counts as a look."
        )
    return _("As in the original, the run looks at the test set once, at its end. It is counted.")


def _code(experiment: Experiment) -> str:
    try:
        return _written(experiment)
    except NnlabError as error:
        return f"# {error}"


@kept
def _written(experiment: Experiment) -> str:
    return code(experiment.model, describe(experiment.data).input_shape, "sequential")


def _line(line: Compared, history: History | None) -> str:
    value = value_of(line, history) if history is not None else None
    ours = line.in_words(line.reproduced if value is None else value)
    cells = (
        _(line.said) if line.said else line.in_words(line.reported),
        ours,
        line.why and _(line.why),
    )
    labels = (_("reported"), _("reproduced"), _("why"))
    said = (
        f"<td data-label='{in_html(label)}'>{in_html(text)}</td>"
        for label, text in zip(labels, cells, strict=True)
    )
    return row(in_html(_(line.what)), *said)
