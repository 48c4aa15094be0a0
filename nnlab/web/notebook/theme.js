// Whether the notebook around an element is dark, whichever notebook it is.

const MOST = 255; // of a colour's red, green, blue and opacity

/** Tell now, and whenever the notebook turns, whether an element stands on something dark.
 * @param {Element} element
 * @param {(isDark: boolean) => void} tell
 * @returns {() => void} ends it */
export function followTheme(element, tell) {
  let before = null;
  element.addEventListener("load", () => look());
  const look = () => {
    if (!element.isConnected) return;
    const now = isOnDark(element);
    if (now !== before) tell(now);
    before = now;
  };
  const watch = new MutationObserver(() => requestAnimationFrame(look)),
    night = matchMedia("(prefers-color-scheme: dark)");
  for (const root of [document.documentElement, document.body]) watch.observe(root, { attributes: true });
  night.addEventListener("change", look);
  look();
  requestAnimationFrame(look); // an element that is just being made stands nowhere yet
  return () => {
    watch.disconnect();
    night.removeEventListener("change", look);
  };
}

/** By the first background behind it that is not transparent. */
export function isOnDark(element) {
  for (let one = element; one; one = one.parentElement ?? one.getRootNode().host) {
    const [red, green, blue, alpha] = pixelOf(getComputedStyle(one).backgroundColor);
    if (alpha > MOST / 2) return 0.299 * red + 0.587 * green + 0.114 * blue < MOST / 2;
  }
  return false;
}

// Whatever way a colour is written in: rgb(), lab(), color(srgb …).
function pixelOf(colour) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}
