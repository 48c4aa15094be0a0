// The weights of the reader that is chosen on the Draw page, for what its pen does in the browser.

import { pen } from "./pen_live.js";

export function draw({ data }) {
  pen.load(data);
}

export function drop({ parentElement }) {
  if (!parentElement.isConnected) pen.load(null);
}
