// Operation: all that is known of the selected one, and what passes did at its place.

function operationPanel(root) {
  const node = shown().byId.get(state.node);
  if (!node) {
    root.replaceChildren(h("p", { class: "empty" }, "Click an operation in the graph, or go to one with the arrow keys."));
    return;
  }
  const { version } = node;
  const mark = shownMarks().get(node.id);
  const change = state.peek ? null : changeOf(node, state.stage);
  root.replaceChildren(
    ...[
      h(
        "p",
        { class: "operation-title" },
        version.op,
        mark ? h("span", { class: `mark-${mark}` }, ` ${SYMBOLS[mark]}`, h("span", { class: "unseen" }, mark)) : null,
      ),
      placesOf(version).map((place) => h("div", { class: "dim break" }, place)),
      version.inner?.length
        ? [
            h("h2", {}, "Inside"),
            h(
              "div",
              { class: "inner" },
              version.inner.map((op) => h("span", {}, op)),
            ),
          ]
        : null,
      h("h2", {}, "Facts"),
      factsList(version),
      links("Operands", node.sources),
      links("Users", node.users),
      reasonsOf(version),
      change ? [h("h2", {}, "What this pass changed"), change] : null,
      h("h2", {}, "IR"),
      h("pre", { class: "ir", tabindex: 0, "aria-label": "IR" }, version.text),
      historyOf(version),
    ]
      .flat(3)
      .filter(Boolean),
  );
}

function links(title, nodes) {
  if (!nodes.length) return null;
  return [
    h("h2", {}, title),
    [...new Set(nodes)].map((node) =>
      h(
        "div",
        {},
        h(
          "button",
          { type: "button", class: "link", click: () => select(node, { readable: true, tab: "operation" }) },
          h("code", {}, node.version.op),
          ` ${node.version.place ?? ""}`,
        ),
      ),
    ),
  ];
}

function reasonsOf(version) {
  const places = placesOf(version);
  const reasons = places.flatMap((place) => operationsAt.get(place) ?? []).filter((row) => row.reason);
  const refusals = places.flatMap((place) => refusalsAt.get(place) ?? []);
  if (!reasons.length && !refusals.length) return null;
  return [
    h("h2", {}, reasons.length ? "Why not integer" : "Refusals"),
    h(
      "ul",
      { class: "reasons" },
      reasons.map((row) => h("li", {}, row.reason, h("div", { class: "dim" }, `${row.name}, computed in ${row.precision}`))),
      refusals.map((row) =>
        h(
          "li",
          {},
          row.reason,
          h("div", { class: "dim" }, h("code", {}, row.pattern), ` of ${row.pass} left ${row.operation} alone`),
        ),
      ),
    ),
  ];
}

/** Rewrites of the operation itself and at its places, in order. */
function historyOf(version) {
  const touched = rewrites.filter((row) => [row.gone, row.new, row.kept].some((ids) => ids?.includes(version.id)));
  const rows = [...new Set([...touched, ...placesOf(version).flatMap((place) => rewritesAt.get(place) ?? [])])].sort(
    (a, b) => a.number - b.number,
  );
  if (!rows.length) return null;
  return [
    h("h2", {}, "History", h("small", {}, `${plural(rows.length, "rewrite")} at this place`)),
    h(
      "ol",
      { class: "history" },
      rows.map((row) =>
        h(
          "li",
          { class: row.stage === state.stage ? "here" : null },
          h("button", { type: "button", class: "link code", click: () => openRewrite(row.number) }, row.name),
          h("div", { class: "dim" }, `${row.stage} ${data.stages[row.stage]?.name ?? ""}: ${row.before} → ${afterOf(row)}`),
        ),
      ),
    ),
  ];
}
