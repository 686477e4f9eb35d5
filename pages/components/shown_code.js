// An access code in the open, for a minute; a click copies it. The server hears of its end, and draws the mask again.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // no clipboard outside of https: it can be selected by hand
    return false;
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [button, code, said] = ["button", "#code", "#said"].map((one) => parentElement.querySelector(one));
  code.textContent = data.code;
  said.textContent = data.hint;
  button.title = data.copy;
  button.onclick = async () => {
    if (await copy(data.code)) said.textContent = data.copied;
  };
  const end = setTimeout(() => {
    code.textContent = data.mask;
    button.onclick = null;
    setTriggerValue("over", true);
  }, data.seconds * 1000);
  return () => clearTimeout(end);
}
