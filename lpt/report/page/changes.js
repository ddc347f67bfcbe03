// What a pass changed, by operation: new, changed and gone against the stage before.

const SYMBOLS = { new: "+", changed: "~", gone: "−" };
const meanings = new Map();

/** All that an operation says of itself but where its operands come from and how its values are numbered. */
function meaningOf(number) {
  if (!meanings.has(number)) {
    const { operands, text, ...rest } = data.versions[number];
    meanings.set(number, JSON.stringify([rest, operands?.length, (text ?? "").replace(/%[\w.$-]+/g, "%")]));
  }
  return meanings.get(number);
}

/** What of an operation a reader of the graph would call another operation: neither places in memory nor other attributes. */
function shapeOf(number) {
  const { op, kind, precision, results, inner, grids } = data.versions[number];
  return JSON.stringify([op, kind, precision, results, inner, grids]);
}

const allChanges = new Map();

/** `marks` of the stage's own nodes (new, changed), `gone`: nodes of the stage before, `lost`: gone nodes by the id of their heir,
    `slight`: changed in attributes only. */
function changesOf(index) {
  if (!allChanges.has(index)) allChanges.set(index, compare(index));
  return allChanges.get(index);
}

function compare(index) {
  const marks = new Map();
  const slight = new Set();
  if (index === 0 || baseOf(index) === baseOf(index - 1))
    return { marks, slight, gone: [], lost: new Map(), before: new Map(), same: index > 0 };
  const [was, now] = [graphOf(index - 1), graphOf(index)];
  for (const node of now.nodes) {
    const old = was.byId.get(node.id);
    if (!old) marks.set(node.id, "new");
    else if (old.number !== node.number && meaningOf(old.number) !== meaningOf(node.number)) {
      marks.set(node.id, "changed");
      if (shapeOf(old.number) === shapeOf(node.number)) slight.add(node.id);
    }
  }
  const gone = was.nodes.filter((node) => !now.byId.has(node.id));
  const before = new Map([...gone.map((node) => [node.id, "gone"]), ...[...marks].filter(([, mark]) => mark === "changed")]);
  return { marks, slight, gone, lost: heirs(index, gone, was, now), before, same: false };
}

/** Gone nodes by the id of the node that shows their absence: what took their place, else a user or source that stayed. */
function heirs(index, gone, was, now) {
  const taken = new Map();
  const [first, end] = data.stages[index].rewrites ?? [0, 0];
  for (const rewrite of rewrites.slice(first, end)) {
    const heir = [...(rewrite.new ?? []), ...(rewrite.kept ?? [])].find((id) => now.byId.has(id));
    for (const id of rewrite.gone ?? []) if (heir !== undefined) taken.set(id, heir);
  }
  const heirOf = (node) => (now.byId.has(node.id) ? node.id : (taken.get(node.id) ?? counterpart(node.version, index)?.id));
  const lost = new Map();
  for (const node of gone) {
    const heir = survivor(node, "users", heirOf) ?? survivor(node, "sources", heirOf);
    if (heir === undefined) continue;
    if (!lost.has(heir)) lost.set(heir, []);
    lost.get(heir).push(node);
  }
  return lost;
}

/** The first heir on the way from a node along its users or sources. */
function survivor(node, side, heirOf) {
  let at = node;
  for (let steps = 0; at && steps < 50; steps += 1) {
    const heir = heirOf(at);
    if (heir !== undefined) return heir;
    at = at[side][0];
  }
  return undefined;
}

/** How many of each, for tick and title. */
function countsOf(index) {
  const { marks, gone } = changesOf(index);
  const kinds = [...marks.values()];
  return {
    new: kinds.filter((kind) => kind === "new").length,
    changed: kinds.filter((kind) => kind === "changed").length,
    gone: gone.length,
  };
}

/** `+3 ~1 −2` with words for those who do not see it. */
function marksText(counts) {
  return h(
    "span",
    { class: "marks" },
    Object.entries(counts)
      .filter(([, n]) => n > 0)
      .map(([kind, n]) =>
        h(
          "span",
          { class: `mark-${kind}`, title: `${n} ${kind}` },
          `${SYMBOLS[kind]}${grouped(n)}`,
          h("span", { class: "unseen" }, ` ${kind}`),
        ),
      ),
  );
}
