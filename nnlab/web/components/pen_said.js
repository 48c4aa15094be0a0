// The line under the bars: who read the drawing, and where browser and PyTorch differ.

import { pen } from "./pen_live.js";

export function draw({ data, parentElement }) {
  pen.hear(data, parentElement.querySelector(".nnlab-said"));
}

export function drop({ parentElement }) {
  const line = parentElement.querySelector(".nnlab-said");
  if (line && !line.isConnected) pen.leave(line);
}
