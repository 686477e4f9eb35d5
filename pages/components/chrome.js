// Streamlit's own words in the user's language, and the language that the page says it is in.
//
// Only whole texts of Streamlit's own furniture are replaced, never what a person wrote: everything drawn from our side
// (Markdown, tables, fields) is passed by. What was replaced is remembered, so that English can come back.
const OURS = '[data-testid="stMarkdownContainer"],[data-testid="stBidiComponentRegular"],[data-testid="stText"],' +
  '[data-testid="stSidebarNavLink"],textarea,input,pre,code,script,style';
const THEIRS = '[data-testid="stFileUploaderDropzone"]'; // its buttons are drawn as Markdown, and theirs
const ATTRIBUTES = ["aria-label", "placeholder", "title", "data-baseweb-tooltip"];
const state = (window.guichetChrome ??= { words: {}, patterns: [], texts: new Map(), observer: null });

function said(text) {
  const trimmed = text.trim();
  if (Object.hasOwn(state.words, trimmed)) return text.replace(trimmed, state.words[trimmed]);
  for (const [pattern, replacement] of state.patterns)
    if (pattern.test(trimmed)) return text.replace(pattern, replacement);
  return null;
}
function texts(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const ours = node.parentElement?.closest(OURS);
    const french = ours && !ours.closest(THEIRS) ? null : said(node.nodeValue);
    if (french !== null && french !== node.nodeValue) node.nodeValue = french;
  }
}
function labels(root) {
  for (const name of ATTRIBUTES)
    for (const element of root.querySelectorAll(`[${name}]`)) {
      if (element.closest('.stHtml,[data-testid="stMarkdownContainer"]')) continue;
      const french = said(element.getAttribute(name));
      if (french !== null && french !== element.getAttribute(name)) element.setAttribute(name, french);
    }
}
function furnish() { if (document.body) { texts(document.body); labels(document.body); } }

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
  if (!state.observer) {
    let waiting = false;
    state.observer = new MutationObserver(() => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; furnish(); });
    });
    state.observer.observe(document.body, {
      subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
    });
  }
  furnish();
}
