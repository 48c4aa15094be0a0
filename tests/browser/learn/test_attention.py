"""The chapter on attention in Chromium: it trains, and the picture moves with the weights."""

from typing import Any

import numpy as np

from nnlab.config import to_link
from nnlab.data.description import describe
from nnlab.learn.attention.trace import trace
from nnlab.models import build
from nnlab.recipes import get
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.store import Run
from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App

EPOCHS = 40
TOKENS = (3, 1, 4, 1, 5, 9, 2, 6)
SHOWN = """() => {
  const rows = [...document.querySelectorAll(".nnlab-attention-way tbody tr")].slice(1, -1);
  const texts = (css) => [...document.querySelectorAll(css)].map(({ textContent }) => textContent);
  return {
    step: Number(document.querySelector(".nnlab-attention").dataset.step),
    weights: rows.map((row) => Number(row.cells[3].textContent)),
    out: texts(".nnlab-attention-map span"),
    chosen: texts(".nnlab-attention-map [aria-checked=true]"),
    map: document.querySelector(".nnlab-attention-map canvas").toDataURL(),
  };
}"""


def shown(lab: Lab) -> dict[str, Any]:
    """What the picture shows now."""
    return lab.page.evaluate(SHOWN)


def test_reverse_is_learned_and_the_map_shows_where_each_token_looks(
    app: App, open_page: Open
) -> None:
    # So long that a busy browser sees it move.
    longer = get("attention-reverse").experiment.with_set("training.epochs", EPOCHS)
    lab = open_page(app, width=1280, height=720)
    lab.open(f"/learn?chapter=attention&x={to_link(longer)}")
    lab.page.wait_for_selector(".nnlab-attention[data-step]")
    field = lab.page.get_by_label("Sequence", exact=True)
    field.fill("31415926")
    field.press("Enter")
    lab.wait_for(
        "the sequence",
        lambda: (
            lab.page.locator(".nnlab-attention-map b").all_inner_texts()[1:9] == list("31415926")
        ),
    )
    untrained, place = shown(lab), lab.box("attention_picture")
    path = lab.train()
    seen = {shown(lab)["map"]}
    lab.wait_for("other weights on the map", lambda: seen.add(shown(lab)["map"]) or len(seen) > 3)
    lab.wait_status("finished")
    lab.wait_for("the last weights", lambda: shown(lab)["step"] == 63 * EPOCHS)
    assert lab.box("attention_picture") == place, "what a person looks at stays where it is"

    # The chosen row, by keyboard; then against the weights that the run has left.
    lab.page.locator(".nnlab-attention-map [aria-checked=true]").focus()
    lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("ArrowDown")
    lab.wait_text(f"how 4 at place 3 looks, step {63 * EPOCHS:,}")
    run = Run(path)
    live = load_live(path)
    assert live is not None
    network = build(run.experiment.model, describe(run.experiment.data).input_shape).eval()
    network.load_state_dict(live[1])
    found = trace(network, 2, TOKENS)
    last = shown(lab)
    np.testing.assert_allclose(last["weights"], found.heads[0].weights[2], atol=5.1e-4)
    assert last["chosen"] == ["4"]
    assert last["out"] == [str(symbol) for symbol in found.probabilities.argmax(1)]
    assert last["out"] == list("62951413")
    assert last["map"] != untrained["map"]
    assert (lab.figure("validation", "accuracy") or 0) >= 0.99
    assert lab.page.url.endswith(f"run={path.name}")
