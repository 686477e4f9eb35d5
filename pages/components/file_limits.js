// Says beside a file chooser, as soon as it is known, which of its files will not be sent and why: Streamlit says it in
// a tooltip, in its own words. While all is well it says what may be chosen.
const REFUSED = /\b(413|429)\b/; // the answer of the server to one file too many within an hour
const NO_ROOM = /\b507\b/;
const OTHER = /\b[45]\d\d\b|Network Error/;

function problem(chip, words) {
  const name = chip.querySelector("[data-testid=stFileChipName]")?.textContent ?? "";
  const why = chip.querySelector("[role=alert]")?.textContent ?? "";
  const said = REFUSED.test(why) ? words.refused : NO_ROOM.test(why) ? words.no_room : OTHER.test(why) ? words.failed : words.too_large;
  return said.replace("{name}", name);
}

export default function ({ data, parentElement }) {
  const says = parentElement.querySelector("p");
  const tell = () => {
    const chips = [...document.querySelectorAll(`.st-key-${data.key} [data-testid=stFileChip]`)];
    const problems = chips.filter((chip) => chip.getAttribute("aria-invalid") === "true");
    const lines = problems.map((chip) => problem(chip, data.words));
    if (chips.length > data.most) lines.unshift(data.words.too_many);
    const text = lines.join("\n") || data.words.hint;
    if (says.textContent !== text) says.textContent = text;
    says.classList.toggle("wrong", lines.length > 0);
  };
  const observer = new MutationObserver(tell);
  const chooser = document.querySelector(`.st-key-${data.key}`) ?? document.body; // it may be drawn after this
  observer.observe(chooser, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-invalid"] });
  tell();
  return () => observer.disconnect();
}
