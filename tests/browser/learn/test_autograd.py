"""Chapter 1 in the browser: stepped by keys, its switches, a layer that is opened."""

from playwright.sync_api import Locator

from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App


def picture(lab: Lab) -> Locator:
    return lab.page.locator(".nnlab-autograd").first


def names(lab: Lab) -> list[str]:
    """What a screen reader says of the boxes, all at one moment."""
    return (
        picture(lab)
        .locator("[data-box]")
        .evaluate_all("boxes => boxes.map((box) => box.getAttribute('aria-label'))")
    )


def sentence(lab: Lab) -> str:
    return picture(lab).locator("[role=status]").inner_text()


def test_a_formula_goes_forward_and_backward_by_keys(app: App, open_page: Open) -> None:
    lab = open_page(app, width=1280, height=720).open("/learn?chapter=autograd")
    lab.wait_for("the graph", lambda: names(lab) if picture(lab).count() else [])
    assert "w, value 1.5, gradient 1.93, 0.3 + 1.63" in names(lab)
    box = picture(lab).locator("[data-box]").first
    box.focus()
    lab.page.keyboard.press("Home")
    assert sentence(lab).startswith("Step 0 of 17")
    assert "w, value 1.5, gradient None" in names(lab)
    assert any("tanh" in name and "value not yet" in name for name in names(lab))
    for step, words in ((1, "x * w = −1.2"), (2, "= −0.7")):
        lab.page.keyboard.press("ArrowRight")
        assert sentence(lab).startswith(f"Step {step} of 17")
        assert words in sentence(lab)
    lab.page.keyboard.press("End")
    assert "which sums to 1.93" in sentence(lab)
    lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("Enter")
    detail = picture(lab).locator("aside").inner_text()
    assert "1.929369192045" in detail, "unrounded"

    picture(lab).locator("[name=zero]").click()
    lab.wait_for("no gradients", lambda: "w, value 1.5, gradient None" in names(lab))
    assert "ran 0×" in picture(lab).locator("output").inner_text(), "also after the first pass"
    picture(lab).get_by_role("button", name="backward() again", exact=True).click()
    lab.wait_for("twice", lambda: any("w, value 1.5, gradient 3.86" in one for one in names(lab)))
    assert "ran 2×" in picture(lab).locator("output").inner_text()
    picture(lab).locator("[name=zero]").click()
    lab.wait_for("no gradients", lambda: "w, value 1.5, gradient None" in names(lab))
    picture(lab).locator("[name=no_grad]").click()
    lab.wait_for("no graph", lambda: "no gradient" in names(lab)[-1])
    picture(lab).locator("[name=end]").click()
    assert "does not require grad" in sentence(lab)


def test_a_network_on_a_phone_opens_a_layer_and_stays_within_the_window(
    app: App, open_page: Open
) -> None:
    lab = open_page(app, width=390, height=844).open("/learn?chapter=autograd")
    lab.wait_for("the graph", lambda: names(lab) if picture(lab).count() else [])
    lab.choose("learn_autograd_source", "My network")
    # Another test's run is shown at first, with layers of its own; of a long list a part is there.
    lab.at("learn_autograd_network").get_by_role("combobox").fill("a small one")
    lab.page.get_by_role("option", name="a small one").click()
    lab.wait_for(
        "the small network",
        lambda: (
            [one.split(",")[0] for one in names(lab) if "shape [8, 2]" in one] == ["0.weight"]
            and "network[4](h4)" in " ".join(names(lab))
        ),
    )
    before = len(names(lab))
    picture(lab).locator("[data-box='3']").click()
    picture(lab).locator("[name=open]").click()
    lab.wait_for("its eight numbers", lambda: len(names(lab)) == before + 7)
    wide = lab.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    assert lab.trouble() == []
