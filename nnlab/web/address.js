// The browser's history of a page: one step for each change of its experiment.
//
// Streamlit makes a step of every change of the address. Two kinds would undo nothing that a person
// sees: another run of the same experiment, and what a page that was just entered writes first.

const EXPERIMENT = "x",
  RUN = "run"; // parameters, as nnlab/ui/session/address.py names them

let isEntered = false; // another page's address was left, and this one's is not drawn yet

const push = history.pushState.bind(history);
history.pushState = (state, title, url) => {
  const next = new URL(url ?? location.href, location.href);
  const isHere = next.pathname === location.pathname;
  const fills = isEntered && !new URL(location.href).searchParams.has(EXPERIMENT);
  if (isHere && (fills || withoutRun(next) === withoutRun(location))) history.replaceState(state, title, url);
  else push(state, title, url);
  isEntered ||= !isHere;
};

/** The page is drawn: from now on its changes are a person's. */
export function isDrawn() {
  isEntered = false;
}

function withoutRun({ href }) {
  const { searchParams } = new URL(href);
  searchParams.delete(RUN);
  return String(searchParams);
}
