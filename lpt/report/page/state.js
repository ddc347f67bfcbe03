// What the reader looks at. `show({...})` changes it, tells those who asked, and writes what makes a link into the address.

const state = {
  stage: last,
  node: null,
  tab: "overview",
  by: "kind",
  rewrite: null,
  peek: false,
  hover: null,
  lit: new Set(),
  hits: null,
  focused: null,
};
const LINKED = ["stage", "node", "tab", "by", "rewrite"];
const watchers = [];

/** Calls `react(state, changed)` after each change of one of the named keys. */
function watch(keys, react) {
  watchers.push({ keys: new Set(keys), react });
}

function show(patch, { address = true } = {}) {
  const changed = Object.keys(patch).filter((key) => state[key] !== patch[key]);
  if (!changed.length) return;
  const previous = { ...state };
  Object.assign(state, patch);
  for (const { keys, react } of watchers) {
    if (changed.some((key) => keys.has(key))) react(state, changed, previous);
  }
  if (address && changed.some((key) => LINKED.includes(key))) writeAddress();
}

let written = "";

function writeAddress() {
  const words = new URLSearchParams();
  words.set("stage", state.stage);
  for (const key of LINKED.slice(1)) if (state[key] !== null && state[key] !== "kind") words.set(key, state[key]);
  written = `#${words}`;
  try {
    history.replaceState(null, "", written);
  } catch {
    written = ""; // a frame without an address of its own, as in a notebook: links are not to be had there
  }
}

/** What the address asks for, as far as it exists. */
function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  const number = (key, most) => {
    const value = words.has(key) ? Number(words.get(key)) : NaN;
    return Number.isInteger(value) && value >= 0 && value <= most ? value : null;
  };
  const patch = { node: number("node", Infinity), rewrite: number("rewrite", rewrites.length - 1) };
  const stage = number("stage", last);
  if (stage !== null) patch.stage = stage;
  if (patch.node !== null && !graphOf(stage ?? state.stage).byId.has(patch.node)) patch.node = null;
  if (Object.hasOwn(panels, words.get("tab") ?? "")) patch.tab = words.get("tab");
  patch.by = Object.hasOwn(COLOURINGS, words.get("by") ?? "") ? words.get("by") : "kind";
  return patch;
}

window.addEventListener("hashchange", () => {
  if (location.hash !== written) show(readAddress(), { address: false });
});
