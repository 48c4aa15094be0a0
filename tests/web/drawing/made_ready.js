// What the tests of nnlab/web/drawing run in the browser: pixels go in and pieces come out as base64.

import { split } from "/web/drawing/split.js";
import { EmptyDrawing, NotReproduced } from "/web/drawing/greyscale.js";
import { base64Of } from "/tests/evaluate.js";

/** @param {{width: number, height: number, data: string}[]} pictures RGBA */
export function splitAll(pictures) {
  return pictures.map(({ width, height, data }) => {
    try {
      const pieces = split({ width, height, data: bytesOf(data) });
      return { pieces: pieces.map(({ box, result }) => ({ box, result: base64Of(result) })) };
    } catch (error) {
      if (error instanceof EmptyDrawing) return { empty: true };
      if (error instanceof NotReproduced) return { left: error.message };
      throw error;
    }
  });
}

// As `bytesOf` of evaluate.js, for many megabytes.
function bytesOf(base64) {
  const letters = atob(base64),
    bytes = new Uint8ClampedArray(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
