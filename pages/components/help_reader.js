// Tells which articles were read and whether they helped, and jumps within the page. The page itself is drawn elsewhere.
// Read is what was jumped to, played, or stood before the reader for a while.
const WHILE = 6; // seconds
const state = (window.guichetHelp ??= {
  data: null, tell: null, seconds: new Map(), read: new Set(), waiting: new Set(), opened: "", timer: 0, listening: false,
});
const articles = () => document.querySelectorAll(".help [data-article]");
const number = (article) => Number(article.dataset.article);

function note(article) {
  const id = number(article);
  if (!state.data?.counts || state.read.has(id)) return;
  state.read.add(id);
  state.waiting.add(id);
}

function tell() {
  if (!state.waiting.size) return;
  state.tell?.("read", [...state.waiting]);
  state.waiting.clear();
}

// Wholly in sight, or filling half of it.
function before_the_reader(article) {
  const { top, bottom, height } = article.getBoundingClientRect();
  const shown = Math.min(bottom, innerHeight) - Math.max(top, 0);
  return shown > 0 && (shown >= height - 1 || shown >= innerHeight / 2);
}

function tick() {
  if (document.hidden) return;
  for (const article of articles()) {
    if (!before_the_reader(article)) continue;
    const seconds = (state.seconds.get(number(article)) ?? 0) + 1;
    state.seconds.set(number(article), seconds);
    if (seconds >= WHILE) note(article);
  }
  tell();
}

function jump(place) {
  const target = /^[a-z]+(-\d+)?$/.test(place) && document.querySelector(`.help #${place}`);
  if (!target) return false;
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
  if (target.matches("[data-article]")) { note(target); tell(); }
  return true;
}

function vote(button) {
  const article = button.closest("[data-article]");
  for (const other of article.querySelectorAll("[data-vote]"))
    other.setAttribute("aria-pressed", String(other === button));
  article.querySelector(".thanks").textContent = state.data.thanks;
  state.tell?.("vote", { article: number(article), helpful: button.dataset.vote === "yes" });
}

function clicked(event) {
  const link = event.target.closest?.("a[data-to]");
  const button = event.target.closest?.(".help [data-vote]");
  const film = event.target.closest?.(".help .film a");
  if (button) vote(button);
  if (film) { note(film.closest("[data-article]")); tell(); }
  if (link && !event.ctrlKey && !event.metaKey && jump(link.dataset.to)) event.preventDefault();
}

function failed(event) {
  const film = event.target.closest?.(".help video");
  if (!film || film.nextElementSibling?.matches(".unplayable")) return;
  const said = document.createElement("p");
  said.className = "unplayable";
  said.setAttribute("role", "alert");
  said.textContent = state.data.unplayable;
  film.after(said);
}

function listen() {
  if (state.listening) return;
  state.listening = true;
  document.addEventListener("click", clicked);
  document.addEventListener("error", failed, true);
  document.addEventListener("play", (event) => {
    const article = event.target.closest?.(".help [data-article]");
    if (article) { note(article); tell(); }
  }, true);
}

// The page may be drawn after this component: it is awaited, for a moment.
function open(place, tries = 40) {
  if (!place || state.opened === location.href) return;
  if (jump(place)) state.opened = location.href;
  else if (tries) setTimeout(open, 50, place, tries - 1);
}

export default function ({ data, setTriggerValue }) {
  state.data = data;
  state.tell = setTriggerValue;
  listen();
  open(data.at);
  state.timer ||= setInterval(tick, 1000);
  return () => { clearInterval(state.timer); state.timer = 0; state.tell = null; };
}
