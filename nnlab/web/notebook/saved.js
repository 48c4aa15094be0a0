// Beside a recording that a notebook holds as HTML: it is dark where the notebook is.
//
// The frame plays without this script, in the colours of the browser. Between the two stands what a notebook
// says that runs no script.

import { followTheme } from "./theme.js";

const word = document.currentScript?.previousElementSibling,
  frame = word?.previousElementSibling;
if (frame?.localName === "iframe") {
  word.remove();
  let isDark = false;
  const tell = () => frame.contentWindow?.postMessage({ nnlabDark: isDark }, "*");
  frame.addEventListener("load", tell);
  const end = followTheme(frame.parentElement, (found) => {
    isDark = found;
    if (frame.isConnected || !frame.contentWindow) tell();
    else end();
  });
}
