// One student large, for the projector: the plane, the curves, the figures, the experiment in words.

import { cleared } from "../canvas.js";
import { formatted, whole } from "../format.js";
import { drawTicksAcross, drawTicksUp } from "../sweep/canvas.js";
import { made } from "../sweep/looks.js";
import { stroke } from "../sweep/tile_paint.js";
import { _ } from "../texts.js";
import { linesOf } from "./picture.js";
import { JUDGEMENTS, ago, nameOf, wordOf } from "./students.js";
import { set } from "./tile.js";

const PLACES = 100; // along each side of the plane
const FIGURES = [
  [_("training"), "train_loss", "train_accuracy"],
  [_("validation"), "val_loss", "val_accuracy"],
];
const CURVES = [
  // of a point as the server tells it: the place of what trains and of what validates
  { name: _("loss"), places: [1, 2], isLoss: true },
  { name: _("accuracy"), places: [3, 4], isLoss: false },
];

function wayTo(page) {
  if (page === "images") return _("Open on Images");
  if (page === "sweep") return _("Open on Sweep");
  if (page === "learn") return _("Open on Learn");
  return _("Open on the Playground");
}

export class Large {
  /** @param {{close: () => void, open: (run: string) => void}} does */
  constructor(does) {
    this.name = made("h3", { tabIndex: -1 });
    this.status = made("p", { className: "status" });
    this.why = made("p", { className: "why" });
    this.back = made("button", { type: "button", textContent: _("Back to all (Esc)"), onclick: does.close });
    this.way = made("button", {
      type: "button",
      textContent: _("Open on the Playground"),
      onclick: () => does.open(this.run),
    });
    this.plane = made("canvas", { className: "plane", role: "img" });
    this.cells = FIGURES.map(([part]) =>
      made("tr", {}, made("th", { scope: "row", textContent: part }), made("td"), made("td")),
    );
    const heads = ["", _("loss"), _("accuracy")].map((textContent) => made("th", { scope: "col", textContent }));
    const table = made("table", {}, made("thead", {}, made("tr", {}, ...heads)), made("tbody", {}, ...this.cells));
    this.facts = made("dl");
    this.charts = CURVES.map(({ name }) => {
      const canvas = made("canvas", { role: "img" });
      return { canvas, element: made("figure", {}, made("figcaption", { textContent: name }), canvas) };
    });
    const key = made(
      "p",
      { className: "key" },
      made("i", { className: "train" }),
      _("training"),
      made("i", { className: "val" }),
      _("validation"),
    );
    const words = made("div", { className: "words" }, table, this.facts);
    const curves = made("div", { className: "curves" }, ...this.charts.map(({ element }) => element), key);
    const head = made("header", {}, this.back, this.name, this.status, this.way);
    this.parts = made("div", { className: "parts" }, this.plane, curves, words);
    this.element = made("section", { className: "large", hidden: true }, head, this.why, this.parts);
    this.points = [];
  }

  /** Show what the server told of a student. */
  show(student, scene, picture, now, { isHidden, colours }) {
    this.run = student.run;
    const { step, epoch, judgement, since, why } = student;
    set(this.name, nameOf(student, isHidden));
    const parts = [`${JUDGEMENTS[judgement].mark} ${wordOf(student)}`];
    if (student.run) parts.push(_("epoch {epoch} · step {step}", { epoch: whole(epoch), step: whole(step) }));
    if (!student.run) parts.push(_("joined {time} ago", { time: ago(now - since) }));
    else if (student.status !== "running") parts.push(_("{time} ago", { time: ago(now - since) }));
    this.parts.hidden = !student.run;
    set(this.status, parts.join(" · "));
    set(this.why, why ?? "");
    this.way.disabled = !student.run;
    set(this.way, wayTo(scene?.page));
    FIGURES.forEach(([, loss, accuracy], row) => {
      set(this.cells[row].children[1], formatted(student[loss] ?? null, ".4f"));
      set(this.cells[row].children[2], formatted(student[accuracy] ?? null, ".1%"));
    });
    this.#say(scene);
    const hasPlane = Boolean(student.run && picture?.draw(this.plane, PLACES));
    this.plane.hidden = !hasPlane;
    this.plane.setAttribute("aria-label", _("What the network says of each place of the plane"));
    this.#draw(colours);
  }

  #say(scene) {
    const facts = scene ? [[_("run"), scene.title], ...scene.facts] : [];
    const key = JSON.stringify(facts);
    if (key === this.factsKey) return;
    this.factsKey = key;
    this.facts.replaceChildren(
      ...facts.flatMap(([name, value]) => [
        made("dt", { textContent: name }),
        made("dd", {}, made("bdi", { textContent: value })),
      ]),
    );
  }

  #draw(colours) {
    CURVES.forEach(({ name, places, isLoss }, i) => {
      const { canvas, element } = this.charts[i];
      const curves = places.map((place) => this.points.map((point) => [point[0], point[place]]));
      element.hidden = !curves.some((points) => points.some(([, value]) => Number.isFinite(value)));
      const width = canvas.parentElement.clientWidth,
        height = canvas.clientHeight || 130;
      if (element.hidden || !width) return;
      const { lines, scale, last } = linesOf(curves, isLoss),
        box = [52, 6, width - 60, height - 28];
      const context = cleared(canvas, width, height);
      drawTicksUp(context, scale.ticks, box, colours);
      drawTicksAcross(
        context,
        [
          { at: 0, text: "0" },
          { at: 1, text: whole(last) },
        ],
        box,
        colours,
      );
      lines.forEach((line, at) => {
        context.setLineDash(at ? [5, 3] : []); // validation, as in all charts
        stroke(context, line, box[0], box[1], box[2], [colours.train, colours.val][at], box[3]);
      });
      const newest = curves.map((points) => points.findLast(([, value]) => Number.isFinite(value))?.[1]);
      canvas.setAttribute(
        "aria-label",
        _("{name} over {steps} steps: training {train}, validation {val}", {
          name,
          steps: whole(last),
          train: formatted(newest[0] ?? null, ".4g"),
          val: formatted(newest[1] ?? null, ".4g"),
        }),
      );
    });
  }
}
