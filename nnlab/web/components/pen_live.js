// While the pen of the Draw page moves, the browser reads what is on the canvas and moves the bars. What is read
// after a stroke comes from PyTorch; until it is there, what the browser read stays.

import { crc32 } from "../drawing/checksum.js";
import { EmptyDrawing, NotReproduced } from "../drawing/greyscale.js";
import { DigitReader, bestOf } from "../drawing/reader.js";
import { percent, withArticle, writeAnswer } from "../drawing/words.js";
import { bytesOf } from "../payload.js";
import { readTensors } from "../safetensors.js";
import { _ } from "../texts.js";
import { hideBars, showBars } from "./pen_bars.js";
import { hideReceived, showReceived } from "./pen_received.js";

const PATIENCE = 4000; // milliseconds after a stroke that PyTorch's answer to just these pixels is waited for
const SAME = 0.0005; // difference of a share that no reader of the page can see

class Pen {
  reader = null;
  names = [];
  said = null; // what the server told last
  line = null;
  strokes = null; // the canvases under the pen, from its first stroke on
  isDown = false;
  isShown = false; // the browser's bars lie over the chart

  /** The network of the page; null: none is here. */
  load(data) {
    if (this.loaded === data?.reader) return;
    this.loaded = data?.reader;
    this.reader =
      data &&
      new DigitReader({ layers: data.layers, whole: data.whole, tensors: readTensors(bytesOf(data.weights)).tensors });
    this.names = data?.names ?? [];
    this.#rest();
  }

  /** What PyTorch says to the drawing that the server has. */
  hear(said, line) {
    [this.said, this.line] = [said, line];
    if (!this.isDown) this.#settle();
  }

  leave(line) {
    if (line !== this.line) return;
    this.line = this.said = this.strokes = null;
    this.#rest();
  }

  down(canvases) {
    this.isDown = true;
    this.strokes = canvases;
    clearTimeout(this.patience);
  }

  /** The pen has moved and left ink: read it at once, then no more before the next picture of the page. */
  moved() {
    if (this.frame) this.isBehind = true;
    else this.#readNow();
  }

  #readNow() {
    if (!this.reader || !this.line || !this.strokes) return;
    this.isBehind = false;
    this.#read();
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      if (this.isBehind) this.#readNow();
    });
  }

  up() {
    if (!this.isDown) return;
    this.isDown = false;
    requestAnimationFrame(() => this.moved()); // the stroke is drawn whole when it ends
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.#rest(), PATIENCE);
  }

  #read() {
    const answers = this.reader && this.strokes && this.#answers(this.strokes);
    if (!answers || !this.line) return;
    const chosen = Math.min(this.said.chosen, answers.length - 1);
    if (!showBars(this.said.chart, answers[chosen].shares, this.names, this.said.most)) return;
    this.isShown = true;
    this.#overlay(answers, chosen);
    showReceived(this.said.picture, answers[chosen].result);
    this.line.textContent = _("Read by this browser while you draw; PyTorch answers after the stroke.");
  }

  // Null where nothing is drawn, or where the server has to be waited for.
  #answers(canvases) {
    try {
      return this.reader.read(pixelsOf(canvases));
    } catch (error) {
      if (error instanceof EmptyDrawing || error instanceof NotReproduced) return null;
      throw error;
    }
  }

  // The large digit beside the bars. It is no status: that is told once, after the stroke.
  #overlay(answers, chosen) {
    const status = document.querySelector(".st-key-prediction p.nnlab-answer[role=status]");
    if (!status) return;
    this.large ??= document.createElement("p");
    this.large.className = "nnlab-read";
    this.large.setAttribute("aria-hidden", "true");
    if (this.large.parentElement !== status.parentElement) status.after(this.large);
    writeAnswer(this.large, answers, this.names, chosen);
  }

  // Where the server has answered to what is on the canvas, its answer stands.
  #settle() {
    if (!this.line) return;
    if (!this.isShown) {
      this.line.textContent = this.#standing();
      return;
    }
    const isEmpty = this.said.checksum === null;
    const pixels = this.strokes && !isEmpty ? pixelsOf(this.strokes.slice(0, 1)) : null;
    if (!isEmpty && pixels && crc32(pixels.data) !== this.said.checksum) return;
    this.#rest();
    if (pixels && this.reader && this.said.answers.length) this.line.textContent = this.#compared();
  }

  // What the browser drew goes; PyTorch's own chart lies under it.
  #rest() {
    clearTimeout(this.patience);
    hideBars();
    hideReceived();
    this.large?.remove();
    this.isShown = false;
    if (this.line) this.line.textContent = this.#standing();
  }

  #standing() {
    if (this.said?.why) return this.said.why;
    return this.reader ? _("While you draw, this browser reads along; after each stroke PyTorch answers.") : "";
  }

  #compared() {
    const ours = this.#answers(this.strokes.slice(0, 1)) ?? [],
      theirs = this.said.answers;
    if (ours.length !== theirs.length) {
      return _("They differ: this browser found {ours} digits, PyTorch was given {theirs}. PyTorch's answer stands.", {
        ours: ours.length,
        theirs: theirs.length,
      });
    }
    let apart = 0;
    for (let i = 0; i < ours.length; i++) {
      const [mine, told] = [bestOf(ours[i].shares), bestOf(theirs[i])];
      if (mine !== told) {
        return _("They differ: this browser read {ours}, PyTorch {theirs}. PyTorch's answer stands.", {
          ours: `${withArticle(this.names[mine])} (${percent(ours[i].shares[mine])})`,
          theirs: `${withArticle(this.names[told])} (${percent(theirs[i][told])})`,
        });
      }
      for (let k = 0; k < theirs[i].length; k++) apart = Math.max(apart, Math.abs(ours[i].shares[k] - theirs[i][k]));
    }
    return apart <= SAME
      ? _("PyTorch has answered, and this browser reads the same.")
      : _("They differ by up to {share} of probability. PyTorch's answer stands.", { share: percent(apart) });
  }
}

export const pen = new Pen();

// The canvas's own pixels, and what the pen is drawing over them.
const sheet = document.createElement("canvas");
const ink = sheet.getContext("2d", { willReadFrequently: true });

function pixelsOf(canvases) {
  const { width, height } = canvases[0];
  if (sheet.width !== width || sheet.height !== height) [sheet.width, sheet.height] = [width, height];
  ink.clearRect(0, 0, width, height);
  for (const canvas of canvases) ink.drawImage(canvas, 0, 0);
  return ink.getImageData(0, 0, width, height);
}

// The canvas lies in a shadow tree of its own, whose elements an event names while it passes. What the pen draws
// lies in the upper of two until the stroke ends.
addEventListener(
  "pointerdown",
  (event) => {
    const upper = event.composedPath().find((each) => each instanceof HTMLCanvasElement);
    if (!upper || !event.isPrimary || !event.target.closest?.(".st-key-canvas")) return;
    const lower = [...upper.parentElement.querySelectorAll("canvas")].find((each) => each !== upper);
    if (lower) pen.down([lower, upper]);
  },
  true,
);
// The canvas draws at these events, and hears them before the window does.
for (const move of ["mousemove", "touchmove"])
  addEventListener(move, () => pen.isDown && pen.moved(), { passive: true });
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => pen.up(), true);
