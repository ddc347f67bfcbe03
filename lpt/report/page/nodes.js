// The graph for keyboards and screen readers: an option for each operation in sight, lying where it is drawn.

const MOST_OPTIONS = 300;
let mirrorTimer = 0;

function mirrorSoon() {
  $("graph").setAttribute("aria-busy", "true");
  clearTimeout(mirrorTimer);
  mirrorTimer = setTimeout(mirror, 60);
}

function mirror() {
  const graph = shown();
  const marks = shownMarks();
  let nodes = graph.nodes.filter(onScreen);
  if (nodes.length > MOST_OPTIONS) nodes = nodes.filter((node, i) => i % Math.ceil(nodes.length / MOST_OPTIONS) === 0);
  const selected = graph.byId.get(state.node);
  if (selected && !nodes.includes(selected)) nodes.push(selected);
  $("graph").replaceChildren(...nodes.map((node) => option(node, graph.nodes.length, marks.get(node.id))));
  $("graph").setAttribute("aria-label", `Operations of stage ${data.stages[shownStage()].name}, ${graph.nodes.length} in all`);
  if (selected) $("graph").setAttribute("aria-activedescendant", `op-${selected.id}`);
  else $("graph").removeAttribute("aria-activedescendant");
  $("graph").setAttribute("aria-busy", "false");
}

function option(node, all, mark) {
  const [sx, sy] = screenOf(node);
  const [w, height] = [node.w * view.k, HEIGHT * view.k];
  const element = h("div", {
    role: "option",
    id: `op-${node.id}`,
    "data-kind": node.version.kind,
    "data-mark": mark ?? null,
    "aria-selected": String(node.id === state.node),
    "aria-setsize": all,
    "aria-posinset": node.i + 1,
    "aria-label": [describe(node.version), mark && `${mark} in this stage`].filter(Boolean).join(", "),
  });
  Object.assign(element.style, { left: `${sx - w / 2}px`, top: `${sy - height / 2}px`, width: `${w}px`, height: `${height}px` });
  return element;
}

/** Selects an operation of the drawn graph. */
function select(node, { tab = null, readable = false, centre = false, tip = false } = {}) {
  show({ node: node.id, ...(tab ? { tab } : {}) });
  reveal(node, { readable, centre });
  mirror();
  say([describe(node.version), shownMarks().get(node.id)].filter(Boolean).join(", "));
  if (tip) tipAtNode(node);
}

/** Shows an operation given by id at a stage, or its counterpart there. */
function goTo(stage, version, options = {}) {
  show({ peek: false, stage });
  const node = counterpart(version, stage);
  if (node) select(node, { readable: true, centre: true, ...options });
}

/** The nearest node beside this one (`side` −1 or 1), else the one before or after it in order. */
function neighbour(node, side) {
  const beside = shown().nodes.filter((other) => Math.abs(other.y - node.y) < HEIGHT && (other.x - node.x) * side > 0);
  beside.sort((a, b) => Math.abs(a.x - node.x) - Math.abs(b.x - node.x));
  return beside[0] ?? shown().nodes[node.i + side];
}

/** Where an arrow key leads from the selected node; from nowhere, to the node nearest the middle. */
function step(key) {
  const { nodes, byId } = shown();
  const at = byId.get(state.node);
  if (key === "Home") return nodes[0];
  if (key === "End") return nodes.at(-1);
  if (!at) return nodes.filter(onScreen)[0] ?? nodes[0];
  if (key === "ArrowDown") return at.users[0] ?? nodes[at.i + 1];
  if (key === "ArrowUp") return at.sources[0] ?? nodes[at.i - 1];
  return neighbour(at, key === "ArrowRight" ? 1 : -1);
}

$("graph").addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
    const node = step(event.key);
    if (node) select(node, { readable: true, tip: true });
  } else if (event.key === "Enter" || event.key === " ") {
    if (state.node !== null) show({ tab: "operation" });
  } else if (event.key === "PageDown" || event.key === "PageUp") {
    panBy(0, (event.key === "PageUp" ? 0.8 : -0.8) * view.h);
  } else return;
  event.preventDefault();
  event.stopPropagation();
});
