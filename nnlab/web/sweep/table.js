// All nets as a table: what the tiles and charts show, for who reads or uses the keyboard alone.

import { full, made, metricName, reasonName } from "./looks.js";
import { maskOf } from "./selection.js";
import { _ } from "../texts.js";

export class Table {
  constructor(room) {
    this.room = room;
    this.body = made("tbody");
    this.head = made("tr");
    this.table = made("table", {}, made("thead", {}, this.head), this.body);
    this.box = made("div", { className: "rows", tabIndex: 0 }, this.table);
    this.box.setAttribute("role", "region");
    this.box.setAttribute("aria-label", _("All networks as a table"));
    this.element = made("details", {}, made("summary", {}, _("As a table, for screen readers")), this.box);
    this.element.addEventListener("toggle", () => this.draw());
    this.body.addEventListener("change", () => {
      const chosen = [...this.body.querySelectorAll("input:checked")].map(({ value }) => Number(value));
      room.select(chosen.length ? maskOf(room.scene.places.length, chosen) : null, "table");
    });
    this.body.addEventListener("click", ({ target, shiftKey, ctrlKey }) => {
      const button = target.closest("button");
      if (button) room.choose(Number(button.value), shiftKey || ctrlKey);
    });
  }

  /** Written while it is open: the best first. */
  draw() {
    if (!this.element.open) return;
    const { room } = this, { scene, figures, metric, of, selection } = room;
    const ranks = figures.ranks(metric, of), last = scene.places.length + 1;
    const order = [...ranks.keys()].sort((a, b) => (ranks[a] || last) - (ranks[b] || last) || a - b);
    const names = [_("select"), _("network"), ...scene.axes.map(({ name }) => name), metricName(metric), _("rank"), _("state"), _("step")];
    if (this.names !== names.join("|")) {
      this.names = names.join("|");
      this.head.replaceChildren(...names.map((name) => made("th", { scope: "col" }, name)));
    }
    while (this.body.children.length > order.length) this.body.lastChild.remove();
    while (this.body.children.length < order.length) this.body.append(rowOf(names.length));
    const values = figures.figures(metric, of);
    order.forEach((net, place) => {
      const row = this.body.children[place], [tick, button] = [row.querySelector("input"), row.querySelector("button")];
      const cells = [
        ...scene.axes.map((axis, i) => axis.values[scene.places[net][i]]),
        full(values[net], metric),
        ranks[net] || "–",
        reasonName(figures.reasons[net]) || "–",
        figures.steps[net].toLocaleString("en"),
      ];
      tick.value = button.value = net;
      tick.checked = Boolean(selection.mask?.[net]);
      if (tick.title !== String(net)) {
        tick.title = String(net);
        tick.setAttribute("aria-label", _("select network {number}", { number: net }));
        button.textContent = net;
        button.title = _("show network {number} large", { number: net });
      }
      cells.forEach((text, i) => {
        const cell = row.children[i + 2];
        if (cell.textContent !== String(text)) cell.textContent = text;
      });
    });
  }
}

function rowOf(columns) {
  const row = made("tr", {}, made("td", {}, made("input", { type: "checkbox" })), made("td", {}, made("button", { type: "button" })));
  for (let i = 2; i < columns; i++) row.append(made("td"));
  return row;
}
