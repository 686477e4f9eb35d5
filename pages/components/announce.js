// Says the name of a page aloud when it has changed without a load: Streamlit changes the page in place.
const QUIET = 400; // ms: a page may give itself its name in two steps
const state = (window.guichetAnnounce ??= { said: document.title, timer: 0, area: null });

function area() {
  if (!state.area?.isConnected) {
    state.area = Object.assign(document.createElement("div"), { id: "guichet-page" });
    state.area.setAttribute("role", "status");
    state.area.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
    document.body.append(state.area);
  }
  return state.area;
}

function say() {
  if (document.title === state.said) return;
  state.said = document.title;
  area().textContent = document.title;
}

export default function () {
  area();
  if (state.observer) return;
  state.observer = new MutationObserver(() => {
    clearTimeout(state.timer);
    state.timer = setTimeout(say, QUIET);
  });
  state.observer.observe(document.head, { subtree: true, childList: true, characterData: true });
}
