// What can be changed on the drawing of a network itself: inputs on and off, layers wider or narrower.

import { LEFT } from "../network_layout.js";
import { _ } from "../texts.js";

const ECHO = 10000; // milliseconds until the page's word counts again

const made = (tag, values) => Object.assign(document.createElement(tag), values);

/** Buttons over a drawing. A click says how it shall be, never how it shall change: of several that
 * come quickly the last one holds. */
export class NetworkForm {
  /** @param {(said: object) => void} send `{inputs: [name…]}`, `{width: [layer, units]}` */
  constructor(send) {
    this.send = send;
    this.element = made("div", { className: "nnlab-network-form" });
  }

  /** @param {object} drawing whose `form`, if any, says what is offered
   * @param {object} place of `arranged` */
  set({ form, layers }, { places, step, rows }) {
    const { inputs, widths, most } = form ?? { inputs: [], widths: [] };
    const structure = JSON.stringify([inputs.map(({ name }) => name), widths.length]);
    if (structure !== this.structure) this.#build(structure, inputs, widths);
    this.most = most;
    inputs.forEach(({ name, unit, label }, index) => {
      const button = this.inputs[index];
      this.on.set(name, unit !== null);
      button.textContent = label;
      button.setAttribute("aria-pressed", String(unit !== null));
      button.setAttribute("aria-label", _("{name} is an input", { name: label }));
      Object.assign(button.style, { top: `${rows[index]}px`, width: `${LEFT - 8}px` });
    });
    widths.forEach((units, index) => {
      const head = this.heads[index],
        x = places[index + 1][0]?.x ?? 0;
      this.#say(head, units, layers[index + 1].title);
      head.style.left = `${x}px`;
      head.classList.toggle("narrow", step < 70);
    });
  }

  #build(structure, inputs, widths) {
    this.structure = structure;
    this.on = new Map();
    this.inputs = inputs.map(({ name }) => {
      const button = made("button", { type: "button", className: "nnlab-input" });
      button.dataset.input = name;
      button.onclick = () => {
        this.on.set(name, !this.on.get(name));
        button.setAttribute("aria-pressed", String(this.on.get(name)));
        this.send({ inputs: [...this.on].filter(([, isOn]) => isOn).map(([one]) => one) });
      };
      return button;
    });
    this.heads = widths.map((_units, index) => {
      const head = made("div", { className: "nnlab-width" });
      for (const [sign, by] of [
        ["−", -1],
        ["+", 1],
      ]) {
        const button = made("button", { type: "button", textContent: sign });
        button.dataset.by = by;
        button.onclick = () => {
          const units = Math.min(this.most, Math.max(1, head.units + by));
          if (units === head.units) return;
          [head.units, head.until] = [units, performance.now() + ECHO];
          head.children[1].textContent = units;
          this.send({ width: [index, units] });
        };
        head.append(button);
      }
      head.insertBefore(made("span", {}), head.lastChild);
      return head;
    });
    this.element.replaceChildren(...this.inputs, ...this.heads);
  }

  #say(head, units, title) {
    if (head.units !== units && performance.now() < (head.until ?? 0)) return; // a later click is on its way
    head.units = units;
    const [less, count, more] = head.children;
    count.textContent = units;
    less.setAttribute("aria-disabled", String(units <= 1)); // `disabled` would take the focus away
    more.setAttribute("aria-disabled", String(units >= this.most));
    less.setAttribute("aria-label", _("{layer}: one neuron less", { layer: title }));
    more.setAttribute("aria-label", _("{layer}: one neuron more", { layer: title }));
  }
}
