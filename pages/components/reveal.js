// The container is a region with a name; once a turn it is scrolled into view and has the focus.
const state = (window.guichetReveal ??= { turns: new Map() });

function show({ key, called }, turned) {
  const region = document.querySelector(`.st-key-${key}`);
  if (!region) return false;
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", called);
  region.tabIndex = -1;
  if (turned) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    region.style.scrollMarginTop = "4rem"; // below Streamlit's header
    region.style.outline = "none";
    region.focus({ preventScroll: true });
    region.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
  }
  return true;
}

// The container may be drawn after this.
function soon(data, turned, tries) {
  if (!show(data, turned) && tries) requestAnimationFrame(() => soon(data, turned, tries - 1));
}

export default function ({ data }) {
  const turned = Boolean(data.turn) && state.turns.get(data.key) !== data.turn;
  state.turns.set(data.key, data.turn);
  soon(data, turned, 60);
}
