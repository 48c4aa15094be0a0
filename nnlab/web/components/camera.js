// Finds out whether the page can have a camera, and says what there is in place of one.

import { findCamera } from "../camera.js";
import { _ } from "../texts.js";

const WORDS = {
  insecure: _(
    "This page is not on https, so the browser gives it no camera. On a phone the button below opens the phone's own.",
  ),
  missing: _("There is no camera here: choose a picture, or open this page on a phone."),
};

export async function draw({ data, parentElement, setStateValue }) {
  const place = parentElement.querySelector(".nnlab-camera");
  place.dataset.field = data.field;
  const found = await findCamera();
  place.textContent = WORDS[found] ?? "";
  if (found !== data.found) setStateValue("found", found);
}

export function drop() {}

// The file field of Streamlit opens a phone's camera where it says so. It is asked when it is opened: the
// page makes it anew whenever it likes.
document.addEventListener(
  "click",
  ({ target }) => {
    const field = document.querySelector(".nnlab-camera")?.dataset.field;
    if (!field || target.type !== "file" || !target.closest(`.st-key-${field}`)) return;
    target.setAttribute("accept", "image/*");
    target.setAttribute("capture", "environment");
  },
  true,
);
