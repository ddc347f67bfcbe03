// Why not int8: each operation with the precision it is computed in, and what kept it from integers.

const WHICH = {
  float: ["not integer", (row) => Boolean(row.reason)],
  all: ["all", () => true],
  integer: ["integer", (row) => !row.reason],
};

/** Selects the operation of a place: at the stage shown, else in the end. */
function goToPlace(place, tab = null) {
  for (const index of [state.stage, last, 0]) {
    const node =
      graphOf(index).nodes.find(({ version }) => placesOf(version).includes(place) && version.kind !== "cast") ??
      graphOf(index).nodes.find(({ version }) => placesOf(version).includes(place));
    if (!node) continue;
    show({ stage: index, peek: false });
    select(node, { tab, readable: true, centre: true });
    return;
  }
}

function reasonsPanel(root) {
  const rows = data.operations;
  const whole = rows.reduce((sum, row) => sum + row.macs, 0);
  const inFloat = rows.filter((row) => row.reason);
  const which = h(
    "select",
    { "aria-label": "Which operations" },
    Object.entries(WHICH).map(([key, [text]]) => h("option", { value: key }, text)),
  );
  which.value = inFloat.length ? "float" : "all";
  const table = makeTable({
    caption: "Operations and why they are not integer",
    rows: rows.filter(WHICH[which.value][1]),
    key: (row) => row.name,
    sort: [2, true],
    pick: (row) => goToPlace(row.name),
    point: (row) => show({ lit: row ? litPlaces([row.name]) : new Set() }),
    columns: [
      { label: "Operation", value: (row) => row.name, cell: (row) => [row.name, h("div", { class: "dim code" }, row.operation)] },
      {
        label: "Precision",
        value: (row) => row.precision,
        cell: (row) => precisionText(row.precision, row.reason ? "float" : "integer"),
      },
      { label: "MACs", value: (row) => row.macs, cell: (row) => (row.macs ? si(row.macs) : "·"), number: true },
      { label: "Why not integer", value: (row) => row.reason, cell: (row) => row.reason },
    ],
  });
  const choice = { element: which, keeps: (row) => WHICH[which.value][1](row) };
  const filter = makeFilter(
    "Filter operations",
    rows,
    (row) => `${row.name} ${row.operation} ${row.precision} ${row.reason}`,
    table,
    [choice],
  );
  which.dispatchEvent(new Event("change"));
  const macs = inFloat.reduce((sum, row) => sum + row.macs, 0);
  const share = percent(whole ? macs / whole : 0);
  root.append(
    h(
      "p",
      { class: "lead" },
      inFloat.length
        ? `${grouped(inFloat.length)} of ${plural(rows.length, "operation")} are not computed in integers: ${share} of the MACs.`
        : `All ${grouped(rows.length)} operations are computed in integers.`,
    ),
    filter,
    table.element,
    h("h2", {}, "Refusals", h("small", {}, "what patterns said when they left an operation alone")),
    ...(data.refusals.length ? refusalsTable(data.refusals) : [h("p", { class: "empty" }, "No pattern refused an operation.")]),
  );
  watch(["node"], () => table.mark(placeSelected(), state.tab === "reasons"));
}

function placeSelected() {
  const node = shown().byId.get(state.node);
  return node ? (placesOf(node.version).find((place) => operationsAt.has(place)) ?? null) : null;
}

function litPlaces(places) {
  const wanted = new Set(places);
  return new Set(
    shown()
      .nodes.filter(({ version }) => placesOf(version).some((place) => wanted.has(place)))
      .map(({ id }) => id),
  );
}

function refusalsTable(rows) {
  const table = makeTable({
    caption: "Refusals of patterns",
    rows,
    key: (row) => row,
    pick: (row) => goToPlace(row.place),
    point: (row) => show({ lit: row ? litPlaces([row.place]) : new Set() }),
    columns: [
      { label: "Operation", value: (row) => row.place, cell: (row) => [row.place, h("div", { class: "dim code" }, row.operation)] },
      {
        label: "Pattern and its reason",
        value: (row) => `${row.pattern} ${row.reason}`,
        cell: (row) => [h("code", {}, row.pattern), h("div", {}, row.reason)],
      },
    ],
  });
  return [makeFilter("Filter refusals", rows, (row) => Object.values(row).join(" "), table), table.element];
}
