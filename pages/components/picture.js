// A chart saved as a picture says what it is: its title and below it its period, which the page writes elsewhere.
// Plotly copies the layout when its camera is clicked on; what is changed just before is in the picture alone.
const state = (window.guichetPicture ??= { listening: false });
const ROOM = 56; // pixels above the chart
const LEAST = 900; // pixels of width, so that a legend has one line
const FONT = "Arial, Helvetica, sans-serif"; // pictures cannot have the page's: its texts would not fit their room

function picture({ meta: [title, below], font, margin }, height) {
  const text = `<b>${title}</b><br><span style="font-size: 12px; font-weight: 400">${below}</span>`;
  const place = { x: 0, xref: "container", xanchor: "left", y: 1 - 26 / height, yref: "container", pad: { l: 8 } };
  return {
    title: { text, font: { size: 16, family: FONT }, ...place },
    font: { ...font, family: FONT },
    margin: { ...margin, t: margin.t + ROOM },
  };
}

function clicked(event) {
  const graph = event.target.closest?.(".modebar-btn") && event.target.closest(".js-plotly-plot");
  if (!graph?.layout?.meta) return;
  const { layout, _context: settings } = graph;
  const { title, font, margin } = layout;
  const { toImageButtonOptions: usual } = settings;
  const height = layout.height + ROOM;
  settings.toImageButtonOptions = { ...usual, width: Math.max(graph.clientWidth, LEAST), height };
  Object.assign(layout, picture(layout, height));
  setTimeout(() => {
    Object.assign(layout, { title, font, margin });
    settings.toImageButtonOptions = usual;
  });
}

export default function () {
  if (!state.listening) document.addEventListener("click", clicked, true);
  state.listening = true;
}
