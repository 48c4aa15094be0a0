// What the network receives while the pen moves, over the picture that the server made of the last drawing.

import { paintReceived } from "../drawing/picture_28.js";

let canvas = null;

/** Lay it over the picture of a container.
 * @param {string} key of the container
 * @param {Float32Array} values [28 × 28]
 */
export function showReceived(key, values) {
  const image = document.querySelector(`.st-key-${key} img`);
  if (!image) return;
  canvas ??= Object.assign(document.createElement("canvas"), { className: "nnlab-received" });
  canvas.setAttribute("aria-hidden", "true");
  if (canvas.parentElement !== image.parentElement) {
    image.after(canvas);
    const [left, top, width, height] = ["offsetLeft", "offsetTop", "offsetWidth", "offsetHeight"].map(
      (side) => `${image[side]}px`,
    );
    Object.assign(canvas.style, { left, top, width, height });
  }
  paintReceived(canvas, values);
}

/** The server's picture is seen again. */
export function hideReceived() {
  canvas?.remove();
}
