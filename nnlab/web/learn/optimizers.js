// The race: ways that the server computed by torch.optim, played step by step; the start is dragged.

import { cleared } from "../canvas.js";
import { number } from "../format.js";
import { bytesOf } from "../payload.js";
import { _ } from "../texts.js";
import { heightsOf, paintCourse } from "./optimizers_course.js";
import { axes, curve, frameOf, landscape, mark, minimum, trail, way } from "./optimizers_view.js";
import { Player } from "./player.js";

const FAMILY = "'Source Sans', sans-serif";
const PAUSE = 150; // milliseconds between two starts that are sent while somebody drags
const PATIENCE = 5000; // milliseconds until a start that was not answered is forgotten
const FINE = 200; // steps of the arrow keys across the picture; with Shift a tenth as many

// A component's HTML goes out with every frame, so it is made here.
const content = () => `<div class="stage"><canvas class="picture" role="img"></canvas>
<button type="button" class="start"></button></div>
<div class="side"><table><thead><tr><th>${_("optimizer")}</th><th>${_("rate")}</th><th>f</th></tr></thead><tbody></tbody></table>
<p>${_("f above the lowest, by step")}</p><canvas class="course" role="img"></canvas></div>
<div class="play"></div>`;

class Race {
  constructor(root) {
    root.innerHTML = content();
    this.root = root;
    this.hidden = new Set(); // names of racers that are not looked at
    [this.picture, this.course] = root.querySelectorAll("canvas");
    this.handle = root.querySelector(".start");
    this.body = root.querySelector("tbody");
    this.player = new Player(root.querySelector(".play"), () => this.paint());
    this.#listen();
    this.watch = new ResizeObserver(() => this.data && this.paint());
    this.watch.observe(root);
  }

  show(data) {
    const floats = (text) => new Float32Array(bytesOf(text).buffer);
    const doubles = (text) => new Float64Array(bytesOf(text).buffer);
    this.data = data;
    if (this.seen !== data.picture) [this.values, this.seen, this.image] = [floats(data.picture), data.picture, null];
    this.racers = data.racers.map((racer) => ({
      ...racer,
      points: floats(racer.points),
      values: doubles(racer.values),
      rates: doubles(racer.rates),
    }));
    this.heights = heightsOf(this.racers, data.lowest ?? NaN);
    const isAnswered = this.wanted && this.wanted.every((value, i) => Math.abs(value - data.start[i]) <= data.grain[i]);
    if (isAnswered || performance.now() - (this.askedAt ?? 0) > PATIENCE) this.wanted = null;
    if (!this.wanted) this.sent = null; // the same start may be asked for again
    this.isAsking = false;
    this.start = this.wanted ?? data.start;
    this.picture.setAttribute("aria-label", data.alt);
    this.course.setAttribute("aria-label", data.course_alt);
    this.#rows();
    this.player.set(data.steps, data.subject);
    this.paint();
    this.#ask(); // where the drag has gone on meanwhile
  }

  paint() {
    const { root, data, picture, racers, player } = this,
      stage = picture.parentElement;
    const width = stage.clientWidth,
      height = stage.clientHeight;
    if (!data || !width || !height || !root.isConnected) return;
    const pen = cleared(picture, width, height),
      frame = (this.frame = frameOf(data, width, height));
    const { ink, paper } = data.colours,
      { step } = player;
    if (data.dimensions === 2) this.#landscape(pen, frame);
    pen.save();
    pen.beginPath();
    pen.rect(frame.left, frame.top, frame.width, frame.height);
    pen.clip();
    if (data.dimensions === 1) curve(pen, this.values, [data.low[0], data.high[0]], frame, data.colours.quiet);
    trail(pen, data.trail, frame, ink, paper);
    data.minima.forEach(([x, y]) => minimum(pen, frame.x(x), frame.y(y), ink));
    for (const racer of racers) if (!this.hidden.has(racer.name)) way(pen, racer, step, frame, data.dimensions, paper);
    pen.restore();
    axes(pen, frame, { ink, family: FAMILY });
    this.#place();
    this.#say(step);
    const box = this.course,
      shown = racers.map((racer) => ({ ...racer, isShown: !this.hidden.has(racer.name) }));
    const size = { width: box.parentElement.clientWidth, height: Number(data.course_height) };
    paintCourse(cleared(box, size.width, size.height), shown, this.heights, {
      ...size,
      steps: data.steps,
      step,
      ink,
      family: FAMILY,
    });
  }

  #landscape(pen, { left, top, width, height }) {
    const scale = window.devicePixelRatio || 1,
      size = [Math.round(width * scale), Math.round(height * scale)];
    const look = JSON.stringify([size, this.data.colours]);
    if (!this.image || this.look !== look) {
      this.image = landscape(this.values, this.data.side, ...size, this.data.colours);
      this.look = look;
    }
    pen.drawImage(this.image, left, top, width, height);
  }

  // The start's handle: over the picture, so that keyboard and finger reach it.
  #place() {
    const { frame, start, handle, data } = this,
      { style } = handle;
    const y = data.dimensions === 1 ? this.#curveAt(start[0]) : start[1];
    const inside = (pixel, from, size) => Math.min(from + size, Math.max(from, pixel));
    style.left = `${inside(frame.x(start[0]), frame.left, frame.width)}px`;
    style.top = `${inside(frame.y(y), frame.top, frame.height)}px`;
    const place = data.axes.map((name, i) => `${name} ${number(start[i])}`).join(", ");
    handle.setAttribute("aria-label", _("Start at {place}. Drag it, or press the arrow keys.", { place }));
    handle.title = _("Start: drag it, or press the arrow keys");
  }

  #curveAt(x) {
    const { low, high } = this.data,
      last = this.values.length - 1;
    const at = Math.round((last * (x - low[0])) / (high[0] - low[0]));
    return this.values[Math.min(last, Math.max(0, at))];
  }

  #rows() {
    const { racers, body, hidden } = this,
      names = racers.map(({ name, colour }) => name + colour).join();
    if (this.named === names) return;
    this.named = names;
    body.replaceChildren(
      ...racers.map(({ name, colour, mark: shape }) => {
        const row = document.createElement("tr");
        row.innerHTML =
          "<th><label><input type='checkbox'><canvas></canvas><span></span></label></th><td></td><td></td>";
        const input = row.querySelector("input"),
          sign = row.querySelector("canvas");
        row.querySelector("span").textContent = name;
        input.checked = !hidden.has(name);
        input.onchange = () => {
          hidden[input.checked ? "delete" : "add"](name);
          this.paint();
        };
        mark(cleared(sign, 18, 16), shape, 9, 8, 6, colour, this.data.colours.paper);
        return row;
      }),
    );
  }

  // What each says at the step that is looked at: its rate, its value, where it diverged.
  #say(step) {
    this.racers.forEach(({ values, rates, diverged }, k) => {
      const [, rate, value] = this.body.children[k].children,
        at = Math.min(step, values.length - 1);
      rate.textContent = rates.length ? number(rates[Math.max(0, Math.min(at, rates.length) - 1)]) : "–";
      const isGone = diverged !== null && step >= diverged;
      value.textContent = isGone ? _("diverged at step {step}", { step: diverged }) : number(values[at], 6);
      value.classList.toggle("gone", isGone);
    });
  }

  #listen() {
    const { handle, picture } = this;
    const at = (event) => {
      const box = picture.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    handle.onpointerdown = (event) => {
      handle.setPointerCapture(event.pointerId);
      this.dragging = true;
    };
    handle.onpointermove = (event) => this.dragging && this.#move(at(event));
    handle.onpointerup = handle.onpointercancel = () => {
      this.dragging = false;
      this.#ask();
    };
    picture.onclick = (event) => this.frame && this.#move(at(event));
    handle.onkeydown = (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!by || !this.data || (this.data.dimensions === 1 && by[1])) return;
      event.preventDefault();
      const { low, high } = this.data,
        size = event.shiftKey ? 10 / FINE : 1 / FINE;
      this.#want(this.start.map((value, i) => value + by[i] * size * 4 * (high[i] - low[i])));
    };
  }

  #move([left, top]) {
    this.#want([this.frame.across(left), this.frame.up(top)].slice(0, this.data.dimensions));
  }

  #want(place) {
    const { low, high } = this.data;
    this.start = this.wanted = place.map((value, i) => Math.min(high[i], Math.max(low[i], value)));
    this.askedAt = performance.now();
    this.#place();
    this.#ask();
  }

  // One question at a time: the next one when the answer is there.
  #ask() {
    clearTimeout(this.timer);
    if (!this.wanted || (this.isAsking && performance.now() - this.sentAt < PATIENCE)) return;
    const key = String(this.wanted);
    if (key === this.sent) return;
    this.timer = setTimeout(() => {
      this.isAsking = true;
      this.sent = key;
      this.sentAt = performance.now();
      this.send(this.wanted);
    }, PAUSE);
  }
}

export function draw({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".nnlab-race");
  const race = (root.race ??= new Race(root));
  race.send = (place) => setTriggerValue("start", place);
  race.show(data);
}

export function drop({ parentElement }) {
  const root = parentElement.querySelector(".nnlab-race");
  if (!root?.race || root.isConnected) return;
  root.race.watch.disconnect();
  root.race.player.pause();
}
