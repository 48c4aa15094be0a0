// What a person chooses of a sweep's views: the metric, its last or best value, order and groups; and what is
// selected.

import { full, made, metricName } from "./looks.js";
import { MOST } from "./groups.js";
import { _ } from "../texts.js";

export class Controls {
  constructor(room) {
    this.room = room;
    this.fields = ["metric", "of", "sort", "group"].map((name) => new Field(room, name));
    this.again = made("button", { type: "button", hidden: true }, _("Sort now"));
    this.again.addEventListener("click", () => room.sortNow());
    this.word = made("span", { className: "selected" });
    this.word.setAttribute("role", "status");
    this.clear = made("button", { type: "button", disabled: true }, _("Clear selection"));
    this.clear.addEventListener("click", () => room.select(null, null));
    this.group = this.fields.pop(); // stands with the curves
    this.element = made(
      "div",
      { className: "bar" },
      ...this.fields.map(({ element }) => element),
      this.again,
      this.word,
      this.clear,
    );
  }

  draw() {
    const { room } = this,
      { scene } = room;
    const [metric, of, sort] = this.fields,
      { group } = this;
    metric.set(
      _("Metric"),
      scene.metrics.map((name) => [name, metricName(name)]),
      room.metric,
    );
    of.set(
      _("Value"),
      [
        ["last", _("last")],
        ["best", _("best of run")],
      ],
      room.of,
    );
    const axes = scene.axes.map(({ name }, i) => [String(i), name]);
    const grid = room.canBeGrid ? [["grid", _("grid")]] : [];
    sort.set(_("Order"), [...grid, ["metric", _("best first")], ...axes], room.sort);
    group.set(_("by"), [["", _("automatic")], ...axes], room.groupBy);
    group.element.hidden = scene.axes.length < 2 && (room.groups?.names.length ?? 0) <= MOST;
    this.again.hidden = sort.select.value !== "metric" || !scene.follows; // while it trains a list stays as it is
    this.say();
  }

  /** `23 of 64 selected`, and what their metric is. */
  say() {
    const { selection, scene, figures, metric, of } = this.room,
      all = scene.places.length;
    const mean = full(selection.mean(figures.figures(metric, of)), metric);
    const { count } = selection,
      isKnown = mean !== "–";
    const said = selection.mask
      ? isKnown
        ? _("{count} of {all} selected · mean {mean}", { count, all, mean })
        : _("{count} of {all} selected", { count, all })
      : isKnown
        ? _("{all} networks · mean {mean}", { all, mean })
        : "";
    if (this.word.textContent !== said) this.word.textContent = said;
    this.word.title = _("Mean of the {metric}", { metric: metricName(metric) });
    this.clear.disabled = !selection.mask;
  }
}

class Field {
  constructor(room, name) {
    this.label = made("span");
    this.select = made("select");
    this.element = made("label", {}, this.label, this.select);
    this.select.addEventListener("change", () => room.change(name, this.select.value));
  }

  set(label, options, value) {
    const key = JSON.stringify([label, options]);
    if (key !== this.key) {
      this.key = key;
      this.label.textContent = label;
      this.select.replaceChildren(...options.map(([name, text]) => made("option", { value: name }, text)));
    }
    if (this.select.value !== value) this.select.value = value;
  }
}
