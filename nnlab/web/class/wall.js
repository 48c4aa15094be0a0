// The wall: the tiles of all students in an order that stays, and one of them large.

import { made } from "../sweep/looks.js";
import { columnsOf } from "../sweep/tile_layout.js";
import { _ } from "../texts.js";
import { Large } from "./large.js";
import { RunPicture } from "./picture.js";
import { FILTERS, JUDGEMENTS, counted, kept, ordered } from "./students.js";
import { Tile, set } from "./tile.js";

const SAID = 48; // pixels of a tile below its picture
const EDGE = 10; // pixels of a tile around it, both sides together
const FIT = { gap: 6, smallest: 104, largest: 380 }; // smaller ones would cut their words
const NAME = 220; // pixels that a name may take beside a smaller picture
const LEAST_HEIGHT = 320,
  BELOW = 16;
const SORTS = { name: _("name"), accuracy: _("accuracy"), activity: _("activity") };
const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };
const HIDDEN = "nnlab.wall.names"; // of the browser's memory: whether names are hidden

export class Wall {
  students = new Map();
  scenes = new Map();
  pictures = new Map();
  tiles = new Map();
  order = [];
  sort = "name";
  filter = null;
  large = null;
  clock = 0; // seconds by which the server's clock is before this one's

  /** @param {{want: (wanted: object) => void, open: (run: string) => void}} does */
  constructor(element, does) {
    this.does = does;
    this.isHidden = sessionStorage.getItem(HIDDEN) === "1";
    this.word = made("p", { className: "word", role: "status" });
    this.sheet = made("div", { className: "sheet", role: "group" });
    this.sheet.setAttribute("aria-label", _("Students: arrow keys go from tile to tile, Enter shows one large"));
    this.nobody = made("p", {
      className: "nobody",
      textContent: _("Nobody has joined yet: the address and the code below let students in."),
      hidden: true,
    });
    this.one = new Large({ close: () => this.enlarge(null), open: (run) => does.open(run) });
    this.bar = this.#bar();
    element.replaceChildren(this.bar, this.word, this.nobody, this.sheet, this.one.element);
    this.element = element;
    new ResizeObserver(() => this.#fit()).observe(element);
    addEventListener("resize", () => this.#fit());
    this.above = new ResizeObserver(() => this.#fit()); // what stands above the tiles comes and goes
    this.sheet.addEventListener("click", ({ target }) => this.enlarge(personOf(target)));
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** What the page says: palettes, colours. */
  show(data) {
    this.data = data;
    this.above.observe(this.element.closest(".stMainBlockContainer") ?? this.element);
    for (const picture of this.pictures.values()) picture.recolour(data.palettes);
    this.#drawAll();
    this.#fit();
  }

  // What comes over the wire ---------------------------------------------------------------------------

  /** The socket opened: the server tells all anew. */
  begin() {
    this.students.clear();
  }

  hear(head, weights) {
    if (head.run && weights) {
      this.pictures.get(head.run)?.take(weights);
      for (const student of this.students.values()) if (student.run === head.run) this.#draw(student);
      return;
    }
    if (head.now === undefined) return;
    this.clock = Date.now() / 1000 - head.now;
    for (const [run, scene] of Object.entries(head.scenes ?? {})) {
      this.scenes.set(run, scene);
      this.pictures.set(run, new RunPicture(scene, this.data.palettes));
    }
    for (const person of head.gone ?? []) this.students.delete(person);
    for (const student of head.students ?? []) this.students.set(student.person, student);
    if (head.curves) [this.one.points, this.pointsOf] = [head.curves.points, head.curves.run];
    this.#forget();
    this.#arrange();
    this.#say();
    for (const student of head.students ?? []) if (student.spark !== undefined || !student.run) this.#draw(student);
  }

  // Runs that nobody's newest is any more.
  #forget() {
    const here = new Set([...this.students.values()].map(({ run }) => run));
    for (const run of this.scenes.keys()) {
      if (here.has(run)) continue;
      this.scenes.delete(run);
      this.pictures.delete(run);
    }
    if (this.large && !this.students.has(this.large)) this.enlarge(null);
  }

  // What is shown ----------------------------------------------------------------------------------------

  #bar() {
    const sorts = Object.entries(SORTS).map(([by, text]) => {
      const button = made("button", {
        type: "button",
        textContent: text,
        title: _("Sort by {what}; once more sorts anew", { what: text }),
      });
      button.onclick = () => this.sortBy(by);
      button.dataset.sort = by;
      return button;
    });
    const filters = FILTERS.map((judgement) => {
      const count = made("b"),
        { word, mark } = JUDGEMENTS[judgement];
      const button = made(
        "button",
        { type: "button" },
        made("i", { ariaHidden: "true", textContent: mark }),
        ` ${word} `,
        count,
      );
      button.dataset.filter = judgement;
      button.onclick = () => this.#filterBy(judgement);
      return button;
    });
    this.filters = filters;
    this.sorts = sorts;
    this.total = made("span", { className: "total" });
    this.hider = made("button", { type: "button", textContent: _("Hide names") });
    this.hider.onclick = () => this.#hide();
    const group = (label, ...parts) => {
      const element = made(
        "span",
        { className: "group", role: "group" },
        made("span", { textContent: label, ariaHidden: "true" }),
        ...parts,
      );
      element.setAttribute("aria-label", label);
      return element;
    };
    return made(
      "div",
      { className: "bar" },
      this.total,
      group(_("Sort by"), ...sorts),
      group(_("Point out"), ...filters),
      this.hider,
    );
  }

  /** Sort now; while runs train, the order stays as it is. */
  sortBy(by) {
    this.sort = by;
    this.order = ordered([...this.students.values()], by, this.isHidden);
    this.#place();
    this.#say();
  }

  #filterBy(judgement) {
    this.filter = this.filter === judgement ? null : judgement;
    this.#say();
  }

  #hide() {
    this.isHidden = !this.isHidden;
    sessionStorage.setItem(HIDDEN, this.isHidden ? "1" : "0");
    if (this.sort === "name") this.sortBy("name");
    this.#say();
  }

  #arrange() {
    const students = [...this.students.values()];
    const before = this.order.join();
    this.order = this.order.length ? kept(this.order, students) : ordered(students, this.sort, this.isHidden);
    if (this.order.join() !== before) this.#place();
  }

  #place() {
    for (const person of this.tiles.keys()) if (!this.students.has(person)) this.tiles.delete(person);
    for (const person of this.order) if (!this.tiles.has(person)) this.tiles.set(person, new Tile(person));
    const focused = personOf(document.activeElement);
    const elements = this.order.map((person) => this.tiles.get(person).element);
    this.sheet.replaceChildren(...elements);
    if (focused && this.tiles.has(focused)) this.tiles.get(focused).element.focus({ preventScroll: true });
    this.#fit();
    this.#drawAll();
  }

  /** As many columns as show all tiles on one screen, if that can be. */
  #fit() {
    const { sheet, element } = this,
      width = element.clientWidth;
    if (!width || !this.order.length) return;
    const top = sheet.getBoundingClientRect().top + (document.querySelector(".stMain")?.scrollTop ?? 0);
    const height = Math.max(LEAST_HEIGHT, innerHeight - top - BELOW);
    const count = this.order.length;
    const rows = Math.ceil(count / columnsOf(count, width, height, SAID + EDGE, FIT));
    const columns = Math.ceil(count / rows); // so many rows need no more: tiles are wider
    const wide = Math.floor((width - FIT.gap * (columns - 1)) / columns) - EDGE;
    const tall = Math.floor((height - FIT.gap * (rows - 1)) / rows) - SAID - EDGE;
    const side = Math.max(
      Math.min(FIT.smallest, wide),
      Math.min(FIT.largest, wide, Math.max(tall, FIT.smallest - EDGE)),
    );
    const tile = Math.min(wide, Math.max(side, NAME)) + EDGE;
    if (this.columns === columns && this.side === side && this.tile === tile) return;
    [this.columns, this.side, this.tile] = [columns, side, tile];
    sheet.style.setProperty("--columns", columns);
    sheet.style.setProperty("--side", `${side}px`);
    sheet.style.setProperty("--tile", `${tile}px`);
    this.#drawAll();
  }

  #drawAll() {
    if (!this.data || !this.side) return;
    for (const student of this.students.values()) this.#draw(student);
  }

  #draw(student) {
    if (!this.side) return;
    this.tiles.get(student.person)?.draw(student, this.pictures.get(student.run), this.side, this.data.colours);
    if (student.person === this.large) this.#showLarge();
  }

  #say() {
    const students = [...this.students.values()],
      counts = counted(students),
      now = Date.now() / 1000 - this.clock;
    for (const student of students)
      this.tiles.get(student.person)?.say(student, this.scenes.get(student.run), now, this);
    const count = students.length;
    set(this.total, count === 1 ? _("1 student") : _("{count} students", { count }));
    for (const button of this.filters) {
      const { filter } = button.dataset;
      set(button.lastChild, String(counts[filter]));
      button.setAttribute("aria-pressed", String(this.filter === filter));
    }
    for (const button of this.sorts) button.setAttribute("aria-pressed", String(this.sort === button.dataset.sort));
    this.hider.setAttribute("aria-pressed", String(this.isHidden));
    this.nobody.hidden = count > 0;
    if (this.large) this.#showLarge();
  }

  /** The connection, in words where it is not well. */
  tell(text) {
    set(this.word, text);
  }

  // One large --------------------------------------------------------------------------------------------

  enlarge(person) {
    const before = this.large;
    if (person === before) return;
    this.large = person;
    this.does.want({ large: person });
    this.one.points = [];
    this.one.element.hidden = person === null;
    this.sheet.hidden = person !== null;
    if (person !== null) {
      this.#showLarge();
      this.one.name.focus({ preventScroll: true });
    } else {
      this.#fit();
      this.#drawAll();
      this.tiles.get(before)?.element.focus({ preventScroll: true });
    }
  }

  #showLarge() {
    const student = this.students.get(this.large);
    if (!student) return;
    if (this.pointsOf !== student.run) this.one.points = [];
    const scene = this.scenes.get(student.run),
      now = Date.now() / 1000 - this.clock;
    this.one.show(student, scene, this.pictures.get(student.run), now, {
      isHidden: this.isHidden,
      colours: this.data.colours,
    });
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && this.large) {
      event.preventDefault();
      this.enlarge(null);
      return;
    }
    const person = personOf(event.target),
      across = ARROWS[event.key];
    const step = across ?? { ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
    if (person === null || !step) return;
    const to = this.order[this.order.indexOf(person) + step];
    if (!to) return;
    event.preventDefault();
    this.tiles.get(to).element.focus();
  }
}

const personOf = (target) => target?.closest?.("button[data-person]")?.dataset.person ?? null;
