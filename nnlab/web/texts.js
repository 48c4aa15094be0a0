// The one door for texts in scripts, as nnlab/texts.py is in Python: placeholders are named.
export const _ = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
