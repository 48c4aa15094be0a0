"""The refactoring in five steps: what each changes, and what all scripts print when they run."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.learn.three_ways.steps import NAMES, largest_difference, lines_of, run_all, script, step
from nnlab.texts import N_, _, formatted
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.messages import say
from nnlab.ui.runtime.cache import kept
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html

WHAT = (
    N_("`F.cross_entropy` in place of a log-softmax and a negative log-likelihood of one's own."),
    N_("An `nn.Module` keeps weights and bias: one loop moves all parameters, however many."),
    N_("`nn.Linear` makes and keeps them, `optim.SGD` moves them; `get_model` makes both."),
    N_("`TensorDataset` and `DataLoader` cut the batches; `get_data` makes the loaders."),
    N_("`fit` trains any model on any data; `loss_batch` serves training and validation."),
)


def show_steps() -> None:
    """A slider from step to step, the change as a diff, and the losses of both scripts."""
    number = st.slider(
        _("Step of the refactoring"), 1, len(WHAT), 1, key=widgets.key("ways_step"), format="%d"
    )
    st.markdown(f"**{number}** · {_(WHAT[number - 1])}")
    with st.container(key="learn_ways_diff"):
        st.code(step(number), language="diff", height=420)
    st.caption(
        _(
            "{before} lines become {after}. Both are whole scripts: softmax regression on 1,797"
            " digits of 8×8 pixels, five epochs.",
            before=lines_of(number - 1),
            after=lines_of(number),
        )
    )
    _show_outcome(number)
    with st.expander(_("The whole script after this step")):
        st.code(script(number), language="python", wrap_lines=True)


def _show_outcome(number: int) -> None:
    if st.button(
        _("Run the scripts"), key=widgets.key("ways_run"), icon=":material/play_arrow:"
    ) or widgets.kept("ways_ran"):
        try:
            with st.spinner(_("Python runs all six scripts, one after another: some seconds.")):
                losses = _losses()
        except NnlabError as error:
            say("error", error, icon=":material/error:")
            return
        widgets.keep("ways_ran", True)
        _show_losses(number, losses)


def _show_losses(number: int, losses: tuple[tuple[float, ...], ...]) -> None:
    rows = [
        row(
            f"<code>{in_html(NAMES[one])}.py</code>",
            *(cell(formatted(loss, ".9f")) for loss in losses[one]),
        )
        for one in (number - 1, number)
    ]
    heads = ("", *(_("epoch {n}", n=epoch) for epoch in range(1, len(losses[0]) + 1)))
    st.html(
        "<div class='nnlab-pairs-frame' tabindex='0'>"
        + table("nnlab-pairs", rows, heads=heads, label=_("Validation loss after each epoch"))
        + "</div>"
    )
    apart = largest_difference(losses[number - 1], losses[number])
    if apart == 0:
        st.markdown(_("The validation losses are **exactly the same**."))
        return
    st.markdown(
        _(
            "The validation losses differ by at most **{apart:.1g}**: float32 has seven digits, and"
            " another order of the same sums rounds the last one otherwise.",
            apart=apart,
        )
    )


@kept
def _losses() -> tuple[tuple[float, ...], ...]:
    return run_all()
