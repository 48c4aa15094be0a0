// A page begins at its top: Streamlit keeps how far the page before it was scrolled.

import { mendClipboard } from "../copy.js";

mendClipboard(); // it is on every page

let shown = null;

export function draw({ data }) {
  if (shown !== null && shown !== data.page) document.querySelector(".stMain")?.scrollTo(0, 0);
  shown = data.page;
}

export function drop() {}
