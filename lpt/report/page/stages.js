// The slider through the passes: a tick for each stage, as high as its pass changed much.

const slider = $("slider");

/** The next stage in a direction, passing over those that changed nothing if the reader wants that. */
function nextStage(side) {
  let index = state.stage + side;
  while ($("skip").checked && index > 0 && index < last && changesOf(index).same) index += side;
  return index >= 0 && index <= last ? index : state.stage;
}

function turn(side) {
  turnStage(nextStage(side));
}

function turnStage(index) {
  show({ stage: Math.min(Math.max(index, 0), last), peek: false });
}

function rewriteCount(index) {
  const [first, end] = data.stages[index].rewrites ?? [0, 0];
  return end - first;
}

function makeSlider() {
  slider.setAttribute("aria-valuemax", last);
  const most = Math.max(...data.stages.map((_, index) => rewriteCount(index)), 1);
  data.stages.forEach((stage, index) => {
    const same = index > 0 && baseOf(index) === baseOf(index - 1);
    const level = index === 0 || stage.level !== data.stages[index - 1].level;
    const bar = h("i");
    if (!same) bar.style.height = `${3 + (20 * Math.log1p(rewriteCount(index))) / Math.log1p(most)}px`;
    slider.append(
      h(
        "div",
        { class: `tick${same ? " same" : ""}${level ? " level" : ""}`, title: tickTitle(stage, index, same) },
        level ? h("span", { class: "name" }, stage.level) : null,
        bar,
      ),
    );
  });
  const pick = (event) => {
    const box = slider.getBoundingClientRect();
    turnStage(Math.floor(((event.clientX - box.left) / box.width) * (last + 1)));
  };
  slider.addEventListener("pointerdown", (event) => {
    slider.setPointerCapture(event.pointerId);
    pick(event);
  });
  slider.addEventListener("pointermove", (event) => {
    if (event.buttons) pick(event);
  });
  slider.addEventListener("keydown", slide);
  $("before").addEventListener("click", () => turn(-1));
  $("after").addEventListener("click", () => turn(1));
  watch(["stage", "peek"], showStage);
  watch(["stage"], () => {
    if (state.rewrite !== null && rewrites[state.rewrite].stage !== state.stage) show({ rewrite: null, lit: new Set() });
  });
}

function tickTitle(stage, index, same) {
  return `${index} ${stage.name}${same ? ": changed nothing" : index ? `: ${plural(rewriteCount(index), "rewrite")}` : ""}`;
}

function slide(event) {
  const jump = { Home: 0, End: last, PageUp: state.stage - 5, PageDown: state.stage + 5 }[event.key];
  const side = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  if (jump === undefined && side === undefined) return;
  event.preventDefault();
  if (side) turn(side);
  else turnStage(jump);
}

function showStage() {
  const stage = data.stages[state.stage];
  const { same } = changesOf(state.stage);
  const counts = countsOf(state.stage);
  const words = Object.entries(counts)
    .filter(([, n]) => n)
    .map(([kind, n]) => `${n} ${kind}`)
    .join(", ");
  [...slider.children].forEach((tick, index) => tick.classList.toggle("on", index === state.stage));
  slider.setAttribute("aria-valuenow", state.stage);
  slider.setAttribute(
    "aria-valuetext",
    `${state.stage} of ${last}, ${stage.name}, ${same ? "changed nothing" : words || stage.level}`,
  );
  $("before").disabled = nextStage(-1) === state.stage;
  $("after").disabled = nextStage(1) === state.stage;
  $("stage").replaceChildren(
    ...[
      h("span", { class: "dim" }, `${state.stage} / ${last}`),
      h("span", { class: "title" }, stage.name),
      state.stage ? (same ? h("span", { class: "chip" }, "changed nothing") : marksText(counts)) : null,
      claimChip(stage.exactness),
      h("span", { class: "what", title: stage.what || null }, stage.what),
      stage.seconds ? h("span", { class: "dim" }, span(stage.seconds * 1e9)) : null,
      stage.source ? sourceLink(stage.source.file, stage.source.line) : null,
      state.peek ? h("span", { class: "chip" }, "as it was before") : null,
    ].filter(Boolean),
  );
  say(slider.getAttribute("aria-valuetext") + (state.peek ? ", as it was before" : ""));
}
