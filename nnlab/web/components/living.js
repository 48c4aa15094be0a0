// A recording that plays by itself while it is in sight: a network of two hidden layers, what each unit
// gives over the plane, and what all together answer.

import { cleared } from "../canvas.js";
import { palette } from "../colours.js";
import { whole } from "../format.js";
import { makeNetwork } from "../forward.js";
import { placesOf, SIDE } from "../grid.js";
import { COLUMNS, Sheet, TILE } from "../neurons.js";
import { bytesOf } from "../payload.js";
import { PlaneImage } from "../plane_image.js";
import { _ } from "../texts.js";

const WIDE = 400,
  HIGH = 240; // units of the picture
const UNIT = 24,
  BETWEEN = 30; // a unit's map, and from one to the next
const AT = [0, 84],
  PLANE = 160; // where the layers stand, and the plane
const PLAYS = 15_000,
  RESTS = 2_500; // milliseconds of one round, and at its end
const LEAST = 30; // milliseconds from one picture to the next

const content = () => `<canvas role="img"></canvas>
<p><button type="button"></button><output aria-live="off"></output></p>`;

class Living {
  frames = 0; // completed pictures
  at = 0; // milliseconds into the round
  isInSight = false;
  isPlaying = !matchMedia("(prefers-reduced-motion: reduce)").matches;

  constructor(place) {
    place.innerHTML = content();
    [this.place, this.canvas] = [place, place.querySelector("canvas")];
    [this.button, this.output] = [place.querySelector("button"), place.querySelector("output")];
    this.button.addEventListener("click", () => this.play(!this.isPlaying));
    this.sight = new IntersectionObserver(([entry]) => {
      this.isInSight = entry.isIntersecting;
      this.#next();
    });
    this.sight.observe(this.canvas);
    this.size = new ResizeObserver(() => this.recording && this.#paint());
    this.size.observe(place);
    if (!this.isPlaying) this.at = PLAYS;
    this.#say();
  }

  /** @param {object} data of nnlab/ui/home/living.py */
  show(data) {
    if (!this.recording || data.recording.recipe !== this.recording.recipe) this.#take(data.recording);
    Object.assign(this, { colours: data.colours, look: data.look, ink: data.ink, faint: data.faint });
    this.look = { ...data.look, colours: palette(data.colours) };
    this.canvas.setAttribute("aria-label", data.alt);
    this.#paint();
    this.#next();
  }

  play(isPlaying) {
    this.isPlaying = isPlaying;
    if (isPlaying && this.at >= PLAYS) this.at = 0;
    this.#say();
    this.#next();
  }

  leave() {
    cancelAnimationFrame(this.frame);
    this.sight.disconnect();
    this.size.disconnect();
  }

  #take(recording) {
    this.recording = recording;
    const bytes = bytesOf(recording.weights);
    this.numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    this.tensors = new Map(
      recording.names.map(([name, shape]) => {
        const size = shape.reduce((product, n) => product * n, 1);
        return [name, { shape, data: new Float32Array(size) }];
      }),
    );
    this.count = this.numbers.length / recording.steps.length; // of one moment
    this.network = makeNetwork(recording.layers, [2]);
    this.places = placesOf({ inputs: 2, extent: recording.extent, cut: null });
    [this.sheet, this.image] = [new Sheet(), new PlaneImage(SIDE)];
    this.answer = new OffscreenCanvas(SIDE, SIDE);
    // What a unit gives is seen after its activation, the layer that follows the sums.
    const sums = recording.layers.flatMap(({ kind }, i) => (kind === "linear" ? [i] : []));
    this.hidden = sums.slice(0, -1).map((layer) => [layer + 1, recording.layers[layer].out_features]);
    this.later = sums.slice(1); // the layers whose weights are lines
  }

  #next() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    if (!this.isPlaying || !this.isInSight || !this.recording) return;
    let before = null;
    const tick = (now) => {
      if (!this.place.isConnected) return this.leave();
      this.frame = requestAnimationFrame(tick);
      before ??= now;
      if (now - before < LEAST) return;
      this.at += Math.min(now - before, 100); // a page that stood still goes on from there
      before = now;
      if (this.at > PLAYS + RESTS) this.at = 0;
      this.#paint();
    };
    this.frame = requestAnimationFrame(tick);
  }

  // The weights on their way from one moment to the next.
  #move() {
    const { steps } = this.recording,
      last = steps.length - 1;
    const way = Math.min(1, this.at / PLAYS) * last,
      from = Math.min(last - 1, Math.floor(way)),
      share = way - from;
    let [one, other] = [from * this.count, (from + 1) * this.count];
    for (const { data } of this.tensors.values()) {
      for (let i = 0; i < data.length; i++, one++, other++) {
        data[i] = this.numbers[one] + (this.numbers[other] - this.numbers[one]) * share;
      }
    }
    this.step = Math.round(steps[from] + (steps[from + 1] - steps[from]) * share);
  }

  #paint() {
    this.#move();
    this.network.forward(this.tensors, this.places.x, this.places.n, { keep: true });
    const sheet = this.sheet.paint(this.network, this.hidden, this.colours, false);
    this.answer.getContext("2d").putImageData(this.image.paint(this.network.outputs(), this.look), 0, 0);
    const zoom = Math.min(1.35, Math.max(0.5, this.place.clientWidth / WIDE));
    const pen = cleared(this.canvas, WIDE, HIGH, zoom);
    this.#lines(pen);
    this.#units(pen, sheet);
    pen.drawImage(this.answer, PLANE, 0, HIGH, HIGH);
    this.#points(pen);
    this.output.textContent = _("step {step}", { step: whole(this.step) });
    this.frames += 1;
  }

  #lines(pen) {
    const up = (unit) => unit * BETWEEN + BETWEEN / 2,
      [[, first], [, second]] = this.hidden;
    const weights = this.later.map((layer) => this.tensors.get(`${layer}.weight`).data);
    const line = (weight, x, y, to, at) => {
      pen.globalAlpha = Math.min(0.8, Math.abs(weight) / 2);
      pen.strokeStyle = weight > 0 ? this.look.blue : this.look.orange;
      pen.lineWidth = Math.min(3, 0.4 + Math.abs(weight));
      pen.beginPath();
      pen.moveTo(x, y);
      pen.bezierCurveTo((x + to) / 2, y, (x + to) / 2, at, to, at);
      pen.stroke();
    };
    for (let j = 0; j < second; j++) {
      for (let i = 0; i < first; i++) line(weights[0][j * first + i], AT[0] + UNIT, up(i), AT[1], up(j));
      line(weights[1][second + j] - weights[1][j], AT[1] + UNIT, up(j), PLANE, HIGH / 2);
    }
    pen.globalAlpha = 1;
  }

  #units(pen, sheet) {
    pen.strokeStyle = this.faint;
    pen.lineWidth = 1;
    let index = 0;
    this.hidden.forEach(([, units], layer) => {
      for (let unit = 0; unit < units; unit++, index++) {
        const [x, y] = [AT[layer], unit * BETWEEN + (BETWEEN - UNIT) / 2];
        const from = [(index % COLUMNS) * TILE, Math.floor(index / COLUMNS) * TILE];
        pen.drawImage(sheet, ...from, TILE, TILE, x, y, UNIT, UNIT);
        pen.strokeRect(x + 0.5, y + 0.5, UNIT - 1, UNIT - 1);
      }
    });
  }

  #points(pen) {
    const {
        points,
        extent: [low, high],
      } = this.recording,
      scale = HIGH / (high - low);
    pen.strokeStyle = this.ink;
    pen.lineWidth = 0.6;
    for (const [x1, x2, label] of points) {
      pen.fillStyle = label ? this.look.blue : this.look.orange;
      pen.beginPath();
      pen.arc(PLANE + (x1 - low) * scale, HIGH - (x2 - low) * scale, 2.2, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    }
  }

  #say() {
    this.button.textContent = this.isPlaying ? _("Pause") : _("Play");
  }
}

export function draw({ data, parentElement }) {
  const place = parentElement.querySelector(".nnlab-living");
  (place.nnlab ??= new Living(place)).show(data);
}

export function drop({ parentElement }) {
  const place = parentElement.querySelector(".nnlab-living");
  if (place && !place.isConnected) place.nnlab?.leave();
}
