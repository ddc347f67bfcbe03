// Drift: how far each value is from the float network's, along the network.

function driftPanel(root) {
  if (!data.drift.length) {
    root.append(h("p", { class: "empty" }, data.no_drift || "Drift was not measured."));
    return;
  }
  const rows = data.drift;
  const order = new Map(rows.map((row, i) => [row, i]));
  const pick = (row) => goTo(state.stage, driftVersion(row));
  const chart = driftChart(rows, pick);
  const table = makeTable({
    caption: "Drift against the float network",
    rows,
    key: (row) => row.id,
    pick,
    point: (row) => {
      show({ lit: row ? litPlaces([row.place]) : new Set() });
      chart.mark(row ? order.get(row) : null);
    },
    columns: [
      {
        label: "Operation",
        value: (row) => order.get(row),
        cell: (row) => [row.place, h("div", { class: "dim code" }, row.operation)],
      },
      {
        label: "SQNR",
        value: (row) => row.sqnr ?? 1e9,
        cell: (row) => decibels(row.sqnr),
        number: true,
        title: "Signal to quantization noise",
      },
      { label: "Max error", value: (row) => row.max_error, cell: (row) => real(row.max_error), number: true },
      {
        label: "Range",
        value: (row) => row.range[1] - row.range[0],
        cell: (row) => `${real(row.range[0])} … ${real(row.range[1])}`,
        number: true,
      },
    ],
  });
  const low = rows.filter((row) => row.sqnr !== null).sort((a, b) => a.sqnr - b.sqnr)[0];
  root.append(
    h(
      "p",
      { class: "lead" },
      `SQNR of ${plural(rows.length, "value")} against the float network, in its order, on ${data.drift_inputs ?? "given"} inputs`,
      low ? `; least: ${decibels(low.sqnr)} at ${low.place}.` : ": all bits are equal.",
      " ",
      h("button", { type: "button", class: "link", click: () => show({ by: "drift" }) }, "Colour the graph by it"),
    ),
    chart.element,
    makeFilter("Filter drift", rows, (row) => `${row.place} ${row.operation}`, table),
    table.element,
  );
  const mark = () => {
    const node = shown().byId.get(state.node);
    const row = node ? (driftOf(node.version) ?? null) : null;
    table.mark(row?.id ?? null, state.tab === "drift");
    chart.mark(row ? order.get(row) : null);
  };
  watch(["node", "tab"], mark);
  mark();
}

/** The operation of a row: of the first stage, or if it has none there, whatever is at its place. */
function driftVersion(row) {
  return graphOf(0).byId.get(row.id)?.version ?? { id: row.id, place: row.place };
}

function driftChart(rows, pick) {
  const chart = makeChart("SQNR along the network, in dB", 170, { role: "img" });
  const { element, frame } = chart;
  const x = (i) => frame.left + ((frame.right - frame.left) * (i + 0.5)) / rows.length;
  const y = (value) =>
    frame.bottom - ((frame.bottom - frame.top - 14) * (Math.min(Math.max(value, worst), best) - worst)) / (best - worst);
  gridY(chart, ticksBetween(worst, best, 5), y, (tick) => `${tick}`);
  axisNames(chart, "values, from input to output", "dB");
  const heightOf = (row) => (row.sqnr === null ? frame.top + 3 : y(row.sqnr));
  let path = "";
  rows.forEach((row, i) => {
    if (row.sqnr !== null) path += `${path && rows[i - 1]?.sqnr !== null ? "L" : "M"}${x(i).toFixed(1)},${y(row.sqnr).toFixed(1)}`;
  });
  element.append(svg("path", { class: "trace", d: path }));
  const r = rows.length > 300 ? 1.5 : 3;
  const dots = rows.map((row, i) =>
    svg("circle", {
      class: "dot integer",
      cx: x(i),
      cy: heightOf(row),
      r,
      ...(row.sqnr === null ? { style: "fill: var(--panel)" } : {}),
    }),
  );
  const cursor = svg("line", { class: "cursor", y1: frame.top, y2: frame.bottom, visibility: "hidden" });
  const label = svg("text", { y: frame.top - 4, "text-anchor": "middle" });
  element.append(...dots, cursor, label);
  const mark = (i) => {
    cursor.setAttribute("visibility", i === null ? "hidden" : "visible");
    label.textContent = i === null ? "" : `${rows[i].place.slice(-40)}: ${decibels(rows[i].sqnr)}`;
    if (i === null) return;
    cursor.setAttribute("x1", x(i));
    cursor.setAttribute("x2", x(i));
    label.setAttribute("x", Math.min(Math.max(x(i), frame.left + 110), frame.right - 110));
  };
  const nearest = (event) => {
    const [px] = chartPoint(element, event);
    return Math.min(Math.max(Math.round(((px - frame.left) / (frame.right - frame.left)) * rows.length - 0.5), 0), rows.length - 1);
  };
  element.addEventListener("pointermove", (event) => mark(nearest(event)));
  element.addEventListener("pointerleave", () => mark(null));
  element.addEventListener("click", (event) => pick(rows[nearest(event)]));
  return { element, mark };
}
