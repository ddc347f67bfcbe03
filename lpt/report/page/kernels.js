// Kernels: where the time goes, and how near each kernel comes to what the machine can do.

function kernelsPanel(root) {
  if (!data.kernels.length) {
    root.append(h("p", { class: "empty" }, data.no_kernels || "This pipeline ends before kernels."));
    return;
  }
  const pick = (row) => {
    const node = graphOf(last).byId.get(row.id);
    show({ stage: last, peek: false });
    if (node) select(node, { readable: true, centre: true });
  };
  let roofline = null;
  const point = (row) => {
    show({ lit: row ? new Set([row.id]) : new Set() });
    roofline?.mark(row?.id ?? null, "lit");
  };
  const drawable = rooflineRows().length > 0;
  if (drawable) {
    roofline = makeRoofline(pick, point);
    root.append(h("h2", {}, "Roofline", h("small", {}, "● integer, ◆ float; area: share of the time")), roofline.element);
    if (!data.machine) root.append(h("p", { class: "dim" }, "The machine's peaks are not known, so the chart has no roofs."));
  }
  const table = kernelsTable(pick, point);
  root.append(
    h("h2", {}, "Kernels", h("small", {}, timed ? `${data.kernels.length} in ${span(totalTime)}` : "not timed: bounds only")),
    makeFilter("Filter kernels", data.kernels, (row) => `${row.name} ${row.operation} ${row.precision} ${row.instructions}`, table),
    table.element,
  );
  const mark = () => {
    const id = kernelById.has(state.node) ? state.node : null;
    table.mark(id, state.tab === "kernels");
    roofline?.mark(id, "on");
  };
  watch(["node", "tab"], mark);
  mark();
}

function kernelsTable(pick, point) {
  const longestKernel = Math.max(...data.kernels.map((row) => row.ns ?? row.roofline_ns ?? 0), 1);
  const time = timed
    ? [
        { label: "Time", value: (row) => row.ns, cell: (row) => (row.ns === null ? "·" : span(row.ns)), number: true },
        {
          label: "Share",
          value: (row) => row.ns,
          cell: (row) => shareBar((row.ns ?? 0) / longestKernel, (row.ns ?? 0) / (totalTime || 1)),
        },
        {
          label: "GMAC/s",
          value: (row) => row.gmacs ?? null,
          cell: (row) => (row.gmacs ? real(Number(row.gmacs.toPrecision(3))) : "·"),
          number: true,
        },
        {
          label: "Peak",
          title: "Share of the instruction's peak",
          value: (row) => row.peak_share ?? null,
          cell: (row) => (row.peak_share ? `${Math.round(100 * row.peak_share)} %` : "·"),
          number: true,
        },
      ]
    : [
        { label: "MACs", value: (row) => row.macs, cell: (row) => si(row.macs), number: true },
        { label: "Bytes", value: (row) => row.bytes, cell: (row) => si(row.bytes, "B", 1024), number: true },
        {
          label: "Bound",
          title: "What the roofline allows",
          value: (row) => row.roofline_ns ?? null,
          cell: (row) => (row.roofline_ns ? span(row.roofline_ns) : "·"),
          number: true,
        },
      ];
  return makeTable({
    caption: "Kernels",
    rows: data.kernels,
    key: (row) => row.id,
    sort: timed ? [2, true] : null,
    pick,
    point,
    columns: [
      { label: "Kernel", value: (row) => row.name, cell: (row) => row.name, look: "code" },
      {
        label: "Precision",
        value: (row) => row.precision,
        cell: (row) => [precisionText(row.precision), row.instructions ? h("div", { class: "dim code" }, row.instructions) : null],
      },
      ...time,
    ],
  });
}

function shareBar(length, share) {
  return h("span", { class: "share" }, meterOf(length), h("span", { class: "number" }, percent(share)));
}
