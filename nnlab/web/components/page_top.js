// A page begins at its top: Streamlit keeps how far the page before it was scrolled.

let shown = null;

export function draw({ data }) {
  if (shown !== null && shown !== data.page) document.querySelector(".stMain")?.scrollTo(0, 0);
  shown = data.page;
}

export function drop() {}
