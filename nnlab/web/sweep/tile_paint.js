// One tile: its picture or its curve, what it says below or beside it, and the marks that no colour carries alone.

import { FAMILY, write } from "./canvas.js";
import { reasonName, short } from "./looks.js";
import { _ } from "../texts.js";

const DIM = 0.2; // of what is not selected
const LINE = 14; // pixels of a line of text
const ROOM_FOR_LARGE = 56; // pixels in which a figure and a rank of 12 pixels stand side by side
export const MARKS = { dead: "∅", diverged: "✕", ended: "■" };

/** The mark of a net in its tile's corner; "" for one that trains. */
export function markOf(reason, isDead) {
  if (reason === "diverged" || reason === "failed") return MARKS.diverged;
  if (isDead) return MARKS.dead;
  return ["early_stopped", "stopped", "pruned"].includes(reason) ? MARKS.ended : "";
}

/** What a net's tile is called, for who does not see it. */
export function nameOf({ scene, figures, metric, of, pictures }, net, metricWord) {
  const values = scene.axes.map((axis, i) => `${axis.name} ${axis.values[scene.places[net][i]]}`).join(", ");
  const value = figures.figures(metric, of)[net],
    rank = figures.ranks(metric, of)[net];
  const parts = [_("network {number}: {values}", { number: net, values })];
  parts.push(
    Number.isFinite(value)
      ? _("{metric} {value}, rank {rank}", { metric: metricWord, value: short(value, metric), rank })
      : _("no {metric}", { metric: metricWord }),
  );
  if (figures.reasons[net]) parts.push(reasonName(figures.reasons[net]));
  if (pictures?.dead[net]) parts.push(_("dead: a layer of ReLUs gives 0 everywhere"));
  return parts.join("; ");
}

/** Draw a tile.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {object} room what the sweep's views share
 * @param {number} net
 * @param {number[]} place left, top, side, and the room for what it says below and beside
 * @param {object} sparks the curves in place of a picture: `of(net)` gives [across, up] of 0 to 1
 */
export function paintTile(context, room, net, [left, top, side, below, beside], sparks) {
  const { pictures, figures, selection, colours, pick } = room;
  const isLit = selection.has(net),
    mark = markOf(figures.reasons[net], pictures?.dead[net]);
  context.clearRect(left - 3, top - 3, side + beside + 4, side + below + 4);
  context.globalAlpha = isLit ? 1 : DIM;
  const hasPicture = pictures?.has(net);
  if (hasPicture && !pictures.isLine) pictures.draw(context, net, left, top, side);
  else {
    context.fillStyle = colours.field;
    context.fillRect(left, top, side, side);
    const line = hasPicture ? fitLine(pictures.lines[net], room.scene.look.limit) : sparks.of(net);
    if (line) stroke(context, line, left, top, side, colours.line);
  }
  if (mark === MARKS.diverged) cross(context, left, top, side, colours.ink);
  if (mark) badge(context, mark, left, top, side, colours);
  if (below || beside) say(context, room, net, [left, top, side, below, beside]);
  context.globalAlpha = 1;
  const picked = pick.indexOf(net);
  if (picked < 0) return;
  outline(context, left, top, side, colours, picked === 0 && pick.length > 1);
  if (pick.length > 1 || room.comparison.waits) letter(context, "AB"[picked], left, top, colours);
}

function say(context, room, net, [left, top, side, below, beside]) {
  const { figures, metric, of, colours } = room,
    rank = figures.ranks(metric, of)[net];
  const { axes, places } = room.varied,
    hasNames = axes.length > 0 && !(room.isGrid && axes.length === 2);
  const value = short(figures.figures(metric, of)[net], metric),
    place = rank === 1 ? "★1" : `#${rank}`;
  const isNamed = hasNames && (below >= 2 * LINE || (!below && axes.length === 1 && side >= 3 * LINE));
  const lines = [...(isNamed ? [axes.map((axis, i) => axis.values[places[net][i]]).join(" · ")] : []), value];
  if (rank && !below) lines.push(place);
  context.fillStyle = colours.ink;
  context.textAlign = "left";
  context.textBaseline = "top";
  const [x, y] = below ? [left, top + side + 2] : [left + side + 3, top + side / 2 - (LINE / 2) * lines.length];
  const most = below ? side + beside : beside - 3,
    size = most >= ROOM_FOR_LARGE || !below ? 12 : 11;
  lines.forEach((text, i) => {
    const isName = isNamed && i === 0;
    context.font = `${rank === 1 || (isName && axes.length === 1) ? "bold " : ""}${isName && axes.length > 1 ? 11 : size}px ${FAMILY}`;
    write(
      context,
      isName && context.measureText(text).width > most ? text.replaceAll(" · ", "·") : text,
      x,
      y + LINE * i,
      { most },
    );
  });
  if (!below || !rank) return;
  const after = context.measureText(lines.at(-1)).width + 4;
  if (after + context.measureText(place).width <= most + 2)
    context.fillText(place, x + after, y + LINE * (lines.length - 1));
}

function fitLine(values, limit) {
  return [values.map((_value, i) => i / (values.length - 1)), values.map((value) => (value / limit + 1) / 2)];
}

/** A curve of 0 to 1 in both directions within a rectangle, as high as it is wide unless told. */
export function stroke(context, [across, up], left, top, side, colour, height = side) {
  context.save();
  context.beginPath();
  context.rect(left, top, side, height);
  context.clip();
  context.beginPath();
  let isDown = false;
  for (let i = 0; i < across.length; i++) {
    if (!Number.isFinite(up[i])) isDown = false;
    else {
      const x = left + 2 + across[i] * (side - 4),
        y = top + 2 + (1 - Math.max(-1, Math.min(2, up[i]))) * (height - 4);
      if (isDown) context.lineTo(x, y);
      else context.moveTo(x, y);
      isDown = true;
    }
  }
  [context.strokeStyle, context.lineWidth, context.lineJoin] = [colour, 1.5, "round"];
  context.stroke();
  context.restore();
}

function cross(context, left, top, side, ink) {
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left + side, top + side);
  context.moveTo(left + side, top);
  context.lineTo(left, top + side);
  [context.strokeStyle, context.lineWidth] = [ink, 1];
  context.stroke();
}

// The marks are drawn, not written: a thousand letters take longer than a thousand lines.
function badge(context, mark, left, top, side, { paper, ink }) {
  const size = Math.min(14, Math.max(9, side / 4)),
    x = left + side - size - 1,
    y = top + 1,
    third = size / 3;
  context.fillStyle = paper;
  context.fillRect(x, y, size, size);
  [context.fillStyle, context.strokeStyle, context.lineWidth] = [ink, ink, 1.2];
  if (mark === MARKS.ended) return context.fillRect(x + third, y + third, third, third);
  context.beginPath();
  if (mark === MARKS.dead) context.arc(x + size / 2, y + size / 2, third, 0, 2 * Math.PI);
  else {
    context.moveTo(x + 2, y + 2);
    context.lineTo(x + size - 2, y + size - 2);
  }
  context.moveTo(x + size - 2, y + 2);
  context.lineTo(x + 2, y + size - 2);
  context.stroke();
}

// Which of the two that are compared it is.
function letter(context, text, left, top, { ink, paper }) {
  context.fillStyle = paper;
  context.fillRect(left + 1, top + 1, 13, 14);
  Object.assign(context, { fillStyle: ink, font: `bold 12px ${FAMILY}`, textAlign: "left", textBaseline: "top" });
  context.fillText(text, left + 3, top + 2);
}

function outline(context, left, top, side, { ink, paper }, isDashed) {
  context.strokeStyle = paper;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
  context.strokeStyle = ink;
  context.lineWidth = 2.5;
  context.setLineDash(isDashed ? [5, 3] : []);
  context.strokeRect(left - 1, top - 1, side + 2, side + 2);
  context.setLineDash([]);
}
