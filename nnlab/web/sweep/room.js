// What all views of a sweep share: its figures, its nets, what is selected and picked; and when they are drawn.

import { Comparison } from "./comparison.js";
import { Controls } from "./controls.js";
import { Curves } from "./curves.js";
import { groupsOf } from "./groups.js";
import { Large } from "./large.js";
import { made, rampOf } from "./looks.js";
import { headingOf, orderOf } from "./order.js";
import { Paced } from "./paced.js";
import { Parallel } from "./parallel.js";
import { Pictures } from "./pictures.js";
import { Scatter } from "./scatter.js";
import { Selection } from "./selection.js";
import { SweepFigures } from "./figures.js";
import { Nets } from "./nets.js";
import { Table } from "./table.js";
import { Tiles } from "./tiles.js";
import { MARKS } from "./tile_paint.js";
import { _ } from "../texts.js";

const FRAME = 12; // milliseconds of a frame that pictures may take, at least
const LONGEST_FRAME = 60;
const FRAME_SHARE = 0.4; // of the time between two frames: a browser that is slow to show them gets fewer
const LARGE = 100; // milliseconds from one drawing of the large planes to the next, at least
const CHARTS = 250; // milliseconds from one drawing of the charts to the next while the run moves
const MOVES = ["queued", "starting", "running", "paused"]; // of the states of a run
const CAPTIONS = 500; // milliseconds until all captions follow figures that came without weights

export class Room {
  updates = 0; // rounds in which all tiles in sight got newer pictures
  painted = 0; // pictures made
  drawnAfter = null; // milliseconds from a sweep that is new here to all of its views
  sort = null;
  groupBy = "";
  metric = null;
  of = "last";
  scene = null;
  #status = null;

  /** @param {HTMLElement} element @param {() => void} tell called when a person has picked or chosen */
  constructor(element, tell) {
    Object.assign(this, { element, tell });
    this.selection = new Selection();
    this.comparison = new Comparison(
      () => this.#pickHasChanged(),
      () => this.tell(),
    );
    this.controls = new Controls(this);
    this.tiles = new Tiles(this);
    this.large = new Large(this);
    this.charts = [new Curves(this), new Scatter(this), new Parallel(this)];
    this.charts[0].title.append(this.controls.group.element);
    this.table = new Table(this);
    this.heading = made("p", { className: "axes" });
    this.pacedLarge = new Paced(
      LARGE,
      () => this.large.draw(),
      () => this.redraw(),
    );
    this.pacedCharts = new Paced(
      CHARTS,
      () => this.#drawCharts(),
      () => this.redraw(),
    );
    const marks = _(
      "{ended} stopped early · {diverged} diverged · {dead} dead: a layer of ReLUs gives 0 everywhere",
      MARKS,
    );
    element.replaceChildren(
      this.controls.element,
      made("div", { className: "above" }, this.heading, this.comparison.hint),
      made(
        "div",
        { className: "main" },
        made("div", { className: "left" }, this.tiles.element, made("p", { className: "marks" }, marks)),
        this.large.element,
      ),
      made("div", { className: "charts" }, ...this.charts.map((chart) => chart.element)),
      this.table.element,
    );
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (this.comparison.isOn) this.comparison.end();
      else if (this.selection.mask) this.select(null, null);
    });
  }

  /** Show what the page says.
   * @param {object} scene of nnlab/ui/components/sweep_views.py, read
   * @param {number} [began] when it came
   */
  show(scene, began = performance.now()) {
    const before = this.scene,
      structure = JSON.stringify([scene.run, scene.axes, scene.places, scene.stacks, scene.space]);
    const isNew = structure !== this.structure;
    const isOther = !before || scene.run !== before.run || (isNew && scene.run === null); // a run may grow, a draft is another one
    const isRecoloured = JSON.stringify(scene.look) !== JSON.stringify(before?.look);
    this.scene = scene;
    if (isNew) [this.shownAt, this.drawnAfter] = [began, null];
    if (isNew) this.#build(structure, isOther);
    if (isNew || isRecoloured) this.#colour();
    if (!scene.metrics.includes(this.metric)) {
      [this.metric] = scene.metrics;
      this.sortedAt = 0; // by another one
    }
    if (!scene.follows || !this.figures.hasEvents) this.figures.show(scene, !scene.follows);
    else this.figures.isAtRest = false;
    if (scene.weights && (isNew || scene.weights !== before?.weights)) this.takeWeights(scene.weights.tensors);
    this.#group();
    this.comparison.say(scene.places.length);
    this.redrawAll();
  }

  /** How the run stands, by the newest word of it. */
  get status() {
    return this.#status;
  }

  set status(status) {
    if (status === this.#status) return;
    this.#status = status;
    this.pacedLarge.hurry();
    if (status === "paused" && this.sort === "metric") this.sortNow();
    else this.redraw();
  }

  /** Whether the run may still change what is the best. */
  get moves() {
    return MOVES.includes(this.#status);
  }

  /** Whether there is nothing to draw in charts: no net has a figure, and none has ended. */
  get isEmpty() {
    const { figures, metric, of } = this;
    return (
      !figures.figures(metric, of).some(Number.isFinite) &&
      !figures.reasons.includes("diverged") &&
      !figures.curve(metric).steps.length
    );
  }

  #build(structure, isOther) {
    const { scene } = this,
      count = scene.places.length;
    this.structure = structure;
    this.figures = new SweepFigures(count);
    this.nets = new Nets(scene.space ? scene.stacks : [], scene.shape, count);
    this.pictures = null;
    const varied = [...scene.axes.keys()].filter((axis) => scene.axes[axis].values.length > 1);
    this.varied = {
      axes: varied.map((axis) => scene.axes[axis]),
      places: scene.places.map((place) => varied.map((axis) => place[axis])),
    };
    const whole = varied.reduce((product, axis) => product * scene.axes[axis].values.length, 1);
    this.canBeGrid = (varied.length === 1 || (varied.length === 2 && whole <= 2 * count)) && count > 0;
    if (isOther) {
      this.selection.clear();
      this.sort = null;
      this.comparison.take([]); // what the page picks is set after this
    } else if (this.selection.mask) {
      // one trial more is not selected
      const mask = new Uint8Array(count);
      mask.set(this.selection.mask.subarray(0, count));
      this.selection.set(mask, this.selection.by);
    }
    if (this.sort === null || (this.sort === "grid" && !this.canBeGrid)) this.sort = this.canBeGrid ? "grid" : "metric";
    this.#sortAgain();
  }

  #colour() {
    const { scene } = this,
      { look } = scene;
    this.colours = look.charts;
    this.element.style.setProperty("--paper", look.charts.paper);
    if (scene.space && this.nets.stacks.length) this.pictures = new Pictures(this.nets, scene.space, look);
    this.large.palette = this.large.differences = this.large.places = this.large.line = null;
  }

  #group() {
    const { axes, places, look } = this.scene;
    this.groups = groupsOf(axes, places, this.groupBy);
    this.ramp = rampOf(look.ramp, this.groups.names.length);
    this.#sayOrder();
  }

  #sayOrder() {
    this.heading.textContent = headingOf(this);
  }

  // What came over the wire --------------------------------------------------------------------------

  hearEvents(events) {
    for (const event of events) this.figures.add(event);
    if (!events.length) return;
    if (!this.sortedAt && this.sort === "metric") this.#sortAgain(); // there was nothing to sort by
    this.pacedCharts.isOld = true;
    const now = performance.now();
    if (now - (this.captionsAt ?? -Infinity) > CAPTIONS) {
      this.captionsAt = now;
      this.tiles.isWhole = true;
    }
    this.redraw();
  }

  hearWeights(step, tensors) {
    this.figures.hear(step, tensors);
    this.takeWeights(tensors);
  }

  takeWeights(tensors) {
    this.nets.take(tensors);
    this.pacedLarge.isOld = true;
    this.redraw();
  }

  // What a person does -------------------------------------------------------------------------------

  /** Select nets in all views: `mask` [nets], null for none. */
  select(mask, by) {
    this.selection.set(mask, by);
    this.controls.say();
    this.tiles.isWhole = true;
    this.redrawCharts();
  }

  /** The nets that are shown large: none, one, or two that are compared. */
  get pick() {
    return this.comparison.pick;
  }

  /** Show a net large; `isSecond`: beside the one that is shown. */
  choose(net, isSecond) {
    this.comparison.choose(net, isSecond);
  }

  /** The page picks. */
  setPick(nets) {
    this.comparison.take(nets.filter((net) => net < this.scene.places.length));
  }

  #pickHasChanged() {
    this.tiles.isWhole = true;
    this.tiles.namedAt = -Infinity;
    this.pacedLarge.hurry();
    this.element.classList.toggle("comparing", this.comparison.waits);
    this.comparison.say(this.scene.places.length);
    this.redraw();
  }

  /** The best first, as they stand now. */
  sortNow() {
    this.#sortAgain();
    this.redrawAll();
  }

  change(name, value) {
    if (name === "group") this.groupBy = value;
    else this[name] = value;
    if (name === "sort") this.#sortAgain();
    this.#group();
    this.redrawAll();
    if (name === "metric" || name === "of") this.tell();
  }

  // The order of a list ------------------------------------------------------------------------------

  get isGrid() {
    return this.sort === "grid";
  }

  /** Nothing jumps while it trains: a list is sorted when somebody asks for it. */
  #sortAgain() {
    this.sortings = (this.sortings ?? 0) + 1;
    this.sortedAt = this.figures.rows.at(-1)?.step ?? 0;
    this.#sayOrder();
  }

  order() {
    return orderOf(this);
  }

  orderKey() {
    const isAtRest = !this.scene.follows;
    return [
      this.structure.length,
      this.scene.run,
      this.scene.places.length,
      this.sort,
      this.sortings,
      isAtRest ? `${this.metric} ${this.of}` : "",
    ].join(" ");
  }

  pointsOf(net) {
    const { points, points_of: of } = this.scene;
    return points[of[net]] ?? null;
  }

  // Drawing ------------------------------------------------------------------------------------------

  redrawAll() {
    this.tiles.isWhole = true;
    this.pacedLarge.hurry();
    this.controls.draw();
    this.redrawCharts();
  }

  redrawCharts() {
    this.pacedCharts.hurry();
    this.redraw();
  }

  #drawCharts() {
    for (const chart of this.charts) chart.draw();
    this.controls.say();
    this.table.draw();
  }

  redraw() {
    if (!this.scene) return;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.element.isConnected) this.#paint();
    });
  }

  #paint() {
    const began = performance.now(),
      passed = began - (this.frameAt ?? began);
    this.frameAt = began;
    if (this.tiles.arrange() && this.pictures) {
      const until = began + Math.max(FRAME, Math.min(LONGEST_FRAME, FRAME_SHARE * passed));
      const { made, isDone } = this.pictures.make(this.tiles.inSight(), this.figures.steps, until);
      for (const net of made) this.tiles.changed.add(net);
      this.painted += made.length;
      this.round = (this.round ?? 0) + made.length;
      if (isDone && this.round) {
        this.updates += 1;
        this.round = 0;
        if (!this.scene.follows) this.tiles.namedAt = -Infinity; // some may be dead
      }
      if (!isDone) this.redraw();
    }
    if (this.tiles.isWhole || this.tiles.changed.size) this.tiles.draw();
    this.pacedLarge.paint(began);
    this.pacedCharts.paint(began);
    if (this.drawnAfter === null && !this.frame && !this.pacedCharts.isOld)
      this.drawnAfter = performance.now() - this.shownAt;
  }
}
