// A bare page with the views of a sweep, and hands for them.

import { draw } from "/web/components/sweep.js";

export function mount(css) {
  const page = '<div id="room" style="width: 1100px"><div class="nnlab-sweep"></div></div>';
  document.body.innerHTML = `<style>${css}</style>${page}`;
  const told = [];
  Object.assign(window, { told, show, room, drawn, tile, key, drag, word, sheetAt });
}

function show(data) {
  const setStateValue = (name, value) => window.told.push([name, value]);
  draw({ data, parentElement: document.querySelector("#room"), setStateValue, setTriggerValue() {} });
}

const room = () => document.querySelector(".nnlab-sweep").follower.room;
const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
const tile = (net) => document.querySelector(`.buttons button[data-net="${net}"]`);
const word = () => document.querySelector(".selected").textContent;

function key(target, name, more = {}) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));
}

function drag(element, from, to) {
  const box = element.getBoundingClientRect();
  element.setPointerCapture = () => {}; // of a pointer that is made up there is none
  for (const [kind, [x, y]] of [
    ["pointerdown", from],
    ["pointermove", to],
    ["pointerup", to],
  ]) {
    const place = { clientX: box.left + x, clientY: box.top + y };
    element.dispatchEvent(new PointerEvent(kind, { ...place, isPrimary: true, bubbles: true, pointerType: "mouse" }));
  }
}

/** The colours of a square of a tile: `share` of its side from its corner, so many pixels wide. */
function sheetAt(net, share, size) {
  const { layout, canvas } = room().tiles,
    { column, row } = layout.cells[net];
  const { left, top, side, beside, below, gap } = layout,
    scale = window.devicePixelRatio;
  const x = left + column * (side + beside + gap) + share * side,
    y = top + row * (side + below + gap) + share * side;
  return canvas.getContext("2d").getImageData(scale * x, scale * y, size, size).data;
}
