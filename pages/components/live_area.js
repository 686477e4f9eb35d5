// A pause in typing does what Ctrl+Enter does: the text area hands over what it holds, and what follows from it is drawn.
const PAUSE = 500; // ms
const state = (window.guichetLive ??= { key: "", timer: 0, listening: false });

function apply(area) {
  if (!area.isConnected || document.activeElement !== area) return;
  area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }));
}

function typed(event) {
  const area = event.target;
  if (event.isComposing || !(area instanceof HTMLTextAreaElement) || !area.closest(`.st-key-${state.key}`)) return;
  clearTimeout(state.timer);
  state.timer = setTimeout(apply, PAUSE, area);
}

export default function ({ data }) {
  state.key = data.key;
  if (!state.listening) document.addEventListener("input", typed, true);
  state.listening = true;
  return () => clearTimeout(state.timer);
}
