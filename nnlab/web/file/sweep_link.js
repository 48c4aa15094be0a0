// How a network of a sweep is had again: the command that trains it alone, and the link of its experiment.

/** The line that trains it, ready for a shell.
 * @param {string} what a recipe's id, or the name of a file
 * @param {[string, unknown][]} changes paths and values
 */
export function commandOf(what, changes) {
  const sets = changes.flatMap(([path, value]) => ["--set", quoted(`${path}=${written(value)}`)]);
  return ["python", "-m", "nnlab", "train", quoted(what), ...sets].join(" ");
}

// What JSON would not give back as it is, a word, stands as it is.
const written = (value) => (typeof value === "string" ? value : JSON.stringify(value));

// As shlex.quote does.
const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`);

/** An experiment with changes made in it.
 * @param {object} base as JSON
 * @param {[string, unknown][]} changes dotted paths into what is complete there
 */
export function changed(base, changes) {
  const made = structuredClone(base);
  for (const [path, value] of changes) {
    const names = path.split("."),
      last = names.pop();
    const at = names.reduce((part, name) => (part[name] ??= {}), made);
    at[last] = value;
  }
  return made;
}

/** What a link's `x` holds, as nnlab/config/link.py reads it.
 * @param {object} experiment as JSON
 * @returns {Promise<string>}
 */
export async function linkOf(experiment) {
  const packing = new Blob([JSON.stringify(experiment)]).stream().pipeThrough(new CompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(packing).arrayBuffer());
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `1.${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}
