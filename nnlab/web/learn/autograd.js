// Autograd, one operation at a time: a graph, the step it is at, and what can be pressed.

import { _ } from "../texts.js";
import { showDetail } from "./autograd_detail.js";
import { isActive, Picture } from "./autograd_picture.js";

const PACE = 1100; // milliseconds a step while it plays
const NARROW = 720; // pixels: the graph runs from top to bottom

const content = () => `<div role="group" aria-label="${_("Steps")}">
<button name="first" aria-label="${_("To the beginning")}">|‹</button>
<button name="back" aria-label="${_("One step back")}">‹</button>
<button name="play"></button>
<button name="on" aria-label="${_("One step on")}">›</button>
<button name="end" aria-label="${_("To the end")}">›|</button>
<input type="range" min="0" step="1" aria-label="${_("Step of the computation")}"></div>
<div role="group" aria-label="${_("What PyTorch is told")}">
<button name="again">${_("backward() again")}</button>
<button name="zero">zero_grad()</button>
<button name="no_grad" role="switch">torch.no_grad()</button><output></output></div>
<p role="status"></p><section tabindex="0" aria-label="${_("The graph")}"></section>
<aside aria-label="${_("The chosen box")}"></aside>`;

class Autograd {
  #timer = 0;
  #picked = null;
  #subject = null;

  constructor(place) {
    place.innerHTML = content();
    this.place = place;
    this.range = place.querySelector("input");
    this.graph = place.querySelector("section");
    this.picture = new Picture(this.graph, (id) => this.#pick(id));
    this.range.addEventListener("input", () => this.#go(Number(this.range.value)));
    place.addEventListener("click", ({ target }) => this.#press(target.closest("button")?.name));
    place.addEventListener("keydown", (event) => this.#key(event));
    this.watch = new ResizeObserver(() => this.#fit());
    this.watch.observe(place);
  }

  /** The chapter was left. */
  end() {
    this.watch.disconnect();
    clearTimeout(this.#timer);
  }

  get #isDown() {
    return this.place.clientWidth < NARROW;
  }

  set(data, send) {
    const earlier = this.data?.earlier ?? 0,
      isSame = data.subject === this.#subject;
    [this.send, this.#subject] = [send, data.subject];
    const isNew = JSON.stringify(data) !== JSON.stringify(this.data);
    this.data = data;
    if (!isNew) return;
    if (!data.boxes.some(({ id }) => id === this.#picked)) this.#picked = null;
    this.range.max = data.last;
    this.#draw();
    if (!isSame) this.#go(data.last);
    else if (data.earlier !== earlier) this.#go(data.forward, data.earlier > earlier);
    else this.#go(Math.min(this.step, data.last));
  }

  #fit() {
    if (this.data && this.place.clientWidth && this.down !== this.#isDown) {
      this.#draw();
      this.#show();
    }
  }

  #draw() {
    const hadFocus = this.graph.contains(document.activeElement) ? document.activeElement.dataset.box : null;
    this.down = this.#isDown;
    this.picture.set(this.data, this.down, _("The graph of {code}", { code: this.data.boxes.at(-1).code }));
    this.picture.reach(hadFocus ?? this.#picked ?? this.data.boxes[0].id);
    if (hadFocus) this.picture.go(hadFocus, 0);
  }

  #go(step, isPlaying = false) {
    clearTimeout(this.#timer);
    this.step = Math.min(Math.max(step, 0), this.data.last);
    this.isPlaying = isPlaying && this.step < this.data.last;
    if (this.isPlaying) this.#timer = setTimeout(() => this.#go(this.step + 1, true), PACE);
    this.#show();
  }

  #show() {
    const { data, step, place } = this,
      { earlier, sentences } = data;
    const button = (name) => place.querySelector(`[name=${name}]`);
    this.range.value = step;
    const places = { step, last: data.last };
    this.range.setAttribute("aria-valuetext", _("step {step} of {last}", places));
    button("first").disabled = button("back").disabled = step === 0;
    button("on").disabled = button("end").disabled = step === data.last;
    const isAtEnd = step === data.last;
    button("play").textContent = this.isPlaying ? "❚❚" : isAtEnd ? "↻" : "▶";
    const play = this.isPlaying ? _("Pause") : isAtEnd ? _("Play from the beginning") : _("Play");
    button("play").setAttribute("aria-label", play);
    button("again").disabled = data.refused !== null || earlier >= data.most;
    button("zero").disabled = data.refused !== null;
    button("no_grad").setAttribute("aria-checked", String(data.noGrad));
    place.querySelector("output").textContent = data.noGrad
      ? _("no graph is recorded")
      : data.refused !== null
        ? ""
        : _("backward() ran {n}× since zero_grad()", { n: earlier + (isAtEnd ? 1 : 0) });
    place.querySelector("[role=status]").textContent = `${_("Step {step} of {last}", places)} · ${sentences[step]}`;
    this.picture.show(step, this.#picked);
    const shown = this.#shown();
    showDetail(place.querySelector("aside"), shown, { step, act: (what) => this.send(what) });
    this.picture.bringIntoSight(shown.id, this.graph);
  }

  // What was chosen, else what the step is about.
  #shown() {
    const { data, step } = this,
      { boxes } = data;
    const chosen = boxes.find(({ id }) => id === this.#picked);
    return chosen ?? boxes.find((box) => isActive(data, box, step)) ?? boxes.at(step === 0 ? 0 : -1);
  }

  #pick(id) {
    this.#picked = this.#picked === id ? null : id;
    this.picture.reach(id);
    this.#show();
  }

  #press(name) {
    const { data, step } = this;
    if (name === "play") this.#go(step === data.last && !this.isPlaying ? 0 : step, !this.isPlaying);
    else if (name === "first") this.#go(0);
    else if (name === "back") this.#go(step - 1);
    else if (name === "on") this.#go(step + 1);
    else if (name === "end") this.#go(data.last);
    else if (name === "zero") {
      this.#go(data.forward); // where one pass alone has run, the server has nothing to take back
      this.send({ kind: name });
    } else if (name === "again" || name === "no_grad") this.send({ kind: name });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event,
      box = target.dataset?.box ?? target.closest("[data-box]")?.dataset.box;
    const { step, data } = this;
    const isRange = target === this.range;
    if (key === "ArrowRight" && !isRange) this.#go(step + 1);
    else if (key === "ArrowLeft" && !isRange) this.#go(step - 1);
    else if (key === "Home" && !isRange) this.#go(0);
    else if (key === "End" && !isRange) this.#go(data.last);
    else if (box && key === "ArrowDown") this.picture.go(box, 1);
    else if (box && key === "ArrowUp") this.picture.go(box, -1);
    else if (box && (key === "Enter" || key === " ")) this.#pick(box);
    else if (key === "Escape" && this.#picked !== null) this.#pick(this.#picked);
    else if (key === " " && target.tagName !== "BUTTON") this.#press("play");
    else return;
    event.preventDefault();
  }
}

export function draw({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".nnlab-autograd");
  const self = (place.nnlab ??= new Autograd(place));
  self.set(data, (what) => setTriggerValue("act", what));
}

export function drop({ parentElement }) {
  const place = parentElement.querySelector(".nnlab-autograd");
  if (place && !place.isConnected) place.nnlab?.end();
}
