// Focus on Train goes on to Pause, which takes its place, and from there to Resume.
//
// The browser gives up the focus of a button that is taken away or disabled; the keyboard would begin
// at the top of the page again.

const PLACE = ".st-key-go";

// Whether what had the focus last stands or stood there.
let isInPlace = Boolean(document.activeElement?.closest(PLACE));
let watched = null;

document.addEventListener("focusin", ({ target }) => (isInPlace = Boolean(target.closest(PLACE))));
document.addEventListener("pointerdown", ({ target }) => (isInPlace &&= Boolean(target.closest(PLACE))));

const observer = new MutationObserver(handOn);

/** Look after the place as it stands on the page now. */
export function keepFocus() {
  const place = document.querySelector(PLACE);
  if (place && place !== watched) {
    observer.disconnect();
    observer.observe(place, { childList: true, subtree: true, attributeFilter: ["disabled"] });
    watched = place;
  }
  handOn();
}

function handOn() {
  if (!isInPlace || document.activeElement !== document.body) return;
  document.querySelector(`${PLACE} button:enabled`)?.focus({ preventScroll: true });
}
