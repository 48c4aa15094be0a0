"""The note shown if a batch is larger than the training set: each step then takes all points."""

import streamlit as st

from nnlab.config import Csv, Experiment
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.training.batches import batch_of


def say_whole_batch(experiment: Experiment) -> None:
    """A line under the batch size where it is more than the data give; else nothing."""
    try:
        count, _val, _test = sizes(experiment.data)
    except NnlabError:
        return  # the page says what is wrong with the data
    asked = experiment.training.batch_size
    if asked == "all" or batch_of(experiment.training, count) == asked:
        return
    said = (
        _(
            "A batch of {asked:,}, but only {n:,} row trains: each step takes it.",
            "A batch of {asked:,}, but only {n:,} rows train: each step takes all of them.",
            n=count,
            asked=asked,
        )
        if isinstance(experiment.data, Csv)
        else _(
            "A batch of {asked:,}, but only {n:,} point trains: each step takes it.",
            "A batch of {asked:,}, but only {n:,} points train: each step takes all of them.",
            n=count,
            asked=asked,
        )
    )
    st.caption(said)
