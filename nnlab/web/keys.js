// What a key does in a presentation, and when it belongs to what has the focus.

const VERBS = {
  " ": "train",
  ArrowRight: "forward",
  ArrowLeft: "back",
  r: "reset",
  R: "reset",
  n: "network",
  N: "network",
  "?": "keys",
  Escape: "end",
};

const TYPED = new Set([
  "textbox",
  "searchbox",
  "combobox",
  "spinbutton",
  "listbox",
  "option",
  "menu",
  "menuitem",
  "grid",
  "dialog",
]);
const PICKED = new Set(["radio", "tab", "menuitemradio"]);
const PRESSED = new Set(["button", "checkbox", "switch", "link"]);
const NO_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

/** What an element needs of the keyboard for itself.
 * @param {{tag: string, type: ?string, role: ?string, isEditable: boolean}} element that has the focus
 * @returns {{all: boolean, arrows: boolean, space: boolean}} */
export function needs({ tag, type, role, isEditable }) {
  const isInput = tag === "input",
    isTyped = isInput && !NO_TEXT.has(type ?? "text");
  const isPicked = PICKED.has(role) || (isInput && type === "radio");
  return {
    all: isEditable || isTyped || tag === "textarea" || tag === "select" || TYPED.has(role),
    arrows: isPicked || role === "slider" || (isInput && type === "range"),
    space: isPicked || PRESSED.has(role) || tag === "button" || tag === "summary" || (isInput && type !== "range"),
  };
}

/** What a pressed key asks for; null where it is another's.
 * @param {KeyboardEvent} event
 * @param {?object} focused of `needs`; null: nothing has the focus
 * @param {boolean} isPointed it got the focus by a pointer: whoever clicks Step and then presses the space
 *   bar means to train, not to click again
 * @returns {?string} train, forward, back, reset, network, keys, end */
export function verbOf(event, focused, isPointed) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null;
  const verb = Object.hasOwn(VERBS, event.key) ? VERBS[event.key] : null;
  if (!verb || !focused) return verb;
  const { all, arrows, space } = needs(focused);
  if (all || (arrows && event.key.startsWith("Arrow"))) return null;
  return space && event.key === " " && !isPointed ? null : verb;
}

const TOGGLES = new Set(["train", "reset"]); // twice is something else than once
const PATIENCE = 3000; // milliseconds without an answer: it was lost

/** Lets a held key through only as fast as the page answers. */
export class Turns {
  #askedAt = -Infinity;
  #next = null; // a press of Train or Reset that came before the answer, and its time

  /** Whether a press may go to the page now; it is then noted as asked.
   * @param {number} now milliseconds */
  mayAsk(verb, isRepeat, now) {
    if (isRepeat && TOGGLES.has(verb)) return false;
    const isWaiting = now - this.#askedAt < PATIENCE;
    if (isWaiting && (isRepeat || TOGGLES.has(verb))) {
      if (!isRepeat) this.#next = { verb, now };
      return false;
    }
    this.#askedAt = now;
    this.#next = null;
    return true;
  }

  /** The page has answered.
   * @param {number} now milliseconds
   * @returns {?string} what was pressed meanwhile and is to be asked now */
  answered(now) {
    const next = this.#next;
    this.#askedAt = -Infinity;
    this.#next = null;
    return next && now - next.now < PATIENCE ? next.verb : null;
  }
}
