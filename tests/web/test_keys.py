"""The keys of a presentation: what each asks for, and when it belongs to what has the focus."""

from typing import Any

import pytest

from tests.web.modules import Modules

NOTHING = {"tag": "body", "type": None, "role": None, "isEditable": False}


def verb(
    page: Modules,
    key: str,
    focused: dict[str, Any] | None = None,
    *,
    pointed: bool = False,
    held: str = "none",
) -> Any:
    """What a key asks for while an element has the focus; `pointed`: it got it by a pointer."""
    said = [{"key": key, held: True}, None if focused is None else NOTHING | focused, pointed]
    return page.evaluate(
        """async ([event, focused, pointed]) =>
             (await import("/web/keys.js")).verbOf(event, focused, pointed)""",
        said,
    )


def test_each_key_asks_for_what_the_list_says(page: Modules) -> None:
    asked = {key: verb(page, key) for key in (" ", "ArrowRight", "ArrowLeft", "r", "R", "n", "?")}
    assert list(asked.values()) == [
        *("train", "forward", "back", "reset", "reset", "network", "keys")
    ]
    assert verb(page, "Escape") == "end"
    assert verb(page, "x") is None
    assert verb(page, "constructor") is None


@pytest.mark.parametrize("modifier", ["ctrlKey", "metaKey", "altKey", "isComposing"])
def test_a_key_with_another_is_the_browsers(page: Modules, modifier: str) -> None:
    assert verb(page, "r", held=modifier) is None


@pytest.mark.parametrize(
    "focused",
    [
        *({"tag": "input", "type": kind} for kind in (None, "text", "number", "search")),
        *({"tag": tag} for tag in ("textarea", "select")),
        *({"tag": "div", "role": role} for role in ("textbox", "combobox", "spinbutton")),
        {"tag": "p", "isEditable": True},
    ],
)
def test_who_types_or_chooses_has_all_keys(page: Modules, focused: dict[str, Any]) -> None:
    for key in (" ", "ArrowRight", "ArrowLeft", "r", "n", "?"):
        assert verb(page, key, focused, pointed=True) is None


@pytest.mark.parametrize(
    "focused", [{"tag": "input", "type": "range"}, {"tag": "div", "role": "slider"}]
)
def test_a_slider_keeps_its_arrows_and_gives_the_rest(
    page: Modules, focused: dict[str, Any]
) -> None:
    assert verb(page, "ArrowRight", focused, pointed=True) is None
    assert verb(page, " ", focused) == "train"
    assert verb(page, "R", focused) == "reset"


def test_the_space_bar_presses_the_button_that_the_keyboard_reached_and_nothing_else(
    page: Modules,
) -> None:
    for focused in ({"tag": "button"}, {"tag": "summary"}, {"tag": "a", "role": "button"}):
        assert verb(page, " ", focused) is None
        assert verb(page, " ", focused, pointed=True) == "train", "a click only left the focus"
        assert verb(page, "ArrowRight", focused) == "forward"


def test_a_held_key_asks_again_only_when_the_page_has_answered(page: Modules) -> None:
    """Thirty repeats, one every 30 ms, and an answer after each tenth."""
    asked = page.evaluate(
        """async () => {
          const { Turns } = await import("/web/keys.js");
          const count = (verb) => {
            const turns = new Turns();
            let asked = 0;
            for (let i = 0; i < 30; i += 1) {
              asked += turns.mayAsk(verb, i > 0, 30 * i);
              if (i % 10 === 9) turns.answered(30 * i);
            }
            return asked;
          };
          return [count("forward"), count("train")];
        }"""
    )
    assert asked == [3, 1], "a held space bar would train and pause in turn"


def test_a_press_before_the_answer_is_asked_after_it_unless_it_is_old(page: Modules) -> None:
    asked = page.evaluate(
        """async () => {
          const { Turns } = await import("/web/keys.js");
          const then = (pressed, answered) => {
            const turns = new Turns();
            turns.mayAsk("forward", false, 0);
            turns.mayAsk("train", false, pressed);
            return [turns.answered(answered), turns.answered(answered)];
          };
          const held = new Turns();
          held.mayAsk("train", false, 0);
          held.mayAsk("train", true, 100);
          return [then(200, 400), then(200, 9000), held.answered(200)];
        }"""
    )
    assert asked == [["train", None], [None, None], None]


def test_a_second_press_of_train_waits_and_one_of_step_does_not(page: Modules) -> None:
    may = page.evaluate(
        """async () => {
          const { Turns } = await import("/web/keys.js");
          const twice = (verb, then) => {
            const turns = new Turns();
            return [turns.mayAsk(verb, false, 0), turns.mayAsk(verb, false, then)];
          };
          return [twice("train", 200), twice("forward", 200), twice("train", 60000)];
        }"""
    )
    assert may == [[True, False], [True, True], [True, True]]
