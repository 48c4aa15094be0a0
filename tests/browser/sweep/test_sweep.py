"""A sweep from the choice of a recipe to one of its networks alone, and back."""

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp, to_link
from nnlab.recipes.sweeps import SWEEPS
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from tests.browser.lab import Lab

TILES = ".nnlab-sweep .tiles canvas"
NETS = ".nnlab-sweep .buttons button"
BASE = Experiment(
    data=PlaneClasses(kind="xor"),
    model=Model(layers=mlp(3, outputs=2, activation="relu")),
    training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=20_000),
)
SMALL = Sweep(
    experiment=BASE,
    axes=(
        Axis(path="training.optimizer.lr", values=(0.003, 0.03)),
        Axis(path="model.seed", values="0..2"),
    ),
)


def picture(lab: Lab) -> str:
    """All that is painted on the tiles."""
    return lab.page.evaluate(
        "tiles => [...document.querySelectorAll(tiles)].map((c) => c.toDataURL()).join()", TILES
    )


def pick(lab: Lab, number: int) -> None:
    lab.page.locator(NETS).nth(number).click()
    lab.wait_text(f"Network {number}")


def test_a_recipe_is_chosen_and_trained_and_a_network_opens_alone(lab: Lab) -> None:
    lab.open("/sweep")
    lab.wait_text("8 learning rates × 8 seeds of the weights")
    lab.at("sweep_start").get_by_role("combobox").click()
    lab.page.get_by_role("option", name="Seeds alone").click()
    lab.wait_text("64 seeds of the weights = 64 networks")
    run = lab.train()
    assert Run(run).sweep == SWEEPS["seeds-alone"].sweep
    lab.wait_text("64 networks")
    first = picture(lab)
    lab.wait_for("tiles that move", lambda: picture(lab) != first)
    lab.wait_status("finished")
    pick(lab, 5)
    lab.wait_text("Train it there: after 100 epochs it has these weights, bit for bit.")
    lab.click("sweep_open_net")
    lab.page.wait_for_url("**/playground**")
    lab.wait_status("ready")  # until then the button may still be that of the sweep
    alone = lab.train()
    experiment = Run(alone).experiment
    assert experiment == SWEEPS["seeds-alone"].sweep.nets[5].experiment
    lab.wait_status("finished")
    history = SweepHistory(EventReader(run).read_new())
    ended = EventReader(alone).read_new()[-1]
    assert ended.type == "fit_ended"
    assert ended.train_loss == history.final("train_loss")[5], "not the very same network"


def test_a_link_and_a_reload_bring_the_sweep_back_and_back_its_form(lab: Lab) -> None:
    lab.open(f"/sweep?s={to_link(SMALL)}")
    lab.wait_text("2 learning rates × 3 seeds of the weights = 6 networks")
    run = lab.train()
    lab.wait_for("the run in the address", lambda: run.name in lab.page.url)
    lab.page.reload()
    lab.wait_status("running", "paused")
    lab.click("pause")
    before = lab.wait_status("paused").step
    pick(lab, 4)
    lab.click("resume")
    lab.wait_step(before)
    lab.click("stop")
    lab.wait_status("stopped")
    lab.at("sweep_budget").get_by_role("spinbutton").fill("50")
    lab.page.keyboard.press("Tab")
    lab.wait_text("Another sweep. The run")
    assert lab.status().word == "ready"
    lab.page.go_back()
    lab.wait_for("the run again", lambda: run.name in lab.page.url)
    lab.wait_status("stopped")
    assert Run(run).sweep == SMALL


def test_a_network_trains_on_alone(lab: Lab) -> None:
    lab.open(f"/sweep?s={to_link(SMALL)}")
    run = lab.train()
    lab.wait_step(200)
    lab.click("stop")
    lab.wait_status("stopped")
    step = lab.status().step
    pick(lab, 1)
    before = lab.app.runs()
    lab.click("sweep_train_alone")
    lab.page.wait_for_url("**/playground**")
    lab.wait_step(step)
    (alone,) = lab.app.runs() - before
    meta = Run(alone).meta
    assert meta.parent == run.name
    assert meta.parent_step is not None
    assert 0 < meta.parent_step <= step
    lab.click("stop")


def test_wrong_values_are_said_and_nothing_starts(lab: Lab) -> None:
    lab.open(f"/sweep?s={to_link(SMALL)}")
    lab.wait_text("= 6 networks")
    lab.page.get_by_label("Values of axis 2").fill("0..1000000")
    lab.page.keyboard.press("Enter")
    lab.wait_text("An axis has at most 1,024 values")
    train = lab.at("train").get_by_role("button")
    lab.wait_for("a button that starts nothing", train.is_disabled)
    lab.page.get_by_label("Values of axis 2").fill("0..4")
    lab.page.keyboard.press("Enter")
    lab.wait_text("2 learning rates × 5 seeds of the weights = 10 networks")


SHORT = Sweep(experiment=BASE.with_set("training.epochs", 5), axes=SMALL.axes)


def test_a_network_in_the_playground_leaves_the_trained_sweep_where_it_was(lab: Lab) -> None:
    lab.open(f"/sweep?s={to_link(SHORT)}")
    run = lab.train()
    lab.wait_status("finished")
    lab.wait_for("the run in the address", lambda: run.name in lab.page.url)
    pick(lab, 4)
    lab.click("sweep_open_net")
    lab.page.wait_for_url("**/playground**")
    lab.wait_status("ready")
    ways = {
        "back": lab.page.go_back,
        "the link of the top bar": lab.page.get_by_role("link", name="Sweep", exact=True).click,
        "the link above": lab.page.get_by_role("link", name="back to the sweep").click,
    }
    for way, take in ways.items():
        take()
        lab.wait_for(f"the run in the address by {way}", lambda: run.name in lab.page.url)
        lab.wait_status("finished")
        lab.wait_text("Network 4")
        lab.click("sweep_open_net")
        lab.page.wait_for_url("**/playground**")
        lab.wait_status("ready")
