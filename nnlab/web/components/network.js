// The network's drawing on a page of the lab (nnlab/figures/network.py): what is picked on it goes to the page.

import { begin, isSame, LiveNetwork, paint } from "../network_drawing.js";
import { unpacked } from "../payload.js";
import { stage } from "../stage.js";
import { NetworkForm } from "./network_form.js";

async function decoded(address) {
  if (!address) return null;
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

// The page's answer comes with a later frame.
function send(root, picked) {
  root.waiting = { picked, until: performance.now() + 2000 };
  root.send("picked", { at: picked });
}

export async function draw({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".nnlab-network");
  root.newest = data;
  root.send = setTriggerValue;
  const drawing = await unpacked(data),
    image = await decoded(drawing.sprite);
  if (root.newest !== data || !root.isConnected) return;
  if (!root.canvas)
    begin(root, stage, (picked) => send(root, picked), new NetworkForm((said) => root.send("form", said)));
  if (root.waiting && (isSame(root.waiting.picked, drawing.picked) || performance.now() > root.waiting.until)) {
    root.waiting = null;
  }
  root.picked = root.waiting ? root.waiting.picked : drawing.picked;
  root.drawing = drawing;
  if (image || !drawing.live) root.image = image;
  root.style.height = `${drawing.height}px`;
  root.setAttribute("aria-label", drawing.alt);
  paint(root);
  if (drawing.live) stage.add((root.live ??= new LiveNetwork(root)));
  else if (root.live) stage.views.delete(root.live);
}

export function drop({ parentElement }) {
  const root = parentElement.querySelector(".nnlab-network");
  if (root && !root.isConnected) root.watch?.disconnect();
}
