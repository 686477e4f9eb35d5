// Keeps what is typed into a text area on the server, lets E go there, and takes files that are pasted or dropped on it.
// Nothing is sent while a chosen file did not arrive: Streamlit would leave it out and send the rest.
const PAUSE = 600; // ms without a keystroke before it is saved
const KEEPALIVE = 15000; // signs: browsers let no more than 64 KiB outlive the page
const state = (window.guichetDraft ??= {
  data: null, typed: null, kept: null, timer: 0, sending: false, underWay: 0, queue: Promise.resolve(), listening: false, says: null,
});

// Looked up each time: the text area may be drawn after this component, and drawn anew.
const area = () => state.data && document.querySelector(`.st-key-${state.data.area} textarea`);
const mine = (event) => event.target instanceof HTMLTextAreaElement && event.target === area();

function save(text, last = false) {
  clearTimeout(state.timer);
  state.timer = 0;
  state.kept = text;
  const { address } = state.data;
  const send = async () => {
    state.underWay += 1;
    try {
      await fetch(address, {
        method: "POST",
        keepalive: last && text.length < KEEPALIVE,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ body: text }),
      });
    } catch {
      state.kept = null; // no connection: the next keystroke tries again
    } finally {
      state.underWay -= 1;
    }
  };
  if (last) send();
  else state.queue = state.queue.then(send); // one after the other: what was typed last is what is kept
}

function typed(text) {
  state.typed = text;
  state.sending = false;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(text), PAUSE);
}

function flush() {
  if (state.timer && !state.sending) save(state.typed, true);
}

function refusal() {
  const chip = document.querySelector(`.st-key-${state.data.files} [data-testid=stFileChip][aria-invalid=true]`);
  if (!chip) return "";
  const failed = /\b[45]\d\d\b|Network Error/.test(chip.querySelector("[role=alert]")?.textContent ?? "");
  const said = failed ? state.data.failed : state.data.too_large;
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
  state.says = parentElement.querySelector("p");
  state.says.textContent = told ? refusal() : "";
  listen();
  if (same && before.area !== data.area) {
    // It was sent. Should a save have been under way meanwhile, it must not come back.
    if (state.underWay) save("");
    state.typed = null;
  } else if (state.sending && state.typed && state.typed !== state.kept) {
    save(state.typed); // it was refused
  }
  state.sending = false;
  return () => { flush(); state.data = null; };
}
