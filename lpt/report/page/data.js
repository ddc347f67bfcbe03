// The report's data, and the questions asked of it: the graph of a stage, what is known of an operation by id or by place.

const data = JSON.parse($("data").textContent);
const HEIGHT = data.node_height;
const KINDS = ["integer", "float", "cast", "other"];
const KIND_NAMES = { integer: "integer", float: "float", cast: "cast", other: "other" };
const last = data.stages.length - 1;

/** The stage whose graph stage `index` shows: its own, or that of the earlier stage it equals. */
function baseOf(index) {
  const same = data.stages[index].same_as;
  return same === null || same === undefined ? index : baseOf(same);
}

const graphs = new Map();

/** Nodes with their versions and edges with their points, both in the layout's pixels. */
function graphOf(index) {
  const base = baseOf(index);
  if (!graphs.has(base)) graphs.set(base, makeGraph(data.stages[base]));
  return graphs.get(base);
}

function makeGraph(stage) {
  const nodes = stage.nodes.map((number, i) => ({
    number,
    i,
    version: data.versions[number],
    id: data.versions[number].id,
    x: stage.x[i],
    y: stage.y[i],
    w: stage.w[i],
    users: [],
    sources: [],
  }));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = [];
  for (const node of nodes) {
    (node.version.operands || []).forEach(([id, result], operand) => {
      const from = byId.get(id);
      if (from) edges.push(makeEdge(from, result, node, operand, stage.bends?.[`${id}:${result}>${node.id}:${operand}`]));
    });
  }
  const byPlace = grouping(nodes, ({ version }) => placesOf(version));
  return { nodes, byId, byPlace, edges, width: stage.width, height: stage.height };
}

function makeEdge(from, result, to, operand, bends = []) {
  from.users.push(to);
  to.sources.push(from);
  const start = [from.x + slot(result, from.version.results.length, from.w), from.y + HEIGHT / 2];
  const end = [to.x + slot(operand, to.version.operands.length, to.w), to.y - HEIGHT / 2];
  const points = [start, ...bends, end];
  const xs = points.map(([x]) => x);
  return {
    from,
    to,
    points,
    type: from.version.results[result] ?? "",
    integer: !/ (b?f\d+|f8\w*)$/.test(from.version.results[result] ?? ""),
    top: start[1],
    bottom: end[1],
    left: Math.min(...xs),
    right: Math.max(...xs),
  };
}

/** Where along a node's side the end number `i` of `n` lies, from its centre. */
function slot(i, n, width) {
  return n < 2 ? 0 : (i - (n - 1) / 2) * Math.min(28, (width * 0.6) / (n - 1));
}

/** The source nodes that an operation stands for. */
function placesOf(version) {
  return version.places?.length ? version.places : version.place ? [version.place] : [];
}

function grouping(rows, keys) {
  const groups = new Map();
  for (const row of rows) {
    for (const key of keys(row)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(row);
    }
  }
  return groups;
}

const rewrites = data.rewrites.map((rewrite, number) => ({ ...rewrite, number }));
data.stages.forEach((stage, index) => {
  const [first, end] = stage.rewrites ?? [0, 0];
  for (let i = first; i < end; i += 1) rewrites[i].stage = index;
});

const rewritesAt = grouping(rewrites, (row) => [row.place]);
const refusalsAt = grouping(data.refusals, (row) => [row.place]);
const operationsAt = grouping(data.operations, (row) => [row.name]);
const driftAt = grouping(data.drift, (row) => [row.place]);
const kernelById = new Map(data.kernels.map((row) => [row.id, row]));
const kernelAt = new Map();
for (const { version, id } of graphOf(last).nodes) {
  if (kernelById.has(id)) for (const place of placesOf(version)) kernelAt.set(place, kernelById.get(id));
}
const timed = data.kernels.some((row) => row.ns !== null && row.ns !== undefined);
const totalTime = data.kernels.reduce((sum, row) => sum + (row.ns ?? 0), 0);

/** The kernel that an operation is or will be part of, if known. */
function kernelOf(version) {
  return (
    kernelById.get(version.id) ??
    placesOf(version)
      .map((place) => kernelAt.get(place))
      .find(Boolean)
  );
}

/** The drift of the value that an operation computes: that of its last source node. */
function driftOf(version) {
  const rows = placesOf(version).flatMap((place) => driftAt.get(place) ?? []);
  return rows.find((row) => row.id === version.id) ?? rows.at(-1);
}

/** Where an operation went (or came from): itself, else one at the same place in another stage. */
function counterpart(version, index) {
  const graph = graphOf(index);
  if (graph.byId.has(version.id)) return graph.byId.get(version.id);
  const there = placesOf(version).flatMap((place) => graph.byPlace.get(place) ?? []);
  return there.find((node) => node.version.kind === "integer") ?? there[0];
}

/** The source line of a pass or pattern; of lpt's own, which are in folders, as a link where the data says to whose. */
function sourceLink(file, line) {
  if (!file) return null;
  const text = `${file}:${line}`;
  if (!data.source_url || !file.includes("/")) return h("code", { class: "source", title: "Where it is written" }, text);
  return h("a", { class: "source", href: `${data.source_url}${file}#L${line}`, target: "_blank", rel: "noopener" }, text);
}

/** What a pass or pattern claims of its results, as lpt.passes.pipeline.Exactness says it. */
const CLAIMS = {
  exact: "the same bits before and after",
  real: "the same over the real numbers: float rounding differs",
  rounds: "at most one quantization step, only near a tie",
  lossy: "more than one quantization step, as the user asked",
};

function claimChip(exactness) {
  return exactness ? h("span", { class: "chip", title: CLAIMS[exactness] ?? null }, exactness) : null;
}

/** An operation in a few words, for screen readers and search. */
function describe(version) {
  return [version.op, version.place, version.precision, (version.results ?? []).join(", ")].filter(Boolean).join(", ");
}
