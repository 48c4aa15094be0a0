"""A run at a glance: its figures, curves, experiment, and what happened to it."""

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urljoin

import numpy as np
import streamlit as st

from nnlab.config import Experiment, to_link
from nnlab.figures.curves import accuracy_figure, loss_figure, r2_figure
from nnlab.figures.describe import describe_curves
from nnlab.runs import History, Summary
from nnlab.runs.disk import in_words
from nnlab.runs.record.checkpoints import BEST, FOLDER, list_checkpoints
from nnlab.texts import N_
from nnlab.training.events import ControlApplied, FitStarted
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.tables import facts_table
from nnlab.ui.forms.labels import data_lines, layer_lines, training_lines
from nnlab.ui.lab.test_set import show_test_set
from nnlab.ui.runs.files import disk_use
from nnlab.ui.runtime.r_squared import Variances, variances_of
from nnlab.ui.session.address import LINK
from nnlab.ui.session.labs import lab_of
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.words import moment

FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
ONLY_AT_THE_END = ("test_loss", "test_accuracy", "best_val_loss", "best_val_accuracy", "best_epoch")
CONTROLS_SHOWN = 50


def show_overview(summary: Summary, history: History, dark: bool) -> None:
    """Figures, curves, experiment and record, one under another."""
    variances = variances_of(summary.experiment.data)
    show_figures_in_full(history, variances)
    show_test_set(summary.run, widgets)
    show_curves(history, dark, variances)
    show_experiment(summary.experiment)
    show_record(summary, history)


def show_figures_in_full(history: History, variances: Variances | None = None) -> None:
    """Losses and accuracies with all the digits that were recorded; R² of a regression."""
    values: dict[str, Any] = {name: history.latest(name) for name in FIGURES}
    values |= {name: getattr(history.ended, name, None) for name in ONLY_AT_THE_END}
    if variances is not None:
        losses = ("train_loss", "val_loss", "best_val_loss")
        values |= {n.replace("loss", "R²"): variances.r2(n, values[n]) for n in losses}
    rows = [
        (name.replace("_", " ").replace("val ", "validation ").replace("train ", "training "), v)
        for name, v in values.items()
        if v is not None
    ]
    if not rows:
        st.caption("No figures yet.")
        return
    facts_table([(name, f"{value!r}") for name, value in rows], "Figures")


def show_curves(history: History, dark: bool, variances: Variances | None = None) -> None:
    """Loss and accuracy over the steps; of a regression R² in its place."""
    loss, accuracy = _curves(history, "loss"), _curves(history, "accuracy")
    empty = "nothing recorded"
    show_chart(
        loss_figure(*loss, x_title="step", empty=empty, dark=dark),
        key="loss_chart",
        alt=describe_curves(N_("Loss"), loss[1], loss[3]),
    )
    if variances is not None:
        r2 = (*variances.curve(history, "train"), *variances.curve(history, "val"))
        show_chart(
            r2_figure(*r2, x_title="step", empty=empty, dark=dark),
            key="accuracy_chart",
            alt=describe_curves("R²", r2[1], r2[3], best_is_high=True),
        )
        return
    show_chart(
        accuracy_figure(*accuracy, x_title="step", empty=empty, dark=dark),
        key="accuracy_chart",
        alt=describe_curves(N_("Accuracy"), accuracy[1], accuracy[3], share=True),
    )


def _curves(history: History, what: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Steps and values, training then validation."""
    return (*history.curve(f"train_{what}"), *history.curve(f"val_{what}"))


def show_experiment(experiment: Experiment) -> None:
    """Data, layers, training; and the whole as JSON and as a link."""
    st.markdown("##### Experiment")
    rows = layer_lines(experiment.model, experiment.data)
    total = sum(int(count.replace(",", "")) for _, _, count in rows if count != "–")
    body = "".join(
        f"<tr><td>{escape(name)}</td><td>{shape}</td><td>{count}</td></tr>"
        for name, shape, count in rows
    )
    facts_table(data_lines(experiment.data), "Data")
    st.html(
        "<table class='nnlab-run-layers' aria-label='Layers'><thead><tr><th scope='col'>layer</th>"
        "<th scope='col'>gives</th><th scope='col'>parameters</th></tr></thead>"
        f"<tbody>{body}</tbody><tfoot><tr><td>together</td><td></td><td>{total:,}</td></tr></tfoot>"
        "</table>"
    )
    facts_table(training_lines(experiment), "Training")
    with st.expander("Link and JSON", icon=":material/share:"):
        st.caption("Whoever opens this link gets the same experiment.")
        st.code(_address(experiment), language=None, wrap_lines=True)
        st.code(experiment.to_json(indent=2), language="json")


def _address(experiment: Experiment) -> str:
    page = f"{lab_of(experiment)}?{LINK}={to_link(experiment)}"
    return urljoin(st.context.url or "/", page)


def show_record(summary: Summary, history: History) -> None:
    """When and where it ran, the controls that it obeyed, and what is kept on disk."""
    st.markdown("##### What happened")
    meta, run = summary.meta, summary.run
    lines = [("made", f"{moment(meta.created)} by {meta.owner}"), ("id", run.id)]
    if meta.recipe:
        lines.append(("recipe", meta.recipe))
    if meta.parent:
        lines.append(("branched from", f"{meta.parent} at step {meta.parent_step or 0:,}"))
    if meta.tags:
        lines.append(("tags", ", ".join(meta.tags)))
    if history.started is not None:
        lines.append(("trained with", _machine(history.started)))
    if meta.peeks:
        lines.append(("test set", f"looked at {len(meta.peeks)} times"))
    steps = [f"{int(path.stem):,}" for path in list_checkpoints(run.path)]
    if (run.path / FOLDER / BEST).is_file():
        steps.append("the best")
    lines.append(("checkpoints", _few(steps) or "none"))
    lines.append(("on disk", in_words(disk_use(summary))))
    facts_table(lines, "Record")
    _show_controls(history.controls)


def _machine(started: FitStarted) -> str:
    threads = f"{started.threads} thread{'s'[: started.threads != 1]}"
    return f"PyTorch {started.torch}, {started.device}, {threads}"


def _few(steps: Sequence[str]) -> str:
    if len(steps) > 8:
        steps = [*steps[:3], f"… {len(steps) - 6} more …", *steps[-3:]]
    return f"step {' · '.join(steps)}" if steps else ""


def _show_controls(controls: Sequence[ControlApplied]) -> None:
    if not controls:
        return
    with st.expander(
        f"{len(controls):,} control{'s'[: len(controls) != 1]} obeyed while it trained",
        icon=":material/tune:",
    ):
        if len(controls) > CONTROLS_SHOWN:
            st.caption(f"The newest {CONTROLS_SHOWN}.")
        facts_table(
            [(f"step {event.step:,}", _said(event)) for event in controls[-CONTROLS_SHOWN:]],
            "Controls",
        )


def _said(event: ControlApplied) -> str:
    said = event.do or ""
    if event.set is not None:
        said = f"{event.set.get('path')} = {event.set.get('value')}"
    return f"{said} (refused: {event.error})" if event.error else said
