// What surrounds the graph: header, view controls, legend, tabs and their panels, the panel's width.

/** Each panel: its tab's text, what fills it, and the keys of the state that make it stale (none: filled once). */
const panels = {
  overview: { label: "Overview", fill: overviewPanel, stale: [] },
  rewrites: { label: "Rewrites", fill: rewritesPanel, stale: ["stage"], number: () => rewriteCount(state.stage) },
  reasons: {
    label: "Why not int8",
    fill: reasonsPanel,
    stale: [],
    number: () => data.operations.filter((row) => row.reason).length,
  },
  kernels: { label: "Kernels", fill: kernelsPanel, stale: [] },
  drift: { label: "Drift", fill: driftPanel, stale: [] },
  operation: { label: "Operation", fill: operationPanel, stale: ["node", "stage", "peek"] },
};

function makeHeader() {
  $("model").textContent = data.model.name;
  const facts = [
    data.target,
    plural(data.threads, "thread"),
    pipelineText(),
    `${percent(data.summary.integer_macs)} of MACs in integers`,
  ];
  if (data.summary.ns) facts.push(span(data.summary.ns));
  $("facts").append(...facts.map((text) => h("li", {}, text)));
}

/** The pipeline as it was asked for, where that is short, and how many passes it is. */
function pipelineText() {
  const passes = `${data.stages.length - 1} passes`;
  return data.pipeline.length > 40 ? passes : `${data.pipeline}: ${passes}`;
}

function makeTabs() {
  for (const [name, panel] of Object.entries(panels)) {
    panel.tab = h(
      "button",
      { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, click: () => show({ tab: name }) },
      panel.label,
    );
    if (panel.number) panel.tab.append(h("sup"));
    panel.root = h("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: 0, hidden: true });
    panel.fresh = false;
    $("tabs").append(panel.tab);
    $("panels").append(panel.root);
    if (panel.stale.length) {
      watch(panel.stale, () => {
        panel.fresh = false;
        if (state.tab === name) fillPanel();
      });
    }
  }
  $("tabs").addEventListener("keydown", (event) => {
    const names = Object.keys(panels);
    const at = names.indexOf(state.tab);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    openTab((next + names.length) % names.length);
    panels[state.tab].tab.focus();
  });
  watch(["tab"], fillPanel);
  watch(["stage"], showNumbers);
}

/** Small numbers behind the names of tabs. */
function showNumbers() {
  for (const { tab, number } of Object.values(panels)) {
    if (number) tab.querySelector("sup").textContent = number() ? grouped(number()) : "";
  }
}

function openTab(n) {
  show({ tab: Object.keys(panels)[n] });
}

function fillPanel() {
  for (const [name, { tab, root }] of Object.entries(panels)) {
    const on = name === state.tab;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    root.hidden = !on;
  }
  const panel = panels[state.tab];
  if (panel.fresh) return;
  panel.fresh = true;
  panel.fill(panel.root);
}

function makeControls() {
  const button = (text, label, key, act) =>
    h(
      "button",
      { type: "button", class: "icon", "aria-label": label, title: `${label} (${key})`, "aria-keyshortcuts": key, click: act },
      text,
    );
  const by = h(
    "select",
    { id: "by", change: () => show({ by: by.value }) },
    Object.entries(COLOURINGS)
      .filter(([name]) => name === "kind" || (name === "drift" ? data.drift.length : timed))
      .map(([name, { label }]) => h("option", { value: name }, label)),
  );
  const peek = h(
    "button",
    {
      type: "button",
      "aria-pressed": "false",
      title: "The graph as it was before this pass (b)",
      "aria-keyshortcuts": "b",
      click: () => show({ peek: !state.peek }),
    },
    "Before",
  );
  $("controls").append(
    button("+", "Zoom in", "+", () => zoomAt(1.3)),
    button("−", "Zoom out", "-", () => zoomAt(1 / 1.3)),
    button("⤢", "The whole graph", "0", () => fit("all")),
    button("↔", "The whole width", "w", () => fit("width")),
    peek,
    h("label", {}, "colour by", by),
  );
  watch(["peek", "stage"], () => peek.setAttribute("aria-pressed", String(state.peek)));
  watch(["by"], () => {
    by.value = state.by;
    showLegend();
  });
}

function nextColouring() {
  const names = [...$("by").options].map((option) => option.value);
  show({ by: names[(names.indexOf(state.by) + 1) % names.length] });
  say(`Coloured by ${COLOURINGS[state.by].label}`);
}

function showLegend() {
  const { low, high } = COLOURINGS[state.by];
  const ramp = h("span", { class: "swatch ramp" });
  ramp.style.background = rampStyle;
  const hues =
    state.by === "kind"
      ? KINDS.map((kind) => h("span", {}, h("span", { class: `swatch ${kind}` }), KIND_NAMES[kind]))
      : [h("span", {}, low, ramp, high)];
  const marks = Object.entries(SYMBOLS).map(([kind, symbol]) => h("span", { class: `mark-${kind}` }, h("b", {}, symbol), kind));
  $("legend").replaceChildren(...hues, ...marks);
}

function makeSplitter() {
  const splitter = $("splitter");
  const set = (width) => {
    const size = Math.min(Math.max(width, 320), innerWidth - 360);
    document.documentElement.style.setProperty("--side", `${size}px`);
    splitter.setAttribute("aria-valuenow", Math.round(size));
    resize();
  };
  splitter.setAttribute("aria-valuemin", 320);
  splitter.setAttribute("aria-valuemax", Math.max(innerWidth - 360, 320));
  splitter.setAttribute("aria-valuenow", $("side").offsetWidth);
  splitter.addEventListener("pointerdown", (event) => splitter.setPointerCapture(event.pointerId));
  splitter.addEventListener("pointermove", (event) => {
    if (event.buttons) set(innerWidth - event.clientX - 3);
  });
  splitter.addEventListener("keydown", (event) => {
    const side = { ArrowLeft: 1, ArrowRight: -1 }[event.key];
    if (!side) return;
    event.preventDefault();
    set($("side").offsetWidth + 24 * side);
  });
}
