// Draws tiles and tabs as links; a plain click asks Python for the view, any other opens the browser's own tab.

function show(place, index, item, fire) {
  const link = place.querySelector("a, span.figure") ?? place.appendChild(document.createElement("a"));
  if (link.children.length === 0) link.append(document.createElement("b"), document.createElement("span"));
  const [count, label] = link.children;
  if (count.textContent !== item.count) count.textContent = item.count;
  if (label.textContent !== item.label) label.textContent = item.label;
  link.dataset.tone = item.tone;
  if (item.href) link.setAttribute("href", item.href);
  if (item.current) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
  link.onclick = (event) => {
    if (!item.href || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    fire("picked", index);
  };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const tiles = parentElement.querySelector(".tiles");
  const tabs = parentElement.querySelector(".tabs");
  tiles.setAttribute("aria-label", data.tiles_label);
  tabs.setAttribute("aria-label", data.tabs_label);
  data.tiles.forEach((tile, n) => {
    const place = tiles.children[n] ?? tiles.appendChild(document.createElement("li"));
    show(place, n, tile, setTriggerValue);
  });
  data.tabs.forEach((tab, n) => {
    const place = tabs.children[n] ?? tabs.appendChild(document.createElement("div"));
    show(place, data.tiles.length + n, tab, setTriggerValue);
  });
}
