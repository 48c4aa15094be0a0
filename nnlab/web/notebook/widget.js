// A run in a notebook, as anywidget shows it: a frame with the page of nnlab/web/notebook/stage.js, and what
// hands it the news of the kernel.
//
// The page has a frame of its own, so that a notebook may show many, styles and keys stay apart, and all of
// it ends with the frame. A frame that is moved begins anew, and is told everything again.

import { _ } from "../texts.js";
import { followTheme } from "./theme.js";
import { Seen } from "./seen.js";

const HEIGHT = 560; // pixels
const AGAIN = 2000; // milliseconds from one request for what was missed to the next

const seenOf = new WeakMap(); // by model: views of one model share it

/** anywidget's interface (https://anywidget.dev/en/afm/). */
export const widget = {
  initialize({ model }) {
    hear(model);
  },

  render({ model, el: element }) {
    const seen = hear(model),
      frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.className = "nnlab-run";
    frame.title = model.get("name") || _("A run");
    Object.assign(frame.style, {
      width: "100%",
      height: `${HEIGHT}px`,
      border: "0",
      display: "block",
      borderRadius: "6px",
    });
    let isReady = false,
      isDark = false;
    const send = (news) => isReady && frame.contentWindow?.postMessage({ nnlabNews: news }, "*");
    const dress = () => frame.contentWindow?.postMessage({ nnlabDark: isDark }, "*");
    const open = () => {
      isReady = false;
      frame.srcdoc = model.get("page");
    };
    const isOpen = ({ source, data }) => {
      if (source !== frame.contentWindow || data !== "nnlab:ready") return;
      isReady = true;
      dress();
      send(seen.all);
    };
    addEventListener("message", isOpen);
    seen.listeners.add(send);
    model.on("change:page", open);
    element.append(frame);
    open();
    const end = followTheme(frame, (found) => {
      isDark = found;
      dress();
    });
    if (seen.isLeft) ask(model, seen, "again");
    seen.isLeft = false;
    return () => {
      end();
      removeEventListener("message", isOpen);
      seen.listeners.delete(send);
      model.off("change:page", open);
      frame.remove();
      if (seen.listeners.size) return;
      seen.isLeft = true;
      model.send({ type: "gone" });
    };
  },
};

function hear(model) {
  if (seenOf.has(model)) return seenOf.get(model);
  const seen = new Seen();
  seenOf.set(model, seen);
  model.on("msg:custom", (head, buffers) => {
    if (head?.type === "news" && !seen.take(head, buffers ?? [])) ask(model, seen, "again");
  });
  model.on("change:page", () => seen.clear()); // a page that holds its recording needs no news
  return seen;
}

// While a cell runs, the kernel hears nothing of it; so it tells everything again by itself now and then.
function ask(model, seen, type) {
  const now = performance.now();
  if (now - (seen.asked ?? -Infinity) < AGAIN) return;
  seen.asked = now;
  model.send({ type });
}
