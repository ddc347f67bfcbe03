// Rewrites: what the pass of this stage did, one by one, each with its IR before and after and the pattern that made it.

const MOST_REWRITES = 200;

function rewritesPanel(root) {
  const [first, end] = data.stages[state.stage].rewrites ?? [0, 0];
  const all = rewrites.slice(first, end);
  const names = [...grouping(all, (row) => [row.name])].sort((a, b) => b[1].length - a[1].length);
  const field = h("input", {
    type: "search",
    placeholder: "Filter",
    "aria-label": "Filter rewrites",
    autocomplete: "off",
    input: list,
  });
  const choice = h(
    "select",
    { "aria-label": "Pattern", change: list },
    h("option", { value: "" }, `All patterns (${names.length})`),
    names.map(([name, rows]) => h("option", { value: name }, `${name} (${rows.length})`)),
  );
  const count = h("output");
  const holder = h("div");
  root.replaceChildren(
    h("h2", {}, data.stages[state.stage].name, h("small", {}, state.stage ? plural(all.length, "rewrite") : "before any pass")),
  );
  if (!all.length) {
    const altered = state.stage > 0 && !changesOf(state.stage).same;
    root.append(
      ...otherStages(),
      h("p", { class: "empty" }, altered ? "This pass works without patterns. It changed:" : "Nothing was rewritten here."),
    );
    if (altered) root.append(...alteredList(state.stage));
    appendRefusals(root);
    return;
  }
  root.append(h("div", { class: "filter" }, field, names.length > 1 ? choice : null, count), holder);
  appendRefusals(root);
  let limit = MOST_REWRITES;
  list();

  function list() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = all.filter(
      (row) =>
        (!choice.value || row.name === choice.value) &&
        words.every((word) => `${row.name} ${row.place} ${row.before} ${(row.after ?? []).join(" ")}`.toLowerCase().includes(word)),
    );
    count.textContent = kept.length === all.length ? "" : `${grouped(kept.length)} of ${grouped(all.length)}`;
    const opened = kept.findIndex((row) => row.number === state.rewrite);
    limit = Math.max(limit, opened + 1);
    holder.replaceChildren(...kept.slice(0, limit).map(rewriteItem));
    if (kept.length > limit) {
      holder.append(
        h(
          "button",
          {
            type: "button",
            class: "more",
            click: () => {
              limit += MOST_REWRITES;
              list();
            },
          },
          `Show more of ${grouped(kept.length)}`,
        ),
      );
    }
  }
}

/** Links to the stages that have rewrites, for one that has none. */
function otherStages() {
  const found = data.stages.map((stage, i) => [stage.name, i]).filter(([, i]) => rewriteCount(i));
  if (!found.length) return [];
  const links = found.map(([name, i]) =>
    h("button", { type: "button", class: "link", click: () => show({ stage: i }) }, `${name} (${grouped(rewriteCount(i))})`),
  );
  return [h("p", { class: "others" }, "Rewrites of other passes: ", links.flatMap((link, i) => (i ? [", ", link] : [link])))];
}

/** What the patterns of this pass left alone, and why. */
function appendRefusals(root) {
  const rows = data.refusals.filter((row) => row.pass === data.stages[state.stage].name);
  if (rows.length) root.append(h("h2", {}, "Left alone", h("small", {}, plural(rows.length, "refusal"))), ...refusalsTable(rows));
}

const afterOf = (rewrite) => (rewrite.after ?? []).join(", ") || "nothing new";

/** Ids that a rewrite touched and that the stage, or the one before it, shows. */
const touchedBy = (rewrite) => new Set([...(rewrite.new ?? []), ...(rewrite.kept ?? []), ...(rewrite.gone ?? [])]);

/** The node that stands for a rewrite in its stage. */
function nodeOfRewrite(rewrite) {
  const graph = graphOf(rewrite.stage);
  const id = [...(rewrite.new ?? []), ...(rewrite.kept ?? [])].find((each) => graph.byId.has(each));
  return graph.byId.get(id) ?? graph.nodes.find((node) => placesOf(node.version).includes(rewrite.place));
}

/** Lights up and reveals what a rewrite touched. */
function openRewrite(number, { tab = true } = {}) {
  const rewrite = rewrites[number];
  show({ peek: false, stage: rewrite.stage });
  const node = nodeOfRewrite(rewrite);
  show({ rewrite: number, lit: touchedBy(rewrite), ...(node ? { node: node.id } : {}), ...(tab ? { tab: "rewrites" } : {}) });
  if (node) reveal(node, { readable: true });
}

function rewriteItem(rewrite) {
  const item = h(
    "details",
    {
      class: "rewrite",
      "data-rewrite": rewrite.number,
      toggle: () => {
        if (item.open) open(item, rewrite);
        if (item.open && state.rewrite !== rewrite.number) openRewrite(rewrite.number, { tab: false });
      },
      pointerenter: () => show({ lit: touchedBy(rewrite) }),
      pointerleave: () => show({ lit: state.rewrite === null ? new Set() : touchedBy(rewrites[state.rewrite]) }),
    },
    h(
      "summary",
      {},
      h("span", { class: "pattern" }, rewrite.name),
      h("span", { class: "dim" }, rewrite.us ? span(rewrite.us * 1000) : ""),
      h(
        "span",
        { class: "turns" },
        rewrite.place,
        rewrite.place ? ": " : "",
        h("code", {}, rewrite.before),
        " → ",
        h("code", {}, afterOf(rewrite)),
      ),
    ),
  );
  if (rewrite.number === state.rewrite) open(item, rewrite);
  return item;
}

function open(item, rewrite) {
  if (item.children.length === 1) item.append(rewriteBody(rewrite));
  item.open = true;
}

watch(["rewrite"], () => {
  const item = state.rewrite === null ? null : document.querySelector(`[data-rewrite="${state.rewrite}"]`);
  if (item && !item.open) {
    open(item, rewrites[state.rewrite]);
    item.scrollIntoView({ block: "nearest" });
  } else if (!item && state.rewrite !== null && panels.rewrites.root) {
    panels.rewrites.fresh = false;
    if (state.tab === "rewrites") fillPanel();
  }
});

function rewriteBody(rewrite) {
  const pattern = rewrite.pattern === null || rewrite.pattern === undefined ? null : data.patterns[rewrite.pattern];
  const told = [rewrite.removed, rewrite.inserted, rewrite.changed].some((list) => list?.length);
  return h(
    "div",
    { class: "body" },
    pattern?.doc ? h("div", { class: "doc" }, pattern.doc) : null,
    h(
      "div",
      { class: "where" },
      pattern ? sourceLink(pattern.file, pattern.line) : null,
      claimChip(pattern?.exactness),
      h("button", { type: "button", class: "link", click: () => openRewrite(rewrite.number) }, "show in the graph"),
      h(
        "button",
        {
          type: "button",
          class: "link",
          click: () => {
            openRewrite(rewrite.number);
            show({ peek: true });
          },
        },
        "graph before",
      ),
    ),
    told
      ? diffOf(rewrite)
      : h("p", { class: "dim" }, "This pass works on the whole graph at once: only names are told of its steps."),
  );
}
