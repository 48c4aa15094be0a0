// A canvas that fills its box in the pixels of the screen.

/** Make a canvas as large as it is asked, in units of `zoom` CSS pixels.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D} one unit is `zoom` CSS pixels; all is cleared
 */
export function cleared(canvas, width, height, zoom = 1) {
  const scale = (window.devicePixelRatio || 1) * zoom;
  const size = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  if (canvas.width !== size[0] || canvas.height !== size[1]) {
    [canvas.width, canvas.height] = size;
    Object.assign(canvas.style, { width: `${width * zoom}px`, height: `${height * zoom}px` });
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
