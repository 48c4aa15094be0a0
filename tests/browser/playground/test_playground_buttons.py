"""Train, Pause, Resume, Step, Epoch, Stop and Reset do what they say, at any moment."""

from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab

STEPS_PER_EPOCH = 25  # 500 points, half of them train, in batches of ten


# Each text that the status line has had, as it is drawn.
WATCH_STATUS = """() => {
    window.said = [];
    const note = () => {
        const text = document.querySelector('.st-key-status')?.innerText;
        if (text && text !== window.said.at(-1)) window.said.push(text);
    };
    new MutationObserver(note).observe(document.body, {
        characterData: true, childList: true, subtree: true,
    });
}"""


def paused(lab: Lab) -> None:
    lab.open(address(spiral()))
    lab.train()
    lab.wait_step(300)
    lab.click("pause")
    lab.wait_status("paused")


def test_a_paused_run_stands_still_and_goes_on_from_there(lab: Lab) -> None:
    paused(lab)
    before = lab.status()
    lab.must_stand_still()
    picture = lab.picture("boundary_chart")
    lab.must_stand_still(1.2)  # a paused page is drawn once a second
    assert lab.picture("boundary_chart") == picture
    assert lab.status() == before
    lab.click("resume")
    assert lab.wait_step(before.step + 100).word == "running"
    lab.wait_for("another picture", lambda: lab.picture("boundary_chart") != picture)
    lab.click("stop")
    lab.wait_status("stopped")
    lab.must_stand_still()


def test_a_stopped_run_is_never_said_to_run_again(lab: Lab) -> None:
    """The page makes its line before the newest events; the line may arrive after them."""
    paused(lab)
    lab.click("resume")
    lab.wait_status("running")
    lab.page.evaluate(WATCH_STATUS)
    lab.click("stop")
    lab.wait_status("stopped")
    lab.page.wait_for_timeout(2000)
    words = [text.split()[0] for text in lab.page.evaluate("() => window.said")]
    assert set(words[words.index("stopped") :]) == {"stopped"}, words


def test_step_takes_exactly_one_step(lab: Lab) -> None:
    paused(lab)
    for _ in range(3):
        before = lab.status().step
        lab.click("step")
        lab.wait_step(before)
        lab.wait_status("paused")
        lab.must_stand_still(0.4)
        assert lab.status().step == before + 1
        assert lab.status().word == "paused"


def test_epoch_goes_to_the_end_of_the_epoch(lab: Lab) -> None:
    paused(lab)
    standing = lab.status().step
    lab.click("step")  # so that it does not happen to stand at an end
    lab.wait_step(standing)
    lab.wait_status("paused")
    for _ in range(2):
        before = lab.status().step
        lab.click("epoch")
        lab.wait_step(before)
        lab.wait_status("paused")
        end = before - before % STEPS_PER_EPOCH + STEPS_PER_EPOCH
        assert (lab.status().step, lab.status().epoch) == (end, end // STEPS_PER_EPOCH)


def test_the_first_step_and_the_first_epoch_need_no_train_before(lab: Lab) -> None:
    lab.open(address(spiral()))
    lab.click("step")
    lab.wait_step(0)
    lab.wait_status("paused")
    assert lab.status().step == 1
    lab.click("reset")
    lab.wait_status("ready")
    lab.click("epoch")
    lab.wait_step(0)
    lab.wait_status("paused")
    assert lab.status().step == STEPS_PER_EPOCH


def test_reset_shows_the_same_untrained_network_again(lab: Lab) -> None:
    lab.open(address(spiral()))
    untrained = lab.wait_for("the first picture", lambda: lab.picture("boundary_chart"))
    lab.click("train")
    lab.wait_for("another picture", lambda: lab.picture("boundary_chart") != untrained)
    lab.click("reset")
    standing = lab.wait_status("ready")
    assert (standing.epoch, standing.step) == (0, 0)
    lab.wait_for("the first picture", lambda: lab.picture("boundary_chart") == untrained)
    lab.wait_for("no figures", lambda: lab.figure("train", "loss") is None)
