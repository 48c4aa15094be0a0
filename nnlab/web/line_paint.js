// A line through values at even places, on a canvas.

/** Paint it. Far beyond the picture a canvas loses a line, and what is no number is a gap.
 *
 * @param {CanvasRenderingContext2D} context whose origin is the picture's upper left corner
 * @param {Float32Array} values from the left edge to the right
 * @param {[number, number]} range of the values, at the lower and at the upper edge
 * @param {[number, number]} size of the picture, in pixels
 * @param {string} colour
 * @param {number} width of the line
 */
export function paintValues(context, values, [low, high], [wide, tall], colour, width) {
  let isDown = false;
  context.beginPath();
  values.forEach((value, i) => {
    const y = Math.max(-tall, Math.min(2 * tall, tall * (1 - (value - low) / (high - low))));
    const x = (wide * i) / (values.length - 1);
    if (Number.isNaN(y)) isDown = false;
    else if (isDown) context.lineTo(x, y);
    else {
      context.moveTo(x, y);
      isDown = true;
    }
  });
  [context.strokeStyle, context.lineWidth, context.lineJoin] = [colour, width, "round"];
  context.stroke();
}
