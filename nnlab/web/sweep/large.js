// The picked nets large, live, with the points that they learn from; of two, also how they differ.

import { paintPlane, palette } from "../colours.js";
import { evenly, placesOf } from "../grid.js";
import { cleared } from "../canvas.js";
import { difference, differing } from "./difference.js";
import { full, made, metricName, reasonName } from "./looks.js";
import { _ } from "../texts.js";

const SIDE = 160; // places along each side
const LINE = 161;

export class Large {
  constructor(room) {
    this.room = room;
    this.title = made("p", { className: "title" });
    this.compare = made("button", { type: "button", className: "compare" });
    this.compare.addEventListener("click", () => room.comparison.toggle(this.shown()[0]));
    this.planes = [0, 1].map(() => new Plane());
    this.apart = new Plane();
    this.key = made("p", { className: "key" });
    this.pictures = made(
      "div",
      { className: "planes" },
      ...[...this.planes, this.apart].map(({ element }) => element),
      this.key,
    );
    this.table = made("table");
    this.element = made(
      "section",
      { className: "large" },
      made("div", { className: "top" }, this.title, this.compare),
      this.pictures,
      this.table,
    );
    this.element.setAttribute("aria-label", _("The picked networks"));
  }

  /** The nets that are shown: the picked ones, else the best. */
  shown() {
    const { pick, figures, metric, of } = this.room;
    if (pick.length) return pick;
    const best = figures.ranks(metric, of).indexOf(1);
    return best < 0 ? [] : [best];
  }

  draw() {
    const nets = this.shown(),
      isTwo = nets.length === 2;
    this.element.classList.toggle("two", isTwo);
    this.title.textContent = isTwo ? this.#names(nets) : this.#name(nets[0]);
    this.title.title = this.title.textContent;
    this.#setCompare(nets, isTwo);
    const outputs = nets.map((net, i) => this.#plane(this.planes[i], net, isTwo ? "AB"[i] : ""));
    if (!nets.length) this.planes[0].say("");
    this.planes[1].element.hidden = !isTwo;
    const differ = isTwo && outputs[0] && outputs[1] && !this.isLine;
    this.apart.element.hidden = !differ;
    if (differ) this.#apart(outputs);
    this.key.hidden = !differ;
    this.#figures(nets);
    this.room.shownLarge = nets;
  }

  // Of two only what tells them apart.
  #names(nets) {
    const { axes, places } = this.room.scene,
      differ = [...axes.keys()].filter((axis) => places[nets[0]][axis] !== places[nets[1]][axis]);
    return nets
      .map((net, i) => {
        const values = differ.map((axis) => `${axes[axis].name} ${axes[axis].values[places[net][axis]]}`);
        return _("{letter}: network {name}", { letter: "AB"[i], name: [net, ...values].join(", ") });
      })
      .join(" ·\n");
  }

  #setCompare(nets, isTwo) {
    const { comparison, scene } = this.room;
    const said = isTwo ? _("End the comparison") : _("Compare with another");
    if (this.compare.textContent !== said) this.compare.textContent = said;
    this.compare.hidden = !nets.length || scene.places.length < 2;
    this.compare.setAttribute("aria-pressed", String(comparison.isOn));
  }

  #name(net) {
    const { room } = this,
      { scene } = room,
      { axes, places } = scene;
    if (net === undefined) return _("Pick a tile: its network is shown here.");
    const values = axes.map((axis, i) => `${axis.name} ${axis.values[places[net][i]]}`).join(" · ");
    if (room.pick.length) return _("Network {number}: {values}", { number: net, values });
    if (!room.moves) return _("The best, network {number}: {values}", { number: net, values });
    return _("The best now, network {number}: {values}", { number: net, values });
  }

  // What the net gives over the plane, copied; null where there is no picture of it.
  #plane(plane, net, letter) {
    const { room } = this,
      { scene, nets, pictures } = room,
      { space, look } = scene;
    plane.letter.textContent = letter;
    if (!pictures || !nets.has(net)) {
      plane.say(
        scene.space
          ? _("No weights came yet, or they take more than 1 MB together: the tiles show curves.")
          : _("These data have no plane: the tiles show curves."),
      );
      return null;
    }
    this.isLine = pictures.isLine;
    if (this.isLine) {
      this.line ??= { x: evenly(space.extent, LINE), n: LINE };
      plane.drawLine(nets.evaluate(net, this.line).outputs()[0], room.pointsOf(net), space.extent, look, room.colours);
      return null;
    }
    this.places ??= placesOf(space, SIDE);
    const outputs = nets
      .evaluate(net, this.places)
      .outputs()
      .map((values) => values.slice());
    plane.draw(
      outputs,
      { ...look, colours: (this.palette ??= palette(look.colours)) },
      room.pointsOf(net),
      space.extent,
      room.colours,
    );
    plane.canvas.setAttribute("aria-label", _("What network {number} says over the plane", { number: net }));
    return outputs;
  }

  #apart(outputs) {
    const { look, space } = this.room.scene,
      apart = difference(outputs[0], outputs[1], look);
    const colours = (this.differences ??= palette(look.differences));
    this.apart.letter.textContent = "B − A";
    this.apart.draw(
      [apart.values],
      { task: "regression", limit: apart.limit, colours },
      null,
      space.extent,
      this.room.colours,
    );
    this.apart.canvas.setAttribute("aria-label", _("The difference of their outputs"));
    const legend = {
      value: _("B − A: orange −{limit}, blue +{limit}.", { limit: Number(apart.limit.toPrecision(3)) }),
      class: _("Blue: B says {name} more surely; orange: A does.", { name: look.names?.[1] ?? "1" }),
      classes: _("The bluer, the further apart their probabilities."),
    }[apart.kind];
    const share = differing(outputs[0], outputs[1], look.task);
    const said =
      share === null
        ? ""
        : ` ${_("They answer differently on {share}% of the plane.", { share: (100 * share).toFixed(1) })}`;
    this.key.textContent = legend + said;
  }

  #figures(nets) {
    const { figures, scene } = this.room,
      isTwo = nets.length === 2;
    const rows = scene.metrics.map((metric) => [
      metricName(metric),
      ...nets.map((net) => full(figures.figures(metric, "last")[net], metric)),
    ]);
    rows.push([_("rank"), ...nets.map((net) => figures.ranks(this.room.metric, this.room.of)[net] || "–")]);
    rows.push([_("step"), ...nets.map((net) => figures.steps[net].toLocaleString("en"))]);
    rows.push([_("state"), ...nets.map((net) => this.#state(net))]);
    if (isTwo) {
      scene.axes.forEach((axis, i) => rows.push([axis.name, ...nets.map((net) => axis.values[scene.places[net][i]])]));
      rows.unshift(["", "A", "B"]);
    }
    const key = JSON.stringify(rows);
    if (key === this.rows) return;
    this.rows = key;
    this.table.replaceChildren(
      ...rows.map(([name, ...values]) =>
        made("tr", {}, made("th", { scope: "row" }, name), ...values.map((value) => made("td", {}, String(value)))),
      ),
    );
  }

  #state(net) {
    const { figures, pictures, status } = this.room;
    if (pictures?.dead[net]) return _("dead");
    return (
      reasonName(figures.reasons[net]) || (status === "running" ? _("trains") : status === "paused" ? _("waits") : "–")
    );
  }
}

class Plane {
  constructor() {
    this.canvas = made("canvas", { role: "img" });
    this.letter = made("b");
    this.word = made("span");
    this.element = made("div", { className: "plane" }, this.canvas, this.letter, this.word);
    this.image = document.createElement("canvas");
    this.image.width = this.image.height = SIDE;
    this.pen = this.image.getContext("2d");
    this.data = new ImageData(SIDE, SIDE);
    this.pixels = new Uint32Array(this.data.data.buffer);
  }

  #begin() {
    const size = Math.floor(this.element.clientWidth);
    if (!size) return null;
    this.word.textContent = "";
    return { context: cleared(this.canvas, size, size), size };
  }

  draw(outputs, look, points, extent, colours) {
    const begun = this.#begin();
    if (!begun) return;
    const { context, size } = begun;
    paintPlane(this.pixels, outputs, look);
    this.pen.putImageData(this.data, 0, 0);
    context.drawImage(this.image, 0, 0, size, size);
    if (points) drawPoints(context, points, size, extent, look, colours);
  }

  drawLine(values, points, [low, high], { limit }, colours) {
    const begun = this.#begin();
    if (!begun) return;
    const { context, size } = begun,
      y = (value) => size * (0.5 - value / limit / 2.2);
    context.fillStyle = colours.field;
    context.fillRect(0, 0, size, size);
    context.fillStyle = colours.ink;
    points?.x.forEach((x, i) => {
      if (i % 2) return;
      context.fillRect(((x - low) / (high - low)) * size - 2, y(points.y[i / 2]) - 2, 4, 4);
    });
    context.beginPath();
    values.forEach((value, i) => {
      const place = [(size * i) / (values.length - 1), Math.max(-size, Math.min(2 * size, y(value)))];
      if (i) context.lineTo(...place);
      else context.moveTo(...place);
    });
    [context.strokeStyle, context.lineWidth] = [colours.line, 2.5];
    context.stroke();
  }

  say(words) {
    this.#begin();
    this.word.textContent = words;
  }
}

// Circles that train, and smaller diamonds that validate, as on the Playground's plane.
function drawPoints(context, { x, y, validation }, size, [low, high], look, { ink }) {
  const scale = size / (high - low),
    radius = Math.max(1.4, size / 95);
  context.lineWidth = 0.8;
  context.strokeStyle = ink;
  for (let i = 0; i < y.length; i++) {
    const at = (x[2 * i] - low) * scale,
      up = size - (x[2 * i + 1] - low) * scale;
    context.fillStyle = look.task === "regression" ? shade(y[i], look) : (look.classes[y[i]] ?? ink);
    context.beginPath();
    if (validation[i]) {
      context.moveTo(at, up - radius);
      for (const [dx, dy] of [
        [1, 0],
        [0, 1],
        [-1, 0],
      ])
        context.lineTo(at + dx * radius, up + dy * radius);
      context.closePath();
    } else context.arc(at, up, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

// A value between orange and blue in full colour.
function shade(value, { limit, ends }) {
  const share = Math.max(-1, Math.min(1, value / limit)),
    [orange, middle, blue] = ends;
  return `color-mix(in srgb, ${share < 0 ? orange : blue} ${Math.round(100 * Math.abs(share))}%, ${middle})`;
}
