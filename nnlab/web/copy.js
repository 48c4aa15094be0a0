// Copying, also where a page has no clipboard: over plain http a browser gives none.

/** Copy what a field holds by the browser's oldest way, which asks for no secure context; the field
 * stays selected.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @returns {boolean} whether the browser says that it did */
export function copySelected(field) {
  field.focus({ preventScroll: true });
  field.setSelectionRange(0, field.value.length);
  try {
    return document.execCommand("copy");
  } catch {
    return false; // a browser without it
  }
}

/** Copy what a field holds; where no way leads there it is left selected, for a person's own hand.
 * @returns {Promise<boolean>} whether it is on the clipboard */
export async function copyField(field, clipboard = navigator.clipboard) {
  if (clipboard === MENDED) return copySelected(field);
  try {
    await clipboard.writeText(field.value);
    return true;
  } catch {
    return copySelected(field); // no clipboard, or one that refuses
  }
}

/** Let the copy buttons of Streamlit's own code boxes work where the browser has no clipboard. */
export function mendClipboard() {
  if (navigator.clipboard) return;
  Object.defineProperty(navigator, "clipboard", { value: MENDED, configurable: true });
}

const MENDED = { writeText };

async function writeText(text) {
  const before = document.activeElement;
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  field.style.cssText = "position: fixed; opacity: 0; font-size: 16px"; // a phone enlarges what is smaller
  (before?.parentElement ?? document.body).append(field); // within a fold, which would close
  const isCopied = copySelected(field);
  field.remove();
  before?.focus?.({ preventScroll: true });
  if (!isCopied) throw new DOMException("copy", "NotAllowedError");
}
