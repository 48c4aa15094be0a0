// All nets as a table: what the tiles and charts show, for who reads or uses the keyboard alone.

import { isLoss } from "./figures.js";
import { full, made, metricName, reasonName } from "./looks.js";
import { maskOf } from "./selection.js";
import { _ } from "../texts.js";

export class Table {
  constructor(room) {
    this.room = room;
    this.by = null; // the column that sorts; null: the rank
    this.isDown = false;
    this.body = made("tbody");
    this.head = made("tr");
    this.table = made("table", {}, made("thead", {}, this.head), this.body);
    this.box = made("div", { className: "rows", tabIndex: 0 }, this.table);
    this.box.setAttribute("role", "region");
    this.box.setAttribute("aria-label", _("All networks as a table"));
    this.element = made("details", {}, made("summary", {}, _("All networks as a table")), this.box);
    this.element.addEventListener("toggle", () => this.draw());
    this.body.addEventListener("change", () => {
      const chosen = [...this.body.querySelectorAll("input:checked")].map(({ value }) => Number(value));
      room.select(chosen.length ? maskOf(room.scene.places.length, chosen) : null, "table");
    });
    this.body.addEventListener("click", ({ target, shiftKey, ctrlKey }) => {
      const button = target.closest("button");
      if (button) room.choose(Number(button.value), shiftKey || ctrlKey);
    });
    this.head.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.#sort(button.name);
    });
  }

  /** Show its rows from the beginning, or only when asked. */
  open(isOpen) {
    this.element.open = isOpen;
  }

  // By another column; by the same one the other way round.
  #sort(name) {
    [this.by, this.isDown] = [name, this.by === name && !this.isDown];
    this.draw();
  }

  /** Written while it is open: the best first, unless a column was asked to sort. */
  draw() {
    if (!this.element.open) return;
    const { room } = this,
      { scene, figures, metric, of, selection } = room;
    const columns = this.#columns(),
      ranks = figures.ranks(metric, of);
    this.#setHead(columns);
    const order = this.#order(columns, ranks);
    while (this.body.children.length > order.length) this.body.lastChild.remove();
    while (this.body.children.length < order.length) this.body.append(rowOf(columns.length));
    order.forEach((net, place) => {
      const row = this.body.children[place],
        [tick, button] = [row.querySelector("input"), row.querySelector("button")];
      tick.value = button.value = net;
      tick.checked = Boolean(selection.mask?.[net]);
      row.classList.toggle("picked", room.pick.includes(net));
      if (tick.title !== String(net)) {
        tick.title = String(net);
        tick.setAttribute("aria-label", _("select network {number}", { number: net }));
        button.textContent = net;
        button.title = _("show network {number} large", { number: net });
      }
      columns.slice(1).forEach(({ text }, i) => {
        const cell = row.children[i + 2],
          said = String(text(net));
        if (cell.textContent !== said) cell.textContent = said;
      });
    });
    this.order = order;
    this.count = scene.places.length;
  }

  // The columns after the tick: what each says of a net, and by what it sorts, the least first.
  #columns() {
    const { room } = this,
      { scene, figures, metric, of } = room,
      ranks = figures.ranks(metric, of);
    const axes = scene.axes.map((axis, i) => ({
      name: `axis ${i}`,
      title: axis.name,
      text: (net) => axis.values[scene.places[net][i]],
      worth: (net) => scene.places[net][i],
    }));
    const metrics = scene.metrics.map((name) => {
      const values = figures.figures(name, of),
        sign = isLoss(name) ? 1 : -1;
      return {
        name,
        title: metricName(name),
        text: (net) => full(values[net], name),
        worth: (net) => sign * values[net],
      };
    });
    return [
      { name: "net", title: _("network"), text: (net) => net, worth: (net) => net },
      ...axes,
      ...metrics,
      { name: "rank", title: _("rank"), text: (net) => ranks[net] || "–", worth: (net) => ranks[net] || NaN },
      { name: "state", title: _("state"), text: (net) => reasonName(figures.reasons[net]) || "–", worth: null },
      {
        name: "step",
        title: _("step"),
        text: (net) => figures.steps[net].toLocaleString("en"),
        worth: (net) => figures.steps[net],
      },
    ];
  }

  #order(columns, ranks) {
    const { worth, text } = columns.find(({ name }) => name === this.by) ?? columns.find(({ name }) => name === "rank");
    const sign = this.isDown ? -1 : 1,
      nets = [...ranks.keys()];
    if (!worth) return nets.sort((a, b) => sign * String(text(a)).localeCompare(text(b)) || a - b);
    const values = nets.map(worth); // who has none stands last, whichever way
    return nets.sort((a, b) => isNaN(values[a]) - isNaN(values[b]) || sign * (values[a] - values[b]) || a - b);
  }

  #setHead(columns) {
    const key = columns.map(({ title }) => title).join("|");
    if (this.names !== key) {
      this.names = key;
      const heads = columns.map(({ name, title }) =>
        made("th", { scope: "col" }, made("button", { type: "button", name }, title)),
      );
      this.head.replaceChildren(made("th", { scope: "col" }, _("select")), ...heads);
    }
    columns.forEach(({ name }, i) => {
      const sorted = name === (this.by ?? "rank") ? (this.isDown ? "descending" : "ascending") : "none";
      this.head.children[i + 1].setAttribute("aria-sort", sorted);
    });
  }
}

function rowOf(columns) {
  const row = made(
    "tr",
    {},
    made("td", {}, made("input", { type: "checkbox" })),
    made("td", {}, made("button", { type: "button" })),
  );
  for (let i = 1; i < columns; i++) row.append(made("td"));
  return row;
}
