// The reference; a click copies it.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no clipboard outside of https
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

export default function ({ data, parentElement }) {
  const [button, said] = [parentElement.querySelector("button"), parentElement.querySelector("#said")];
  parentElement.querySelector("#reference").textContent = data.reference;
  button.title = data.copy;
  button.onclick = async () => {
    await copy(data.reference);
    said.textContent = data.copied;
    setTimeout(() => { said.textContent = ""; }, 1500);
  };
}
