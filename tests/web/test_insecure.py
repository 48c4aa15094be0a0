"""What stands in for the clipboard and the camera; this page is on plain http and has neither."""

from typing import Any

import pytest

from tests.web.modules import Modules

COPY = """async (way) => {
  const { copyField, mendClipboard } = await import("/web/copy.js");
  const field = document.createElement("input");
  field.value = "http://lab/playground?x=1";
  document.body.append(field);
  let copied = null;
  const hear = () => (copied = document.activeElement.value);
  document.addEventListener("copy", hear);
  const execCommand = document.execCommand;
  if (way === "neither") document.execCommand = () => false;
  const refuses = { writeText: () => Promise.reject(new Error("no")) };
  const works = { writeText: async (text) => void (copied = text) };
  const has = "clipboard" in navigator;
  const said = await copyField(field, { works, refuses }[way]);
  document.execCommand = execCommand;
  document.removeEventListener("copy", hear);
  const selected = document.activeElement === field && field.selectionEnd - field.selectionStart;
  field.remove();
  return { has, said, copied, selected };
}"""
LINK = "http://lab/playground?x=1"


@pytest.mark.parametrize(
    ("way", "said", "copied"),
    [
        ("works", True, LINK),
        ("refuses", True, LINK),
        ("none", True, LINK),
        ("neither", False, None),
    ],
)
def test_a_link_is_copied_by_the_first_way_that_works_or_left_selected(
    page: Modules, way: str, said: bool, copied: str | None
) -> None:
    found = page.evaluate(COPY, way)
    assert found["has"] is False, "the page has a clipboard: nothing is proved"
    assert (found["said"], found["copied"]) == (said, copied)
    assert way == "works" or found["selected"] == len(LINK)


def test_the_copy_buttons_of_others_find_a_clipboard_and_the_focus_stays(page: Modules) -> None:
    found = page.evaluate(
        """async () => {
          const { mendClipboard } = await import("/web/copy.js");
          const button = document.createElement("button");
          document.body.append(button);
          button.focus();
          let copied = null;
          const hear = () => (copied = document.activeElement.value);
          document.addEventListener("copy", hear);
          mendClipboard();
          await navigator.clipboard.writeText("line 1\\nline 2");
          document.removeEventListener("copy", hear);
          const stays = document.activeElement === button;
          const left = document.querySelectorAll("textarea").length;
          delete navigator.clipboard;
          button.remove();
          return [copied, stays, left];
        }"""
    )
    assert found == ["line 1\nline 2", True, 0]


@pytest.mark.parametrize(
    ("devices", "found"),
    [
        (None, "insecure"),
        ([], "missing"),
        (["audioinput"], "missing"),
        (["audioinput", "videoinput"], "here"),
        ("refuses", "insecure"),
    ],
)
def test_a_camera_is_where_the_browser_lists_one(page: Modules, devices: Any, found: str) -> None:
    said = page.evaluate(
        """async (devices) => {
          const { findCamera } = await import("/web/camera.js");
          const listed = devices === "refuses" ? Promise.reject(new Error("no"))
            : Promise.resolve((devices ?? []).map((kind) => ({ kind })));
          listed.catch(() => {});
          const mediaDevices = { getUserMedia() {}, enumerateDevices: () => listed };
          return [await findCamera(devices ? { mediaDevices } : {}), await findCamera()];
        }""",
        devices,
    )
    assert said == [found, "insecure"], "the second is this page's own"
