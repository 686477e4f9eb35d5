// Runs before Streamlit in the page that every address begins with; shell.py writes the data in.
const desk = DATA;

// One place to ask, whatever page the address names; and no dialog in Streamlit's words: the banner below has ours.
window.__streamlit = { BACKEND_BASE_URL: location.origin + desk.base, HOST_CONFIG: { blockErrorDialogs: true } };

// Streamlit enters a page that it switches to into the history twice: what stands behind the "?" first, at the path of
// the page that is left. The second takes the place of the first, and Back leads to the page that was left.
const here = () => named(location);
const named = ({ pathname, search }) => `${pathname}?${[...new URLSearchParams(search)].map(String).sort().join("&")}`;
const push = history.pushState.bind(history);
let half = null; // the search of the entry made since the user last did something
history.pushState = (state, title, url) => {
  const next = new URL(url, location.href);
  const second = next.pathname !== location.pathname && half !== null && next.search === half;
  half = next.pathname === location.pathname ? next.search : null;
  if (second) history.replaceState({ ...state, from: history.state?.from }, title, url);
  else push({ ...state, from: here() }, title, url);
  place.arrived();
};
for (const by of ["pointerdown", "keydown", "popstate"]) addEventListener(by, () => { half = null; }, true);

// Where each address was scrolled to: the browser's Back, a reload and the page's own way back return there.
const PREFIX = "guichet-scroll ";
const place = {
  address: here(),
  returning: null,
  left: false, // a click or a key may lead away: what moves then was not scrolled by the reader
  wanted: 0,
  ran: false, // has the page that is returned to begun to be drawn? Until then it is the one that is left
  until: 0,
  main: () => document.querySelector("[data-testid=stMain]"),
  arrived() {
    this.address = here();
    if (this.address === this.returning) this.back();
  },
  note(event) {
    if (event.target !== this.main() || this.until || this.left) return;
    try { sessionStorage.setItem(PREFIX + this.address, Math.round(event.target.scrollTop)); } catch { /* full, or forbidden */ }
  },
  back() {
    this.returning = null;
    this.address = here();
    this.wanted = Number(sessionStorage.getItem(PREFIX + this.address) ?? 0);
    this.ran = false;
    this.until = this.wanted ? performance.now() + 8000 : 0;
    if (this.until) requestAnimationFrame(() => this.restore());
  },
  restore() {
    const main = this.main();
    if (!this.until) return;
    if (main && main.scrollHeight - main.clientHeight >= this.wanted) main.scrollTop = this.wanted;
    const idle = document.querySelector("[data-test-script-state=notRunning]");
    this.ran ||= !idle || this.until - performance.now() < 6000;
    const settled = this.ran && idle && main?.scrollTop === this.wanted;
    if (settled || performance.now() > this.until) this.until = 0;
    else requestAnimationFrame(() => this.restore());
  },
};
addEventListener("scroll", (event) => place.note(event), { capture: true, passive: true });
addEventListener("popstate", () => place.back());
const SCROLLING = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "]);
for (const by of ["wheel", "touchmove", "keydown", "pointerdown", "click"])
  addEventListener(by, (event) => {
    place.until = 0;
    place.left = by === "click" || (by === "keydown" && !SCROLLING.has(event.key));
  }, { capture: true, passive: true });
addEventListener("click", (event) => {
  const link = event.target.closest?.(".st-key-way_back a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (history.state?.from === named(link)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    history.back();
  } else place.returning = named(link);
}, true);
if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") place.back();

// The page is shown once it is drawn: while Streamlit puts it together, everything in it jumps.
const LONGEST_DRAWING = 1500; // ms after its first element: what takes longer is shown as it comes
const drawing = {
  since: 0,
  still: 0,
  root: document.documentElement,
  begin() {
    this.root.classList.add("guichet-drawing");
    requestAnimationFrame(() => this.look());
  },
  look() {
    const main = document.querySelector("[data-testid=stMain]");
    if (!this.since && main?.querySelector("[data-testid=stElementContainer]")) this.since = performance.now();
    const still = this.since && document.querySelector("[data-test-script-state=notRunning]") &&
      !document.querySelector("[data-testid=stSkeleton], [data-stale=true]");
    this.still = still ? this.still + 1 : 0;
    if (this.still > 4 || (this.since && performance.now() - this.since > LONGEST_DRAWING)) this.end();
    else requestAnimationFrame(() => this.look());
  },
  end() {
    this.root.classList.remove("guichet-drawing");
  },
};
drawing.begin();

// The connection: Streamlit says how it stands on an attribute. A short break is not worth a word.
const PATIENCE = 2500; // ms
const connection = {
  timer: 0,
  seen: false,
  watch() {
    const state = document.querySelector("[data-test-connection-state]")?.dataset.testConnectionState;
    if (state === "CONNECTED") this.seen = true;
    const lost = state && state !== "CONNECTED" && (this.seen || state !== "INITIAL");
    if (!lost) {
      clearTimeout(this.timer);
      this.timer = 0;
      this.show(false);
    } else if (!this.timer) this.timer = setTimeout(() => this.show(true), PATIENCE);
  },
  show(lost) {
    let banner = document.getElementById("guichet-connection");
    if (!lost) return banner?.remove();
    if (banner) return;
    const words = desk.words[document.documentElement.lang] ?? desk.words.fr;
    banner = Object.assign(document.createElement("div"), { id: "guichet-connection" });
    banner.setAttribute("role", "status");
    banner.append(Object.assign(document.createElement("b"), { textContent: words.lost }), ` ${words.kept}`);
    document.body.append(banner);
  },
};
addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => connection.watch()).observe(document.getElementById("root"), {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-connection-state"],
  });
});
