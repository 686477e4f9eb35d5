// Once a turn the cursor goes into the field, unless somebody is typing elsewhere; later, whenever the key is pressed.
const state = (window.guichetFocus ??= { data: null, turn: null, listening: false });

const field = () => (state.data ? document.querySelector(`.st-key-${state.data.field} input`) : null);
const typing = (at) => at?.closest?.("input, textarea, select, [contenteditable=true], [role=dialog]");

function go() {
  const found = field();
  found?.focus();
  found?.select();
  return found !== null && document.activeElement === found;
}

function pressed(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (modified || event.key.toLowerCase() !== state.data?.key || typing(event.target) || !field()) return;
  event.preventDefault();
  go();
}

// The field may be drawn, or shown, after this.
function soon(tries) {
  if (!go() && tries) requestAnimationFrame(() => soon(tries - 1));
}

export default function ({ data }) {
  state.data = data;
  if (!state.listening) document.addEventListener("keydown", pressed, true);
  state.listening = true;
  if (data.turn && state.turn !== data.turn && !typing(document.activeElement)) soon(300);
  state.turn = data.turn;
  return () => { state.data = null; state.turn = null; };
}
