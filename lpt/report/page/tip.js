// The tooltip: all that is known of an operation, short.

/** `[term, description, class]` of an operation, the same for the tooltip and the panel. */
function factsOf(version) {
  const facts = [];
  const kernel = kernelById.get(version.id);
  const drift = driftOf(version);
  if (version.precision) facts.push(["precision", `${version.precision} (${KIND_NAMES[version.kind] ?? version.kind})`]);
  (version.results ?? []).forEach((type, i) => facts.push([version.results.length > 1 ? `result ${i}` : "result", type, "code"]));
  for (const grid of version.grids ?? []) facts.push([grid.of, gridText(grid)]);
  for (const constant of version.constants ?? []) {
    facts.push([
      constant.operand === null ? "constant" : `operand ${constant.operand}`,
      `${constant.type}${constant.values ? `, values ${extent(constant.values)}` : ""}`,
    ]);
  }
  if (kernel) {
    if (kernel.ns !== null && kernel.ns !== undefined) {
      facts.push(["time", `${span(kernel.ns)}${totalTime ? `, ${percent(kernel.ns / totalTime)} of all` : ""}`]);
    }
    const speed = kernel.gmacs ? `, ${real(kernel.gmacs)} GMAC/s` : "";
    const share = kernel.peak_share ? ` (${percent(kernel.peak_share)} of peak)` : "";
    facts.push(["work", `${kernel.macs ? `${si(kernel.macs)} MAC, ` : ""}${si(kernel.bytes, "B", 1024)}${speed}${share}`]);
    if (kernel.instructions) facts.push(["instructions", kernel.instructions, "code"]);
  }
  if (drift) facts.push(["drift", `${decibels(drift.sqnr)}, at most ${real(drift.max_error)} off`]);
  return facts;
}

/** Storage, scales, zero points and the reals that the codes stand for. */
function gridText(grid) {
  const many =
    grid.scales > 1
      ? ` × ${grouped(grid.scales)}${grid.axis === null || grid.axis === undefined ? "" : ` along axis ${grid.axis}`}`
      : "";
  const range = `${real(grid.range[0])} … ${real(grid.range[1])}`;
  return `${grid.storage}, scale ${extent(grid.scale)}${many}, zero point ${extent(grid.zero_point)}, range ${range}`;
}

function factsList(version) {
  const terms = grouping(factsOf(version), ([term]) => [term]);
  return h(
    "dl",
    {},
    [...terms].map(([term, facts]) => [h("dt", {}, term), facts.map(([, text, look]) => h("dd", { class: look ?? null }, text))]),
  );
}

function tipAtNode(node) {
  const { version } = node;
  const mark = shownMarks().get(node.id);
  const lost = state.peek ? [] : (changesOf(state.stage).lost.get(node.id) ?? []);
  const [sx, sy] = screenOf(node);
  const area = $("graph").getBoundingClientRect();
  const content = [
    h("div", { class: "title" }, version.op, mark ? h("span", { class: `mark-${mark}` }, ` ${SYMBOLS[mark]} ${mark}`) : null),
    placesOf(version).length ? h("div", { class: "place" }, placesOf(version).join(" · ")) : null,
    version.inner?.length
      ? h(
          "div",
          { class: "inner" },
          version.inner.map((op) => h("span", {}, op)),
        )
      : null,
    factsList(version),
    lost.length
      ? h(
          "div",
          { class: "mark-gone" },
          `− gone: ${lost
            .slice(0, 6)
            .map((old) => old.version.op)
            .join(", ")}${lost.length > 6 ? " …" : ""}`,
        )
      : null,
  ];
  const [w, height] = [node.w * view.k, HEIGHT * view.k];
  showTip(content, {
    left: area.left + sx - w / 2,
    right: area.left + sx + w / 2,
    top: area.top + sy - height / 2,
    bottom: area.top + sy + height / 2,
  });
}

/** A tooltip beside a box on the screen: right of it, else left, else below. */
function showTip(content, box) {
  const tip = $("tip");
  tip.replaceChildren(...content.filter(Boolean));
  tip.hidden = false;
  const [w, height] = [tip.offsetWidth, tip.offsetHeight];
  const gap = 12;
  const right = box.right + gap + w < innerWidth ? box.right + gap : box.left - gap - w;
  const left = right >= 4 ? right : Math.min(Math.max(box.left, 4), innerWidth - w - 4);
  const top = right >= 4 ? box.top : box.bottom + gap;
  tip.style.left = `${left}px`;
  tip.style.top = `${Math.max(4, Math.min(top, innerHeight - height - 4))}px`;
}

function hideTip() {
  $("tip").hidden = true;
}
