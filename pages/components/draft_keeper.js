// Keeps what is typed into a text area on the server, lets E go there, and takes files that are pasted or dropped on it.
// Nothing is sent while a chosen file did not arrive: Streamlit would leave it out and send the rest.
// What the server does not have yet, and the names of files that were chosen and not sent, stay in this tab's own store
// under the user's number: they outlive a lost connection, a session that ends and a reload. chrome.js clears what is
// another user's.
const PAUSE = 600; // ms without a keystroke before it is saved
const AGAIN = 3000; // ms until a save that the server could not take is tried again
const KEEPALIVE = 15000; // signs: browsers let no more than 64 KiB outlive the page
const state = (window.guichetDraft ??= {
  data: null, typed: null, kept: null, timer: 0, sending: false, underWay: 0, queue: Promise.resolve(), listening: false, says: null, missing: null,
});

// Looked up each time: the text area may be drawn after this component, and drawn anew.
const area = () => state.data && document.querySelector(`.st-key-${state.data.area} textarea`);
const mine = (event) => event.target instanceof HTMLTextAreaElement && event.target === area();

const place = (what, data = state.data) => `guichet-${what} ${data.user} ${data.address}`;

function store(key, value) {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch { /* full, or forbidden: the server still keeps the draft */ }
}

function stored(key) {
  try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; }
}

function save(text, last = false) {
  clearTimeout(state.timer);
  state.timer = 0;
  state.kept = text;
  const data = state.data;
  const send = async () => {
    state.underWay += 1;
    try {
      const answer = await fetch(data.address, {
        method: "POST",
        keepalive: last && text.length < KEEPALIVE,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ body: text }),
      });
      if (answer.status >= 500) throw new Error(answer.statusText); // the server cannot keep it now
      if (answer.ok && stored(place("typed", data)) === text) store(place("typed", data), "");
    } catch {
      state.kept = null;
      if (state.data?.address === data.address && !state.timer) state.timer = setTimeout(() => save(state.typed ?? text), AGAIN);
    } finally {
      state.underWay -= 1;
    }
  };
  if (last) send();
  else state.queue = state.queue.then(send); // one after the other: what was typed last is what is kept
}

function typed(text) {
  state.typed = text;
  store(place("typed"), text);
  state.sending = false;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(text), PAUSE);
}

function flush() {
  if (state.timer && !state.sending) save(state.typed, true);
}

// Streamlit's button on a file that is still on its way, in its words and in ours.
const UNDER_WAY = ':is([aria-label^="Cancel upload of"], [aria-label^="Annuler l’envoi de"])';

function refusal() {
  const chips = `.st-key-${state.data.files} [data-testid=stFileChip]`;
  const waiting = document.querySelector(`${chips}:has(${UNDER_WAY})`);
  if (waiting) return state.data.under_way.replace("{name}", waiting.querySelector("[data-testid=stFileChipName]").textContent);
  const chip = document.querySelector(`${chips}[aria-invalid=true]`);
  if (!chip) return "";
  const why = chip.querySelector("[role=alert]")?.textContent ?? "";
  const failed = /\b[45]\d\d\b|Network Error/.test(why);
  const said = /\b507\b/.test(why) ? state.data.no_room : failed ? state.data.failed : state.data.too_large;
  return said.replace("{name}", chip.querySelector("[data-testid=stFileChipName]").textContent);
}

// What is being sent needs no draft any more; where it is refused, the next run saves it after all.
function sent(event) {
  state.says.textContent = refusal();
  if (state.says.textContent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  clearTimeout(state.timer);
  state.timer = 0;
  state.sending = true;
}

// What a former session of this tab had not saved goes back where it was typed, until it stays there: the page may still
// be drawn. Leaving the area hands the text over.
const SETTLED = 2500; // ms

function restore(text, { address, area: into } = state.data, until = performance.now() + SETTLED) {
  const elsewhere = state.data && (state.data.address !== address || state.data.area !== into);
  const typing = state.typed !== null && state.typed !== text;
  if (!text || elsewhere || typing) return;
  const found = area(); // none while the page is being drawn
  if (found && found.value !== text) put(found, text);
  else if (found && state.kept !== text) save(text);
  if (performance.now() < until) setTimeout(restore, 150, text, { address, area: into }, until);
}

function put(found, text) {
  const before = document.activeElement;
  found.focus({ preventScroll: true });
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(found, text);
  found.dispatchEvent(new Event("input", { bubbles: true }));
  found.blur();
  if (before instanceof HTMLElement && before !== document.body && before !== found) before.focus({ preventScroll: true });
}

const box = () => state.data?.files && document.querySelector(`.st-key-${state.data.files}`);
const chosen = () => [...(box()?.querySelectorAll("[data-testid=stFileChipName]") ?? [])].map((chip) => chip.textContent);

function note_files() {
  if (!box()) return;
  const names = chosen();
  store(place("files"), names.length ? JSON.stringify(names) : "");
  if (names.length) state.missing.textContent = "";
}

function tell_missing() {
  if (chosen().length) return;
  let names = [];
  try { names = JSON.parse(stored(place("files")) || "[]"); } catch { /* not ours */ }
  state.missing.textContent = names.length ? state.data.choose_again.replace("{names}", names.join(", ")) : "";
}

function attach(files) {
  const input = document.querySelector(`.st-key-${state.data.files} input[type=file]`);
  if (!input || !files?.length) return false;
  const bag = new DataTransfer();
  for (const file of files) bag.items.add(file);
  input.files = bag.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function key_pressed(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (mine(event) && event.key === "Enter" && modified) sent(event);
  const typing = event.target.closest?.("input, textarea, select, [contenteditable=true], [role=dialog]");
  if (event.key.toLowerCase() !== "e" || typing || modified || !area()) return;
  event.preventDefault();
  area().scrollIntoView({ block: "center" });
  area().focus();
}

function clicked(event) {
  const button = event.target.closest?.(":is([data-testid=stFormSubmitButton], [data-testid=stButton]) button");
  if (state.data && button?.closest(`.st-key-${state.data.form}_box`)) sent(event);
}

function listen() {
  if (state.listening) return;
  state.listening = true;
  const on = (name, act) => document.addEventListener(name, act, true);
  on("input", (event) => mine(event) && typed(event.target.value));
  on("keydown", key_pressed);
  on("click", clicked);
  on("paste", (event) => mine(event) && attach(event.clipboardData?.files) && event.preventDefault());
  on("dragover", (event) => mine(event) && event.dataTransfer.types.includes("Files") && event.preventDefault());
  on("drop", (event) => mine(event) && attach(event.dataTransfer.files) && event.preventDefault());
  const changed = (event) => box()?.contains(event.target) && setTimeout(note_files, 300);
  on("change", changed);
  on("click", changed);
  addEventListener("beforeunload", (event) => chosen().length && event.preventDefault());
  addEventListener("pagehide", flush);
}

export default function ({ data, parentElement }) {
  const before = state.data;
  const same = before?.address === data.address;
  if (!same) {
    flush();
    state.typed = null;
  }
  const told = same && state.says.textContent; // leaving the text area draws the page anew, right after the click
  state.data = data;
  state.says = parentElement.querySelector("[role=alert]");
  state.missing = parentElement.querySelector("[role=status]");
  state.says.textContent = told ? refusal() : "";
  listen();
  if (same && before.area !== data.area) {
    // It was sent. Should a save have been under way meanwhile, it must not come back.
    if (state.underWay) save("");
    state.typed = null;
    store(place("typed"), "");
    store(place("files"), "");
  } else if (state.sending && state.typed && state.typed !== state.kept) {
    save(state.typed); // it was refused, or the session had ended
    restore(state.typed);
  }
  state.sending = false;
  if (!same) restore(stored(place("typed")));
  tell_missing();
  return () => { flush(); state.data = null; };
}
