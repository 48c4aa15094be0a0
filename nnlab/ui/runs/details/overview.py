"""A run at a glance: its figures, curves, experiment, and what happened to it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

import numpy as np
import streamlit as st

from nnlab.config import Experiment, to_link
from nnlab.figures.curves import accuracy_figure, loss_figure, r2_figure
from nnlab.figures.describe import describe_curves
from nnlab.runs.disk import in_words
from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import BEST, FOLDER, list_checkpoints
from nnlab.runs.store import Summary
from nnlab.scene.words import data_lines, layer_lines, training_lines
from nnlab.texts import DASH, N_, _
from nnlab.training.events import ControlApplied, FitStarted
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.link_field import show_link
from nnlab.ui.components.tables import cell, facts_table, number_cell, row, table
from nnlab.ui.lab.pace import say_pace
from nnlab.ui.lab.test_set import show_test_set
from nnlab.ui.runs.files import disk_use
from nnlab.ui.runtime.r_squared import Variances, variances_of
from nnlab.ui.session.address import LINK, lab_path
from nnlab.ui.session.labs import lab_of
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.visitors import owner_name
from nnlab.ui.words import FIGURES, ONLY_AT_THE_END, moment
from nnlab.visible import in_html

R_SQUARED = {
    "train_loss": N_("training R²"),
    "val_loss": N_("validation R²"),
    "best_val_loss": N_("best validation R²"),
}
"""Names of R² figures, by the losses they are computed from."""
CONTROLS_SHOWN = 50
ACTIONS = {
    "pause": N_("pause"),
    "resume": N_("resume"),
    "step": N_("step"),
    "epoch": N_("epoch"),
    "stop": N_("stop"),
    "checkpoint": N_("checkpoint"),
}


def show_overview(summary: Summary, history: History, dark: bool) -> None:
    """Figures, curves, experiment and record, one under another."""
    variances = variances_of(summary.experiment.data)
    show_figures_in_full(history, variances)
    show_test_set(summary.run, widgets)
    show_curves(history, dark, variances)
    show_experiment(summary.experiment)
    show_record(summary, history)


def show_figures_in_full(history: History, variances: Variances | None = None) -> None:
    """Losses and accuracies, all the digits that were recorded on hover; R² of a regression."""
    values: dict[str, Any] = {name: history.latest(name) for name in FIGURES}
    values |= {name: getattr(history.ended, name, None) for name in ONLY_AT_THE_END}
    found = [(label, values[name]) for name, label in (FIGURES | ONLY_AT_THE_END).items()]
    if variances is not None:
        found += [(label, variances.r2(name, values[name])) for name, label in R_SQUARED.items()]
    rows = [
        row(in_html(_(label)), number_cell(value, ".1%" if "accuracy" in label else ".6g"))
        for label, value in found
        if value is not None
    ]
    if not rows:
        st.caption(_("No figures yet."))
        return
    st.html(table("nnlab-facts", rows, label=_("Figures")))


def show_curves(history: History, dark: bool, variances: Variances | None = None) -> None:
    """Loss and accuracy over the steps; of a regression R² in its place."""
    loss, accuracy = _curves(history, "loss"), _curves(history, "accuracy")
    x_title, empty = N_("step"), N_("nothing recorded")
    show_chart(
        loss_figure(*loss, x_title=x_title, empty=empty, dark=dark),
        key="loss_chart",
        alt=describe_curves(N_("Loss"), loss[1], loss[3]),
    )
    if variances is not None:
        r2 = (*variances.curve(history, "train"), *variances.curve(history, "val"))
        show_chart(
            r2_figure(*r2, x_title=x_title, empty=empty, dark=dark),
            key="accuracy_chart",
            alt=describe_curves("R²", r2[1], r2[3], best_is_high=True),
        )
        return
    show_chart(
        accuracy_figure(*accuracy, x_title=x_title, empty=empty, dark=dark),
        key="accuracy_chart",
        alt=describe_curves(N_("Accuracy"), accuracy[1], accuracy[3], share=True),
    )


def _curves(history: History, what: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Steps and values, training then validation."""
    return (*history.curve(f"train_{what}"), *history.curve(f"val_{what}"))


def show_experiment(experiment: Experiment) -> None:
    """Data, layers, training; and the whole as JSON and as a link."""
    st.markdown(_("##### Experiment"))
    rows = layer_lines(experiment.model, experiment.data)
    total = sum(int(count.replace(",", "")) for _name, _shape, count in rows if count != DASH)
    facts_table(data_lines(experiment.data), _("Data"))
    st.html(
        table(
            "nnlab-run-layers",
            [f"<tr>{''.join(map(cell, line))}</tr>" for line in rows],
            heads=[_("layer"), _("gives"), _("parameters")],
            foot=[f"<tr>{cell(_('together'))}<td></td><td>{total:,}</td></tr>"],
            label=_("Layers"),
        )
    )
    facts_table(training_lines(experiment), _("Training"))
    with st.expander(_("Link and JSON"), icon=":material/share:"):
        st.caption(_("Anyone who opens this link gets the same experiment."))
        show_link(_address(experiment), key=widgets.key("address"))
        st.code(experiment.to_json(indent=2), language="json")


def _address(experiment: Experiment) -> str:
    page = lab_path(lab_of(experiment), {LINK: to_link(experiment)})
    return urljoin(st.context.url or "/", page)


def show_record(summary: Summary, history: History) -> None:
    """When and where it ran, the controls that it obeyed, and what is kept on disk."""
    st.markdown(_("##### What happened"))
    meta, run = summary.meta, summary.run
    made = _("{moment} by {owner}", moment=moment(meta.created), owner=owner_name(meta.owner))
    lines = [(_("made"), made), (_("id"), run.id)]
    if meta.recipe:
        lines.append((_("recipe"), meta.recipe))
    if meta.parent:
        step = meta.parent_step or 0
        where = _("{parent} at step {step:,}", parent=meta.parent, step=step)
        lines.append((_("branched from"), where))
    if meta.tags:
        lines.append((_("tags"), ", ".join(meta.tags)))
    if history.started is not None:
        lines.append((_("trained with"), _machine(history.started)))
    if meta.peeks:
        lines.append((_("test set"), _("looked at {count} times", count=len(meta.peeks))))
    steps = [f"{int(path.stem):,}" for path in list_checkpoints(run.path)]
    if (run.path / FOLDER / BEST).is_file():
        steps.append(_("the best"))
    lines.append((_("checkpoints"), _few(steps) or _("none")))
    lines.append((_("on disk"), in_words(disk_use(summary))))
    facts_table(lines, _("Record"))
    _show_controls(history.controls)


def _machine(started: FitStarted) -> str:
    return _(
        "PyTorch {version}, {device}, {n} thread",
        "PyTorch {version}, {device}, {n} threads",
        n=started.threads,
        version=started.torch,
        device=started.device,
    )


def _few(steps: Sequence[str]) -> str:
    if len(steps) > 8:
        steps = [*steps[:3], _("… {count} more …", count=len(steps) - 6), *steps[-3:]]
    return _("step {steps}", steps=" · ".join(steps)) if steps else ""


def _show_controls(controls: Sequence[ControlApplied]) -> None:
    if not controls:
        return
    with st.expander(
        _(
            "{n:,} change made while training",
            "{n:,} changes made while training",
            n=len(controls),
        ),
        icon=":material/tune:",
    ):
        if len(controls) > CONTROLS_SHOWN:
            st.caption(_("The newest {count}.", count=CONTROLS_SHOWN))
        rows = [
            (_("step {step:,}", step=event.step), _said(event))
            for event in controls[-CONTROLS_SHOWN:]
        ]
        facts_table(rows, _("Controls"))


def _said(event: ControlApplied) -> str:
    said = _(ACTIONS.get(event.do, event.do)) if event.do else ""
    if event.pace is not None:
        said = _("pace: {pace}", pace=say_pace(event.pace))
    if event.set is not None:
        said = f"{event.set.get('path')} = {event.set.get('value')}"
    return _("{said} (refused: {why})", said=said, why=event.error) if event.error else said
