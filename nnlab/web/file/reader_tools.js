// The tools under the sheet: pen and eraser, undo, clear, how wide the pen is, an example, a picture.

import { _ } from "../texts.js";
import { made } from "./shell.js";

export class Tools {
  #example = 0;

  /** @param {import("./reader_sheet.js").Sheet} sheet
   * @param {{file: HTMLElement, camera: HTMLElement}} pictures what chooses a picture
   * @param {() => void} changed told when the sheet was cleared
   * @param {number[][][][]} examples strokes of each, in pixels of the sheet; none: no button for them
   */
  constructor(sheet, pictures, changed, examples) {
    this.sheet = sheet;
    const button = (text, press, values = {}) => {
      const made_ = made("button", { type: "button", className: "button", ...values }, text);
      made_.onclick = press;
      return made_;
    };
    this.pen = button(_("Pen"), () => this.#take(false));
    this.eraser = button(_("Eraser"), () => this.#take(true));
    this.undo = button(_("Undo"), () => sheet.undo());
    this.clear = button(_("Clear"), () => {
      sheet.clear();
      changed();
    });
    const example = button(_("Example"), () => {
      sheet.write(examples[this.#example]);
      this.#example = (this.#example + 1) % examples.length;
    });
    const wide = made("input", {
      type: "range",
      min: "8",
      max: "40",
      value: String(sheet.width),
      "aria-label": _("Width of the pen"),
    });
    const size = made("output", {}, _("{n} px wide", { n: sheet.width }));
    wide.oninput = () => {
      sheet.width = Number(wide.value);
      size.textContent = _("{n} px wide", { n: sheet.width });
    };
    this.element = made(
      "div",
      { className: "tools" },
      made("div", {}, made("span", { className: "pair" }, this.pen, this.eraser), this.undo, this.clear),
      made("div", {}, wide, size),
      made("div", {}, ...(examples.length ? [example] : []), pictures.file, pictures.camera),
    );
    const { ended } = sheet;
    sheet.ended = () => {
      this.follow();
      ended();
    };
    this.#take(false);
  }

  /** What can be pressed follows the sheet. */
  follow() {
    this.undo.disabled = !this.sheet.strokes.length && !this.sheet.picture;
    this.clear.disabled = this.sheet.isEmpty;
  }

  #take(isEraser) {
    this.sheet.isEraser = isEraser;
    this.pen.setAttribute("aria-pressed", String(!isEraser));
    this.eraser.setAttribute("aria-pressed", String(isEraser));
    this.follow();
  }
}
