// Streamlit's own words in the user's language, and the language that the page says it is in.
//
// Only whole texts of Streamlit's own furniture are replaced, never what a person wrote: everything drawn from our side
// (Markdown, tables, fields) is passed by. What was replaced is remembered, so that English can come back.
const OURS = '[data-testid="stMarkdownContainer"],[data-testid="stBidiComponentRegular"],[data-testid="stText"],' +
  '[data-testid="stSidebarNavLink"],textarea,input,pre,code,script,style';
const WRITTEN = '.stHtml,[data-testid="stMarkdownContainer"]';
const THEIRS = '[data-testid="stFileUploaderDropzone"]'; // its buttons are drawn as Markdown, and theirs
const ATTRIBUTES = ["aria-label", "aria-valuetext", "placeholder", "title", "data-baseweb-tooltip"];
const LABELLED = ATTRIBUTES.map((name) => `[${name}]`).join();
const MOST_KNOWN = 5000;
const state = (window.guichetChrome ??= { words: {}, patterns: [], known: new Map(), changed: new Set(), observer: null });

// Most texts come again and again: what each becomes, null for one that stays, is known after the first time.
function said(text) {
  if (state.known.has(text)) return state.known.get(text);
  if (state.known.size >= MOST_KNOWN) state.known.clear();
  const found = looked_up(text);
  state.known.set(text, found);
  return found;
}
function looked_up(text) {
  const trimmed = text.trim();
  if (Object.hasOwn(state.words, trimmed)) return text.replace(trimmed, state.words[trimmed]);
  for (const [pattern, replacement] of state.patterns)
    if (pattern.test(trimmed)) return text.replace(pattern, replacement);
  return null;
}
function speak(node) {
  const ours = node.parentElement?.closest(OURS);
  const french = ours && !ours.closest(THEIRS) ? null : said(node.nodeValue);
  if (french !== null && french !== node.nodeValue) node.nodeValue = french;
}
function label(element) {
  if (element.closest(WRITTEN)) return;
  for (const name of ATTRIBUTES) {
    const text = element.getAttribute(name);
    const french = text && said(text);
    if (french && french !== text) element.setAttribute(name, french);
  }
}
// Only what has changed is looked at: a page of a thousand texts is not read again for one of them.
function furnish(root) {
  if (root.nodeType === Node.TEXT_NODE) return speak(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) speak(node);
  label(root);
  for (const element of root.querySelectorAll(LABELLED)) label(element);
}
function changed(records) {
  const first = state.changed.size === 0;
  for (const record of records)
    if (record.type === "childList") for (const node of record.addedNodes) state.changed.add(node);
    else state.changed.add(record.target);
  if (!first || state.changed.size === 0) return;
  requestAnimationFrame(() => {
    const nodes = [...state.changed];
    state.changed.clear();
    for (const node of nodes) if (node.isConnected) furnish(node);
  });
}

// What a former user of this tab had typed is nobody's business; nor is one's own, once one has signed out here.
function clear_the_former(user, left) {
  if (!user && !left) return;
  try {
    for (const key of Object.keys(sessionStorage))
      if (/^guichet-(typed|files) /.test(key) && (left || key.split(" ")[1] !== user)) sessionStorage.removeItem(key);
  } catch { /* forbidden: then nothing is in it */ }
}

export default function ({ data }) {
  clear_the_former(data.user, data.left);
  if (document.documentElement.lang !== data.language) document.documentElement.lang = data.language;
  const wasFrench = Object.keys(state.words).length > 0;
  state.words = data.words;
  state.patterns = data.patterns.map(([pattern, replacement]) => [new RegExp(pattern), replacement]);
  state.stale = wasFrench && data.language === "en";
  if (state.stale) {
    if (!data.awaits || window.guichetHandedOver === data.awaits) location.reload();
    return;
  }
  if (data.language === "en") { state.observer?.disconnect(); state.observer = null; return; }
  state.known.clear();
  if (!state.observer) {
    state.observer = new MutationObserver(changed);
    state.observer.observe(document.body, {
      subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
    });
  }
  furnish(document.body);
}
