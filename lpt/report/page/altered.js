// What a pass did to an operation as a difference of its IR: for passes that work without patterns, and for the selected operation.

/** The IR of an operation at a stage against that of the stage before; null where it did not change. */
function changeOf(node, index) {
  if (changesOf(index).marks.get(node.id) !== "changed") return null;
  return diffOf({ changed: [[graphOf(index - 1).byId.get(node.id).version.text, node.version.text]] });
}

/** A list of the operations that a stage's pass changed, made and removed, each with its IR when opened. */
function alteredList(index) {
  const { marks, gone } = changesOf(index);
  const nodes = graphOf(index).nodes.filter((node) => marks.has(node.id));
  const items = [...nodes.map((node) => [node, marks.get(node.id)]), ...gone.map((node) => [node, "gone"])];
  const holder = h("div");
  let shownItems = 0;
  const more = h("button", { type: "button", class: "more", click: () => grow() }, `Show more of ${grouped(items.length)}`);
  function grow() {
    holder.append(...items.slice(shownItems, shownItems + MOST_REWRITES).map(([node, mark]) => alteredItem(node, mark, index)));
    shownItems += MOST_REWRITES;
    more.hidden = shownItems >= items.length;
  }
  grow();
  return [holder, more];
}

function alteredItem(node, mark, index) {
  const { version } = node;
  const item = h(
    "details",
    { class: "rewrite", toggle: () => item.open && openAltered(item, node, mark, index) },
    h(
      "summary",
      {},
      h("span", { class: "pattern" }, version.op),
      h("span", { class: `mark-${mark}` }, `${SYMBOLS[mark]} ${mark}`),
      h("span", { class: "turns" }, version.place),
    ),
  );
  return item;
}

function openAltered(item, node, mark, index) {
  if (item.children.length === 1) {
    const { text } = node.version;
    const change =
      mark === "new" ? diffOf({ inserted: [text] }) : mark === "gone" ? diffOf({ removed: [text] }) : changeOf(node, index);
    item.append(h("div", { class: "body" }, change));
  }
  show({ peek: mark === "gone" });
  select(node, { readable: true });
}
