// Overview: how much is computed in integers, how fast, where passes spend their time, what would help.

function card(value, label, meter = null) {
  return h("div", { class: "card" }, h("b", {}, value), h("span", {}, label), meter === null ? null : meterOf(meter));
}

function meterOf(share) {
  const fill = h("i");
  fill.style.width = `${Math.min(100 * share, 100)}%`;
  return h("span", { class: "meter" }, fill);
}

function summaryCards() {
  const { integer_macs: share, macs, ns, arena, arena_bound: bound } = data.summary;
  return h(
    "div",
    { class: "cards" },
    card(percent(share), "of MACs in integers", share),
    card(si(macs), "multiply-accumulates"),
    ns ? [card(span(ns), `a run, ${plural(data.threads, "thread")}`), card(`${real(macs / ns)}`, "GMAC/s")] : null,
    arena ? card(si(arena, "B", 1024), bound ? `arena, bound ${si(bound, "B", 1024)}` : "arena") : null,
    card(grouped(graphOf(last).nodes.filter(({ version }) => version.kind !== "other").length), "operations in the end"),
  );
}

/** Operations of each kind at each stage, as stacked columns; a click goes to the stage. */
function kindsChart() {
  const counts = data.stages.map((_, index) => {
    const { nodes } = graphOf(index);
    return KINDS.map((kind) => nodes.filter(({ version }) => version.kind === kind).length);
  });
  const most = Math.max(...counts.map((each) => each.reduce((a, b) => a + b)), 1);
  const chart = makeChart("Operations by precision at each stage", 150, { bottom: 18 });
  const { element, frame } = chart;
  const at = (n) => frame.bottom - ((frame.bottom - frame.top) * n) / most;
  gridY(chart, ticksBetween(0, most, 4), at, grouped);
  const size = (frame.right - frame.left) / counts.length;
  counts.forEach((each, index) => {
    let sum = 0;
    const column = svg(
      "g",
      { "data-stage": index, click: () => turnStage(index) },
      svg("title", {}, `${index} ${data.stages[index].name}: ${KINDS.map((kind, i) => `${each[i]} ${kind}`).join(", ")}`),
    );
    each.forEach((n, i) => {
      const y = at(sum + n);
      column.append(
        svg("rect", {
          class: `kind-${KINDS[i]}`,
          x: frame.left + index * size + 0.5,
          width: Math.max(size - 1, 1),
          y,
          height: at(sum) - y,
        }),
      );
      sum += n;
    });
    element.append(column);
  });
  const needle = svg("rect", {
    fill: "none",
    stroke: "var(--accent)",
    "stroke-width": 1.5,
    width: size,
    y: frame.top,
    height: frame.bottom - frame.top,
  });
  element.append(
    needle,
    svg("text", { x: frame.left, y: frame.bottom + 13 }, data.stages[0].name),
    svg("text", { x: frame.right, y: frame.bottom + 13, "text-anchor": "end" }, data.stages[last].name),
  );
  const point = () => needle.setAttribute("x", frame.left + state.stage * size);
  watch(["stage"], point);
  point();
  return element;
}

function passTimes() {
  const longestPass = Math.max(...data.stages.map((stage) => (stage.seconds ?? 0) + (stage.verify_seconds ?? 0)), 1e-9);
  const lines = data.stages.slice(1).map((stage, i) => {
    const [own, verify] = [h("i"), h("i")];
    own.style.width = `${(100 * (stage.seconds ?? 0)) / longestPass}%`;
    verify.style.width = `${(100 * (stage.verify_seconds ?? 0)) / longestPass}%`;
    const same = changesOf(i + 1).same;
    return h(
      "tr",
      {},
      h(
        "td",
        {},
        h(
          "button",
          {
            type: "button",
            class: `link${same ? " same" : ""}`,
            click: () => turnStage(i + 1),
            title: same ? "changed nothing" : null,
          },
          stage.name,
        ),
      ),
      h("td", {}, h("span", { class: "bar", title: `verification ${span((stage.verify_seconds ?? 0) * 1e9)}` }, own, verify)),
      h("td", {}, span((stage.seconds ?? 0) * 1e9)),
      h("td", { class: "dim" }, rewriteCount(i + 1) ? grouped(rewriteCount(i + 1)) : "·"),
    );
  });
  return h("table", { class: "bars" }, h("caption", { class: "unseen" }, "Time and rewrites of each pass"), h("tbody", {}, lines));
}

function machineFacts() {
  if (!data.machine) return null;
  const { name, peaks, read_gb: read } = data.machine;
  return [
    h("h2", {}, "Machine"),
    h(
      "dl",
      {},
      h("dt", {}, "processor"),
      h("dd", {}, name),
      Object.entries(peaks ?? {}).map(([instruction, peak]) => [h("dt", {}, instruction), h("dd", {}, `${real(peak)} GMAC/s`)]),
      read ? [h("dt", {}, "memory"), h("dd", {}, `${real(read)} GB/s read`)] : null,
    ),
  ];
}

function portsList(title, ports) {
  return [
    h("dt", {}, title),
    h(
      "dd",
      {},
      ports.map(([name, type]) => h("div", {}, name, " ", h("span", { class: "dim" }, type))),
    ),
  ];
}

function overviewPanel(root) {
  const whole = data.stages.reduce((sum, stage) => sum + (stage.seconds ?? 0), 0);
  const advice = data.summary.advice ?? [];
  root.append(
    ...[
      summaryCards(),
      advice.length
        ? [
            h("h2", {}, "What would make more of it integer"),
            h(
              "ul",
              { class: "advice" },
              advice.map(([text, n]) => h("li", {}, h("b", {}, `${n} ×`), h("span", { class: "break" }, text))),
            ),
          ]
        : null,
      h("h2", {}, "Operations by precision", h("small", {}, "at each stage")),
      kindsChart(),
      h("h2", {}, "Passes", h("small", {}, `${span(whole * 1e9)} in all; hatched: verification; right: rewrites`)),
      passTimes(),
      h("h2", {}, "Model"),
      h(
        "dl",
        {},
        h("dt", {}, "file"),
        h("dd", {}, data.model.source ?? data.model.name),
        portsList("inputs", data.model.inputs ?? []),
        portsList("outputs", data.model.outputs ?? []),
        h("dt", {}, "compiled by"),
        h("dd", {}, `lpt ${data.lpt}`),
      ),
      machineFacts(),
    ]
      .flat(2)
      .filter(Boolean),
  );
}
