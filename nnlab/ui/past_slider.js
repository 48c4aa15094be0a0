// The slider through a run's past. Fetched once a page as text, and run as the body of a function:
// `nnlab/ui/served.py` says why.

const SEND_EVERY = 250; // ms, while somebody drags
const ECHO_WITHIN = 4000; // ms: after that the server's word counts again

const number = new Intl.NumberFormat("en");

function attach(input) {
  const self = { wanted: null, at: 0, dragging: false, send: null, timer: null, sent: null };
  const now = () => Number(input.value) >= Number(input.max);
  const send = () => {
    clearTimeout(self.timer);
    self.timer = null;
    if (self.sent === self.wanted) return;
    self.sent = self.wanted;
    self.send(self.wanted);
  };
  input.addEventListener("input", () => {
    self.wanted = now() ? "now" : Number(input.value);
    self.at = performance.now();
    self.timer ??= setTimeout(send, SEND_EVERY);
    say(input);
  });
  input.addEventListener("change", () => self.timer && send());
  input.addEventListener("pointerdown", () => (self.dragging = true));
  for (const end of ["pointerup", "pointercancel"])
    input.addEventListener(end, () => (self.dragging = false));
  return self;
}

function say(input) {
  const at = Number(input.value) >= Number(input.max);
  const step = `step ${number.format(input.value)} of ${number.format(input.max)}`;
  input.setAttribute("aria-valuetext", input.disabled ? "no run yet" : at ? `now, ${step}` : step);
}

function draw({ data, parentElement, setTriggerValue }) {
  const input = parentElement.querySelector("input");
  const self = (input.nnlab ??= attach(input));
  self.send = (wanted) => setTriggerValue("moved", wanted);
  const told = data.past ?? "now";
  if (self.wanted === told || performance.now() - self.at > ECHO_WITHIN) self.wanted = null;
  if (self.wanted === null) self.sent = told;
  if (self.dragging) return; // a growing run must not move the range under the finger
  const shown = self.wanted ?? told;
  input.min = data.first;
  input.max = Math.max(data.last, data.first + 1);
  input.disabled = data.disabled;
  input.value = shown === "now" ? input.max : shown;
  say(input);
}

return { draw, drop: () => {} };
