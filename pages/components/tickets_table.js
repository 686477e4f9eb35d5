// Draws the list of tickets and keeps, by reference, what is selected and which row the keyboard is on.
// Runs again whenever the data change: rows are updated in place, so nothing flickers, scrolls or loses the focus.
const boards = new WeakMap();

function make(tag, className = "", attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function plain(event) {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

class Board {
  constructor(root) {
    this.root = root;
    this.rows = new Map();
    this.selected = new Set();
    this.current = this.view = null;
    const part = (selector) => root.querySelector(selector);
    this.board = part(".board");
    this.table = part("table");
    this.caption = part("caption");
    this.all = part("thead input");
    this.titles = [...root.querySelectorAll("thead span")];
    this.body = part("tbody");
    this.hint = part(".hint");
    this.empty = part(".empty");
    this.foot = part("nav");
    [this.position, this.turns] = this.foot.children;
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    this.root.addEventListener("focusin", (event) => this.focused(event));
    this.outside = (event) => { if (event.target === document.body) this.pressed(event); };
    document.addEventListener("keydown", this.outside);
  }

  show({ data, setStateValue, setTriggerValue }) {
    this.tell = setStateValue;
    this.fire = setTriggerValue;
    if (data.view !== this.view) {
      if (this.view && this.board.getBoundingClientRect().top < 0) this.board.scrollIntoView();
      this.view = data.view;
      this.selected.clear();
      this.current = null;
    }
    const words = data.words;
    say(this.caption, words.caption);
    set(this.all, "aria-label", words.select_all);
    set(this.all.parentElement, "data-label", words.select_all);
    set(this.foot, "aria-label", words.pages);
    words.columns.flat().forEach((title, n) => say(this.titles[n], title));
    this.showRows(data.rows);
    say(this.hint, data.hint);
    say(this.empty, data.empty);
    say(this.position, data.position);
    this.table.hidden = data.rows.length === 0;
    this.selectable = data.selectable;
    this.board.classList.toggle("unselectable", !data.selectable);
    this.turns.replaceChildren(...data.turns.map((turn) => {
      const link = make("a", "turn", { href: turn.href, "data-turn": turn.name });
      say(link, turn.label);
      return link;
    }));
    this.foot.hidden = !data.position && data.turns.length === 0;
  }

  showRows(rows) {
    const focus = this.root.activeElement;
    const wanted = new Set(rows.map((row) => row.reference));
    for (const [reference, row] of this.rows) {
      if (wanted.has(reference)) continue;
      row.line.remove();
      this.rows.delete(reference);
      this.selected.delete(reference);
    }
    let place = this.body.firstElementChild;
    for (const facts of rows) {
      const row = this.rows.get(facts.reference) ?? this.newRow(facts);
      this.fill(row, facts);
      if (row.line === place) place = place.nextElementSibling;
      else this.body.insertBefore(row.line, place);
    }
    if (focus?.isConnected && this.root.activeElement !== focus) focus.focus({ preventScroll: true });
    if (!this.rows.has(this.current)) this.current = rows[0]?.reference ?? null;
    this.mark();
  }

  newRow({ reference, client_href }) {
    const line = make("tr", "", { role: "row", "data-reference": reference });
    const row = { line, check: make("input", "", { type: "checkbox" }), parts: {} };
    const part = (name, tag = "span") => (row.parts[name] = make(tag, name));
    const cell = (name, tag, ...inside) => {
      const made = make(tag, name, tag === "th" ? { scope: "row", role: "rowheader" } : { role: "cell" });
      made.append(...inside);
      line.append(made);
    };
    cell("pick", "td", make("label"));
    line.querySelector("label").append(row.check);
    cell("ticket", "td", part("reference"), part("kind"));
    const subject = make("span");
    subject.append(part("news"), part("link", "a"));
    cell("subject", "th", subject, part("why"));
    const second = make("span", "second");
    second.append(part("stars"), part("product"));
    cell("client", "td", part("client", client_href ? "a" : "span"), second);
    cell("urgency", "td", part("urgency"), part("status"));
    cell("assignee", "td", part("assignee"), part("filed", "time"));
    cell("due", "td", part("left"), part("state"));
    this.rows.set(reference, row);
    return row;
  }

  fill({ line, check, parts }, facts) {
    for (const name of ["reference", "kind", "why", "client", "stars", "product", "urgency", "status", "assignee",
      "filed", "left", "state"]) say(parts[name], facts[name]);
    say(parts.news, facts.news ?? "");
    say(parts.link, facts.subject);
    set(parts.link, "href", facts.href);
    if (facts.client_href) set(parts.client, "href", facts.client_href);
    set(parts.client, "data-client", facts.client_id);
    set(parts.stars, "aria-label", facts.stars_said);
    if (facts.stars) set(parts.stars, "role", "img");
    set(parts.filed, "title", facts.filed_at);
    set(parts.left, "title", facts.due_at);
    set(check, "aria-label", facts.select);
    set(parts.urgency, "data-tone", facts.urgency_tone);
    set(line, "data-tone", facts.tone);
  }

  mark() {
    for (const [reference, { line, check }] of this.rows) {
      check.checked = this.selected.has(reference);
      line.classList.toggle("selected", check.checked);
      for (const stop of line.querySelectorAll("input, a")) stop.tabIndex = reference === this.current ? 0 : -1;
    }
    this.all.checked = this.rows.size > 0 && this.selected.size === this.rows.size;
    this.all.indeterminate = this.selected.size > 0 && !this.all.checked;
  }

  select(references, wanted) {
    for (const reference of references) wanted ? this.selected.add(reference) : this.selected.delete(reference);
    this.mark();
    this.tell("selection", { view: this.view, references: [...this.selected] });
  }

  clicked(event) {
    const link = event.target.closest("a");
    if (link && !plain(event)) return; // the browser's own tab
    if (link) event.preventDefault();
    if (link?.dataset.turn) return this.fire("turned", link.dataset.turn);
    if (link?.dataset.client) return this.fire("client", link.dataset.client);
    if (event.target === this.all) return this.select(this.rows.keys(), this.all.checked);
    const reference = event.target.closest("tbody tr")?.dataset.reference;
    if (!reference) return;
    const { check } = this.rows.get(reference);
    if (event.target === check) this.select([reference], check.checked);
    else if (link || (!event.target.closest("label") && getSelection().isCollapsed)) this.fire("opened", reference);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.rows.size) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const inside = event.currentTarget === this.root;
    if (step && (inside || event.key === "j" || event.key === "k")) this.move(inside ? step : 0);
    else if (event.key === "x" && inside && this.selectable) this.select([this.current], !this.selected.has(this.current));
    else return;
    event.preventDefault();
  }

  move(step) {
    const order = [...this.body.children];
    const at = order.indexOf(this.rows.get(this.current).line) + step;
    const line = order[Math.min(Math.max(at, 0), order.length - 1)];
    this.rows.get(line.dataset.reference).parts.link.focus();
    line.scrollIntoView({ block: "nearest" });
  }

  focused(event) {
    const reference = event.target.closest("tbody tr")?.dataset.reference;
    if (!reference || reference === this.current) return;
    this.current = reference;
    this.mark();
  }

  leave() {
    document.removeEventListener("keydown", this.outside);
    boards.delete(this.root);
  }
}

export default function (component) {
  const root = component.parentElement;
  if (!boards.has(root)) boards.set(root, new Board(root));
  const board = boards.get(root);
  board.show(component);
  return () => board.leave();
}
