"""The page of a network of sequences: its answers are PyTorch's, and it says what is right."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from nnlab.export import export
from nnlab.learn.attention.answers import answer_of
from nnlab.recipes import get
from nnlab.runs.network import load_network
from nnlab.runs.store import Run
from tests.export.html.conftest import Open

pytestmark = pytest.mark.browser
CLOSE = 1e-4


@pytest.mark.parametrize("recipe", ["attention-sort", "attention-brackets"])
def test_it_answers_as_pytorch_does(
    recipe: str, trained: Callable[..., tuple[Run, float]], open_page: Open
) -> None:
    experiment = get(recipe).experiment.with_all(
        [("training.epochs", 1), ("training.schedule", None)]
    )
    run, _loss = trained(experiment)
    page = open_page(export(run, "html"))
    page.wait("Boolean(window.nnlab?.outputs)")
    data = experiment.data
    rng = np.random.default_rng(0)
    x = torch.tensor(rng.integers(0, data.symbols, (1000, data.length)))  # ty: ignore
    network, _step = load_network(run)
    with torch.inference_mode():
        expected = network(x).reshape(1000, -1).numpy()
    said = np.array(page.evaluate("(x) => window.nnlab.outputs(x)", x.tolist()))
    assert np.abs(said - expected).max() <= CLOSE * np.abs(expected).max()

    tokens = x[0].tolist()
    separator = "" if recipe.endswith("brackets") else " "
    names = "()" if recipe.endswith("brackets") else "0123456789"
    page.do(lambda p: p.fill(".typed", separator.join(names[token] for token in tokens)))
    answers = expected[0].reshape(-1, 2 if recipe.endswith("brackets") else 10).argmax(axis=1)
    right = answer_of(data, tuple(tokens))  # ty: ignore
    shown = page.evaluate(
        "() => [...document.querySelectorAll('.out span')].map((s) => [s.textContent, s.className])"
    )
    labels = ("unbalanced", "balanced") if recipe.endswith("brackets") else names
    assert [text for text, _class in shown] == [labels[answer] for answer in answers]
    assert ["right" in one for _text, one in shown] == [
        answer == target for answer, target in zip(answers, right, strict=True)
    ]
    assert len(page.requests) == 1
    assert page.errors == []


def test_what_is_no_sequence_is_said_and_a_key_sets_the_token_of_the_chosen_place(
    trained: Callable[..., tuple[Run, float]], open_page: Open
) -> None:
    experiment = get("attention-sort").experiment.with_all(
        [
            ("training.epochs", 1),
            ("training.schedule", None),
            ("data.examples", 200),
            ("data.train_share", 1),
        ]
    )
    run, _loss = trained(experiment)
    page = open_page(export(run, "html"), width=390, height=844)
    page.wait("Boolean(window.nnlab?.outputs)")
    another = "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Another')"
    assert page.evaluate(f"() => {another}.title").endswith("none was held out.")
    page.do(lambda p: p.fill(".typed", "3 1 x"))
    assert page.evaluate("() => document.querySelector('.trouble').textContent") == (
        "“x” is none of the 10 tokens of this network: type numbers from 0 to 9."
    )
    page.do(lambda p: p.fill(".typed", "3 1 4 1 5 9 2 6"))
    page.do(lambda p: p.click(".key >> nth=8"))
    assert page.evaluate("() => document.querySelector('.typed').value") == "8 1 4 1 5 9 2 6"
    assert page.evaluate("() => document.querySelector('.keys .word').textContent") == "Place 2:"
