"""The link by which anybody can repeat a run, and see whether the loss comes out the same."""

from urllib.parse import quote, urlencode, urljoin

import streamlit as st

from nnlab.config import Experiment, to_link
from nnlab.config.replay_link import Expectation, to_parameters
from nnlab.errors import NnlabError
from nnlab.runs import History, Summary
from nnlab.runs.rewind.reproduce import replayable
from nnlab.ui.components.tables import facts_table
from nnlab.ui.session.address import LINK
from nnlab.ui.session.labs import lab_of


def show_replay_link(summary: Summary, history: History) -> None:
    """The link and what it expects; or why an experiment alone does not repeat the run."""
    try:
        experiment, expected = replayable(summary.run, history)
    except NnlabError as error:
        st.info(str(error), icon=":material/info:")
        return
    st.markdown(
        "Whoever opens this link can press **Reproduce**: it trains the same experiment, and says"
        " whether the loss is the same to the last digit."
    )
    st.code(replay_address(experiment, expected), language=None, wrap_lines=True)
    data, model, training = experiment.data, experiment.model, experiment.training
    seeds = (getattr(data, "seed", 0), model.seed, training.seed)
    rows = [
        ("step", f"{expected.step:,}"),
        ("expected train_loss", repr(expected.train_loss)),
        ("seeds", "data {}, weights {}, batches {}".format(*seeds)),
    ]
    made = expected.made
    if made is not None:
        threads = f"{made.threads} thread{'s'[: made.threads != 1]}"
        rows.append(("made by", f"PyTorch {made.torch}, {threads}, {made.device}"))
        rows.append(("processor", made.processor))
        rows.append(("nnlab", made.nnlab))
    facts_table(rows, "What the link expects")
    st.caption("The last digits repeat on the same processor, PyTorch and number of threads.")


def replay_address(experiment: Experiment, expected: Expectation) -> str:
    """The whole address, the experiment's link and what to expect of it."""
    parameters = {LINK: to_link(experiment), **to_parameters(expected)}
    query = urlencode(parameters, quote_via=quote, safe=",")
    return urljoin(st.context.url or "/", f"{lab_of(experiment)}?{query}")
