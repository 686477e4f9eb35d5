// Keeps what is typed into a text area on the server, lets E go there, and takes files that are pasted or dropped on it.
const PAUSE = 600; // ms without a keystroke before it is saved
const state = (window.guichetDraft ??= {
  data: null, area: null, timer: 0, kept: "", sending: false, underWay: 0, queue: Promise.resolve(), listening: false,
});

function save(text, keepalive = false) {
  clearTimeout(state.timer);
  state.timer = 0;
  state.kept = text;
  const { address } = state.data;
  const send = () => {
    state.underWay += 1;
    return fetch(address, {
      method: "POST", keepalive, headers: { "content-type": "application/json" }, body: JSON.stringify({ body: text }),
    }).catch(() => { state.kept = null; }).finally(() => { state.underWay -= 1; });
  };
  if (keepalive) send();
  else state.queue = state.queue.then(send); // one after the other: the last one typed is the one kept
}

function typed() {
  state.sending = false;
  clearTimeout(state.timer);
  const { area } = state;
  state.timer = setTimeout(() => save(area.value), PAUSE);
}

function flush() {
  if (!state.timer || state.sending) return;
  const short = state.area.value.length < 15000; // browsers let no more than 64 KiB outlive the page
  save(state.area.value, short);
}

// What is being sent needs no draft any more; where it is refused, the next run saves it (see below).
function sent() { clearTimeout(state.timer); state.timer = 0; state.sending = true; }

function hand_over(files) {
  const input = document.querySelector(`.st-key-${state.data.files} input[type=file]`);
  if (!input || !files.length) return false;
  const bag = new DataTransfer();
  for (const file of files) bag.items.add(file);
  input.files = bag.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function listen() {
  if (state.listening) return;
  state.listening = true;
  const mine = (event) => state.area && event.target === state.area;
  document.addEventListener("input", (event) => mine(event) && typed(), true);
  document.addEventListener("keydown", (event) => {
    if (mine(event) && event.key === "Enter" && (event.ctrlKey || event.metaKey || event.altKey)) sent();
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true], [role=dialog]");
    if (event.key.toLowerCase() === "e" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && state.area) {
      event.preventDefault();
      state.area.scrollIntoView({ block: "center" });
      state.area.focus();
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('[data-testid="stFormSubmitButton"] button') && event.target.closest(`.st-key-${state.data?.form}`)) sent();
  }, true);
  document.addEventListener("paste", (event) => {
    if (mine(event) && hand_over(event.clipboardData.files)) event.preventDefault();
  }, true);
  document.addEventListener("dragover", (event) => {
    if (mine(event) && event.dataTransfer.types.includes("Files")) event.preventDefault();
  }, true);
  document.addEventListener("drop", (event) => {
    if (mine(event) && hand_over(event.dataTransfer.files)) event.preventDefault();
  }, true);
  addEventListener("pagehide", flush);
}

export default function ({ data }) {
  const area = document.querySelector(`.st-key-${data.area} textarea`);
  const before = state.data;
  if (before?.address !== data.address) flush(); // another ticket
  state.data = data;
  if (area && area !== state.area) state.kept = area.value;
  state.area = area;
  listen();
  if (before?.address === data.address && before.area !== data.area) {
    // It was sent: should a save have been under way meanwhile, it must not come back.
    if (state.underWay) save(area?.value ?? "");
  } else if (state.sending && area && area.value && area.value !== state.kept) {
    save(area.value); // it was refused
  }
  state.sending = false;
  return () => { flush(); state.area = null; };
}
