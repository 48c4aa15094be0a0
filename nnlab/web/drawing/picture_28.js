// The picture that a network receives, one pixel of a canvas for each of its own.

import { SIDE } from "./preprocess.js";

/** Paint it: black is 0, white 1.
 * @param {HTMLCanvasElement} canvas becomes 28 × 28
 * @param {Float32Array | null} values [28 × 28]; null: all black
 */
export function paintReceived(canvas, values) {
  if (canvas.width !== SIDE || canvas.height !== SIDE) [canvas.width, canvas.height] = [SIDE, SIDE];
  const context = canvas.getContext("2d"),
    image = context.createImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    image.data.fill(values ? Math.round(255 * values[i]) : 0, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
