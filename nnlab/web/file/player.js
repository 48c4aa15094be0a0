// The bar of a recording: play and pause, a slider over its moments, one back, one on, how fast.

import { whole } from "../format.js";
import { needs } from "../keys.js";
import { _ } from "../texts.js";
import { made } from "./shell.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** Make the bar, and let the keyboard play: space, arrows, Home and End.
 * @param {import("./film.js").Film} film
 * @param {(step: number) => string} wordOf what stands beside the slider at a step
 * @returns {HTMLElement} */
export function player(film, wordOf) {
  const play = made("button", { type: "button", className: "button" });
  play.classList.add("first", "play");
  const slider = made("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": _("Moment of the training") });
  const word = made("output", { className: "moment" });
  const button = (text, name, label, to) => {
    const element = made(
      "button",
      { type: "button", className: `button ${name}`, "aria-label": label, title: label },
      text,
    );
    element.onclick = () => go(to());
    return element;
  };
  const last = () => film.steps.length - 1;
  const go = (moment) => {
    film.pause();
    film.show(moment);
  };
  const speed = made("select", { "aria-label": _("Speed") });
  for (const times of SPEEDS) speed.append(new Option(`${times} ×`, times, times === 1, times === 1));
  speed.onchange = () => (film.speed = Number(speed.value));
  play.onclick = () => (film.isPlaying ? film.pause() : film.play());
  slider.oninput = () => go(Number(slider.value));
  const say = () => {
    const { at, steps, isPlaying } = film;
    play.textContent = isPlaying ? _("Pause") : _("Play");
    slider.max = Math.max(0, last());
    slider.value = at;
    slider.style.setProperty("--share", `${last() > 0 ? (100 * at) / last() : 100}%`);
    bar.classList.toggle("still", last() < 1);
    if (last() < 0) return; // a run that has not begun
    const place = { step: whole(steps[at]), last: whole(steps[last()]) };
    slider.setAttribute("aria-valuetext", _("step {step} of {last}", place));
    const said = wordOf(steps[at]);
    if (word.textContent !== said) word.textContent = said;
  };
  film.listeners.add(say);
  addEventListener("keydown", (event) => press(event, film, go, last()));
  const bar = made(
    "div",
    { className: "player", role: "group", "aria-label": _("Recording") },
    play,
    button("‹", "back", _("One moment back"), () => film.at - 1),
    slider,
    button("›", "on", _("One moment on"), () => film.at + 1),
    word,
    speed,
  );
  say();
  return bar;
}

function press(event, film, go, last) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const { activeElement: focused } = document;
  const isFree = !focused || focused === document.body;
  const { all, arrows, space } = isFree
    ? {}
    : needs({
        tag: focused.localName,
        type: focused.type,
        role: focused.getAttribute("role"),
        isEditable: focused.isContentEditable,
      });
  if (all) return;
  const to = { ArrowLeft: film.at - 1, ArrowRight: film.at + 1, Home: 0, End: last }[event.key];
  if (event.key === " " && !space) film.isPlaying ? film.pause() : film.play();
  else if (to !== undefined && !arrows) go(to);
  else return;
  event.preventDefault();
}
