// Text and ticks of the charts of a sweep.

export const FAMILY = "'Source Sans', system-ui, sans-serif";
export const FONT = `12px ${FAMILY}`;

const LINE = 13; // pixels of a line of a chart's names

/** Write a text at a place; what is wider than `most` is cut. */
export function write(context, text, x, y, { align = "left", most = Infinity } = {}) {
  context.textAlign = align;
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > most) {
    shown = `${shown.slice(0, Math.max(1, Math.floor(shown.length * 0.8) - 1))}…`;
  }
  context.fillText(shown, x, y);
}

/** Write a text at a place on one line, or on two, the second `LINE` pixels below; what needs more is cut. */
export function writeWrapped(context, text, x, y, { align = "left", most }) {
  const words = text.split(" ");
  let count = words.length;
  while (count > 1 && context.measureText(words.slice(0, count).join(" ")).width > most) count -= 1;
  write(context, words.slice(0, count).join(" "), x, y, { align, most });
  if (count < words.length) write(context, words.slice(count).join(" "), x, y + LINE, { align, most });
}

/** Ticks of a vertical axis with faint lines across. `box`: left, top, width, height. */
export function drawTicksUp(context, ticks, [left, top, width, height], { ink, faint }) {
  context.font = FONT;
  context.textBaseline = "middle";
  context.lineWidth = 1;
  let last = Infinity;
  for (const { at, text } of ticks) {
    const y = top + height * (1 - at);
    context.strokeStyle = faint;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(left + width, y);
    context.stroke();
    if (Math.abs(last - y) < 13) continue;
    last = y;
    context.fillStyle = ink;
    write(context, text, left - 5, y, { align: "right", most: left - 6 });
  }
}

/** Ticks of a horizontal axis, as many as have room. */
export function drawTicksAcross(context, ticks, [left, top, width, height], { ink }) {
  context.font = FONT;
  context.textBaseline = "top";
  context.fillStyle = ink;
  let end = -Infinity;
  for (const { at, text } of ticks) {
    const x = left + width * at,
      half = context.measureText(text).width / 2;
    const shown = Math.min(Math.max(x, half + 1), left + width - half + 6);
    if (shown - half < end + 6) continue;
    end = shown + half;
    write(context, text, shown, top + height + 5, { align: "center" });
  }
}
