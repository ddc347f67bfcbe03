// Keys that work wherever the reader is, and the list of them.

const KEYS = [
  [["[", "]"], "previous and next stage", { "[": () => turn(-1), "]": () => turn(1) }],
  [["←", "→"], "the same, outside the graph", { ArrowLeft: () => turn(-1), ArrowRight: () => turn(1) }],
  [["b"], "the graph as it was before the pass", { b: () => show({ peek: !state.peek }) }],
  [["n", "N"], "next and previous operation that the pass changed", { n: () => nextChange(1), N: () => nextChange(-1) }],
  [
    ["/"],
    "search; Enter and Shift Enter go from hit to hit",
    {
      "/": () => {
        $("query").focus();
        $("query").select();
      },
    },
  ],
  [["+", "−"], "zoom", { "+": () => zoomAt(1.3), "=": () => zoomAt(1.3), "-": () => zoomAt(1 / 1.3) }],
  [["0", "w"], "the whole graph, its width", { 0: () => fit("all"), w: () => fit("width") }],
  [["f"], "to the selected operation", { f: () => focusSelected() }],
  [["c"], "colour by precision, drift, time", { c: () => nextColouring() }],
  [["1", "…", "6"], "panels", Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [n, () => openTab(n - 1)]))],
  [["g"], "to the graph; there, arrows follow operands and users, Enter shows the operation", { g: () => $("graph").focus() }],
  [["Esc"], "clear search, highlights, selection", { Escape: () => clear() }],
  [["?"], "this list", { "?": () => toggleHelp() }],
];
const ACTIONS = Object.assign({}, ...KEYS.map(([, , actions]) => actions));

function focusSelected() {
  const node = shown().byId.get(state.node);
  if (node) reveal(node, { readable: true, centre: true });
}

function clear() {
  hideTip();
  if (state.peek) show({ peek: false });
  else if (state.hits) clearSearch();
  else show({ node: null, lit: new Set(), rewrite: null });
}

function toggleHelp() {
  if ($("help").open) $("help").close();
  else $("help").showModal();
}

/** Selects the next node that the pass made, changed, or left where others went: the first one if none of them is selected. */
function nextChange(side) {
  const marks = shownMarks();
  const lost = state.peek ? new Map() : changesOf(state.stage).lost;
  const nodes = shown()
    .nodes.filter((node) => marks.has(node.id) || lost.has(node.id))
    .sort((a, b) => a.y - b.y || a.x - b.x);
  if (!nodes.length) {
    say("This stage changed nothing");
    return;
  }
  const at = nodes.findIndex((node) => node.id === state.node);
  select(nodes[at < 0 ? (side > 0 ? 0 : nodes.length - 1) : (at + side + nodes.length) % nodes.length], {
    readable: true,
    centre: true,
  });
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  if ($("help").open && event.key !== "?") return;
  const field = event.target.closest?.("input:not([type=checkbox]), select, textarea");
  if (field && event.key !== "Escape") return;
  const arrows = event.key.startsWith("Arrow");
  if (arrows && event.target.closest?.("[role=tablist], [role=separator], [role=toolbar], svg, table, #panels")) return;
  const action = ACTIONS[event.key];
  if (!action) return;
  event.preventDefault();
  if (field) field.blur();
  action();
});

function makeHelp() {
  const rows = KEYS.map(([names, text]) =>
    h(
      "tr",
      {},
      h(
        "td",
        {},
        names.map((name) => [h("kbd", {}, name), " "]),
      ),
      h("td", {}, text),
    ),
  );
  $("help").append(
    h("h2", { id: "help-title" }, "Keys"),
    h("table", {}, h("tbody", {}, rows)),
    h(
      "p",
      { class: "dim" },
      "Wheel or pinch zooms, dragging moves, Shift and wheel moves sideways, a double click zooms to an operation.",
    ),
    h("form", { method: "dialog" }, h("button", {}, "Close")),
  );
  $("help-button").addEventListener("click", toggleHelp);
}
