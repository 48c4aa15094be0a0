// Small pieces of the picture of attention.

/** An element with a class and a text. */
export function made(tag, css = "", text = "") {
  const element = document.createElement(tag);
  if (css) element.className = css;
  if (text) element.textContent = text;
  return element;
}

/** A canvas of so many values; its numbers stand in the tables of the page. */
export function canvas(width, height) {
  const element = made("canvas");
  [element.width, element.height] = [width, height];
  element.setAttribute("aria-hidden", "true");
  return element;
}

/** Paint one pixel for each value.
 * @param {HTMLCanvasElement} canvas of as many pixels as there are values
 * @param {Float32Array} values row by row
 * @param {(value: number) => number} colourOf as ImageData has it
 */
export function fill(canvas, values, colourOf) {
  const pen = canvas.getContext("2d"),
    image = pen.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colourOf(values[i]);
  pen.putImageData(image, 0, 0);
}

/** Write a text where it is another one. */
export function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
