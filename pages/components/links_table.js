// Draws a list whose rows are links. Every text is put in as text: names and subjects come from strangers.
const boards = new WeakMap();

function make(tag, className, text, attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function plain(event) {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

function cell(column, told, first, href) {
  const attributes = first ? { scope: "row", role: "rowheader" } : { role: "cell" };
  if (!first) attributes["data-label"] = column.title;
  const made = make(first ? "th" : "td", column.align, "", attributes);
  if (told.tone) made.dataset.tone = told.tone;
  made.append(first ? make("a", "first", told.text, { href }) : make("span", "first", told.text, told.title ? { title: told.title } : {}));
  if (told.second) made.append(make("span", "second", told.second));
  return made;
}

function show(root, { data, setTriggerValue }) {
  const part = (selector) => root.querySelector(selector);
  part("caption").textContent = data.caption;
  part("thead tr").replaceChildren(...data.columns.map((column) =>
    make("th", column.align, column.title, { scope: "col", role: "columnheader", ...(column.width ? { style: `width:${column.width}` } : {}) })));
  part("tbody").replaceChildren(...data.rows.map((row) => {
    const line = make("tr", "", "", { role: "row", "data-key": row.key });
    line.append(...row.cells.map((told, n) => cell(data.columns[n], told, n === 0, row.href)));
    return line;
  }));
  part("table").hidden = data.rows.length === 0;
  part(".empty").textContent = data.empty;
  part("nav").hidden = data.turns.length === 0;
  part("nav").replaceChildren(...data.turns.map((turn) =>
    make("a", "turn", turn.label, { href: turn.href, "data-turn": turn.name })));
  boards.set(root, setTriggerValue);
}

function clicked(event) {
  const link = event.target.closest("a");
  if (!plain(event)) return; // the browser's own tab
  const tell = boards.get(event.currentTarget);
  if (link?.dataset.turn) {
    event.preventDefault();
    return tell("turned", link.dataset.turn);
  }
  const line = event.target.closest("tbody tr");
  if (!line || (!link && !getSelection().isCollapsed)) return;
  event.preventDefault();
  tell("opened", line.dataset.key);
}

export default function (component) {
  const root = component.parentElement;
  if (!boards.has(root)) root.addEventListener("click", clicked);
  show(root, component);
  return () => {
    root.removeEventListener("click", clicked);
    boards.delete(root);
  };
}
