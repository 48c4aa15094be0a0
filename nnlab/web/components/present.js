// A presentation: its keys, which press the page's own buttons, full screen, and a small bar.

import { Turns, verbOf } from "../keys.js";
import { _ } from "../texts.js";

const BUTTONS = {
  train: [".st-key-go :enabled"],
  forward: [".nnlab-past [name=on]", ".st-key-step :enabled"], // back to now first, then a new step
  back: [".nnlab-past [name=back]"],
  reset: [".st-key-reset :enabled"],
};
const KEYS = () => [
  ["␣", _("train, pause, resume")],
  ["→", _("one step on")],
  ["←", _("one step back in time")],
  ["R", _("reset")],
  ["N", _("network or curves")],
  ["Esc", _("end the presentation")],
];
const NETWORK = "nnlab-network-shown"; // of the root: the network stands in place of the curves

const turns = new Turns();
let bar = null; // the one that the page shows, while it is a presentation
let isPointed = false; // what has the focus got it by a pointer
let isTaken = false; // the key that is down is the presentation's

const content = (network) => `${network ? `<button name="network" aria-pressed="false">${_("Network")}</button>` : ""}
<button name="keys" aria-expanded="false" aria-label="${_("Keys")}" title="${_("Keys")} (?)">?</button>
<button name="end" aria-label="${_("End the presentation")}" title="${_("End the presentation")} (Esc)">✕</button>
<dl class="nnlab-keys" hidden>${KEYS()
  .filter(([key]) => network || !"←N".includes(key))
  .map(([key, what]) => `<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)
  .join("")}</dl>`;

const described = (element) =>
  element &&
  element !== document.body && {
    tag: element.localName,
    type: element.getAttribute("type"),
    role: element.getAttribute("role"),
    isEditable: element.isContentEditable,
  };

const isOpen = () => document.querySelector("[data-testid=stPopoverBody], [role=dialog], [role=listbox]");

function press(verb, isRepeat) {
  const found = BUTTONS[verb].map((place) =>
    [...document.querySelectorAll(place)].find(
      (one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }),
    ),
  );
  const button = found.find(Boolean);
  if (button && turns.mayAsk(verb, isRepeat, performance.now())) button.click();
}

const OWN = {
  network: () => {
    const button = bar.querySelector("[name=network]");
    button?.setAttribute("aria-pressed", String(document.documentElement.classList.toggle(NETWORK)));
  },
  keys: () => {
    const list = bar.querySelector(".nnlab-keys");
    list.hidden = !list.hidden;
    bar.querySelector("[name=keys]").setAttribute("aria-expanded", String(!list.hidden));
  },
  end: () => {
    if (!bar.querySelector(".nnlab-keys").hidden) return OWN.keys();
    bar.end();
    if (document.fullscreenElement) document.exitFullscreen();
  },
};

addEventListener("pointerdown", () => (isPointed = true), true);
addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Tab") isPointed = false;
    if (!bar?.isConnected || isOpen()) return;
    const verb = verbOf(event, described(document.activeElement), isPointed);
    isTaken = verb !== null;
    if (!verb) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has a use of its own for R
    if (BUTTONS[verb]) press(verb, event.repeat);
    else if (!event.repeat) OWN[verb]();
  },
  true,
);
// A button takes the space bar when it comes up again.
addEventListener(
  "keyup",
  (event) => {
    if (isTaken && event.key === " ") event.preventDefault();
  },
  true,
);

// Only in a person's own click does a browser give the whole screen; where it does not, the mode is as good.
addEventListener(
  "click",
  ({ target }) => {
    if (target.closest?.(".st-key-present")) document.documentElement.requestFullscreen?.().catch(() => {});
  },
  true,
);
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && bar?.isConnected) bar.end(); // by Esc, which no script is told of
});

export function draw({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".nnlab-present");
  if (!data.on) {
    leave(place);
    return;
  }
  const waiting = turns.answered(performance.now());
  if (waiting) press(waiting, false); // else a key that came a moment too early would be lost
  place.end = () => setTriggerValue("ended", true);
  if (bar === place) return;
  place.innerHTML = content(data.network);
  bar = place;
  place.onclick = ({ target }) => OWN[target.closest("button")?.name]?.();
}

function leave(place) {
  place.replaceChildren();
  document.documentElement.classList.remove(NETWORK);
  bar = null;
}

export function drop({ parentElement }) {
  const place = parentElement.querySelector(".nnlab-present");
  if (place && !place.isConnected && bar === place) leave(place);
}
