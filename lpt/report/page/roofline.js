// The roofline (Williams, Waterman and Patterson, 2009): each kernel's speed over its MACs per byte, under the machine's most.

const intensity = (row) => row.macs / Math.max(row.bytes, 1);

function rooflineRows() {
  return data.kernels.filter((row) => row.gmacs && row.macs && row.bytes).sort((a, b) => intensity(a) - intensity(b));
}

/** `pick(row)` and `point(row or null)`; returns the element and `mark(id)`. */
function makeRoofline(pick, point) {
  const rows = rooflineRows();
  const chart = makeChart(`Roofline of ${rows.length} kernels; arrows go from kernel to kernel`, 250, { role: "group" });
  const { element, frame } = chart;
  const peaks = Object.entries(data.machine?.peaks ?? {});
  const xs = decades(Math.min(...rows.map(intensity)), Math.max(...rows.map(intensity)));
  const ys = decades(
    Math.min(...rows.map((row) => row.gmacs)),
    Math.max(...rows.map((row) => row.gmacs), ...peaks.map(([, peak]) => peak)),
  );
  const scale = (ticks, low, high) => (value) =>
    low + ((high - low) * (Math.log10(value) - Math.log10(ticks[0]))) / (Math.log10(ticks.at(-1)) - Math.log10(ticks[0]) || 1);
  const [x, y] = [scale(xs, frame.left, frame.right), scale(ys, frame.bottom, frame.top)];
  gridX(chart, xs, x, real);
  gridY(chart, ys, y, real);
  axisNames(chart, "MAC per byte", "GMAC/s");
  element.append(...roofs(peaks, xs, ys, x, y));
  const dots = rows.map((row) =>
    svg("path", {
      class: `dot ${isFloat(row) ? "float" : "integer"}`,
      d: dotPath(row, x(intensity(row)), y(row.gmacs)),
      "data-kernel": row.id,
      click: () => pick(row),
      pointerenter: (event) => {
        point(row);
        showTip(kernelFacts(row), event.target.getBoundingClientRect());
      },
      pointerleave: () => {
        point(null);
        hideTip();
      },
    }),
  );
  element.append(...dots);
  element.setAttribute("tabindex", 0);
  let at = -1;
  element.addEventListener("keydown", (event) => {
    const side = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!side) return;
    event.preventDefault();
    at = Math.min(Math.max(at + side, 0), rows.length - 1);
    pick(rows[at]);
    say(`${rows[at].name}, ${real(rows[at].gmacs)} GMAC/s at ${real(intensity(rows[at]))} MAC per byte`);
  });
  return {
    element,
    mark(id, kind) {
      dots.forEach((dot, i) => dot.classList.toggle(kind, rows[i].id === id));
      if (kind === "on") at = rows.findIndex((row) => row.id === id);
    },
  };
}

function kernelFacts(row) {
  const speed = `${real(Number(row.gmacs.toPrecision(3)))} GMAC/s${row.peak_share ? `, ${percent(row.peak_share)} of peak` : ""}`;
  return [
    h("div", { class: "title" }, row.name),
    h(
      "dl",
      {},
      h("dt", {}, "time"),
      h("dd", {}, row.ns ? span(row.ns) : "unknown"),
      h("dt", {}, "speed"),
      h("dd", {}, speed),
      h("dt", {}, "intensity"),
      h("dd", {}, `${real(Number(intensity(row).toPrecision(3)))} MAC per byte`),
      h("dt", {}, "computes"),
      h("dd", {}, `${row.operation} ${row.precision} ${row.instructions ?? ""}`),
    ),
  ];
}

const isFloat = (row) => /^b?f\d/.test(row.precision);

/** Integer kernels are discs, float ones diamonds; their area is their share of the time. */
function dotPath(row, x, y) {
  const r = 3 + 12 * Math.sqrt((row.ns ?? 0) / (totalTime || 1));
  if (isFloat(row)) return `M${x - r * 1.2},${y}L${x},${y - r * 1.2}L${x + r * 1.2},${y}L${x},${y + r * 1.2}Z`;
  return `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
}

/** A flat roof for each instruction's peak, and the slope that memory allows up to the highest. */
function roofs(peaks, xs, ys, x, y) {
  const bandwidth = data.machine?.read_gb;
  const ordered = [...peaks].sort((a, b) => b[1] - a[1]);
  const parts = [];
  ordered.forEach(([name, peak], i) => {
    const corner = bandwidth ? Math.min(Math.max(peak / bandwidth, xs[0]), xs.at(-1)) : xs[0];
    const label = svg("text", { x: x(xs.at(-1)) - 2, y: y(peak) - 13, "text-anchor": "end" }, `${name} ${real(peak)}`);
    const start = bandwidth && i === 0 ? slope(bandwidth, peak, corner, xs, ys, x, y) : `M${x(corner)},${y(peak)}`;
    parts.push(svg("path", { class: i ? "roof other" : "roof", d: `${start}L${x(xs.at(-1))},${y(peak)}` }), label);
  });
  if (bandwidth && ordered.length) {
    const from = Math.max(xs[0], ys[0] / bandwidth);
    parts.push(
      svg("text", { x: x(from) + 6, y: Math.min(y(from * bandwidth) - 4, y(ys[0]) - 4) }, `memory ${real(bandwidth)} GB/s`),
    );
  }
  return parts;
}

function slope(bandwidth, peak, corner, xs, ys, x, y) {
  const from = Math.max(xs[0], ys[0] / bandwidth);
  return from < corner
    ? `M${x(from)},${y(from * bandwidth)}L${x(corner)},${y(Math.min(peak, corner * bandwidth))}`
    : `M${x(corner)},${y(peak)}`;
}
