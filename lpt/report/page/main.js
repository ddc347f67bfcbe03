// Starts the page: what the address asks for, else the last stage from its top.

readTheme();
makeHeader();
makeSlider();
makeControls();
makeTabs();
makeSplitter();
makeHelp();
Object.assign(state, readAddress());

watch(["stage", "peek"], (now, _, before) => {
  const [was, is] = [before.peek ? before.stage - 1 : before.stage, shownStage()];
  followSelection(was, is);
  turnTo(was, is);
});
watch(["stage", "node", "by", "peek", "hover", "lit", "hits"], repaint);
watch(["stage"], hideTip);

/** The selection goes on to what took its place. */
function followSelection(was, is) {
  if (state.node === null || graphOf(is).byId.has(state.node)) return;
  const old = graphOf(was).byId.get(state.node);
  const heir = old && counterpart(old.version, is);
  show({ node: heir?.id ?? null });
}

if (![...$("by").options].some((option) => option.value === state.by)) state.by = "kind";
$("by").value = state.by;
fillPanel();
showStage();
showLegend();
showNumbers();
resize();
const start = shown().byId.get(state.node);
fit("width");
if (start) reveal(start, { readable: true, centre: true });
else if (state.rewrite !== null && rewrites[state.rewrite].stage === state.stage) openRewrite(state.rewrite, { tab: false });
if (state.rewrite !== null) show({ lit: touchedBy(rewrites[state.rewrite]) });
new ResizeObserver(resize).observe($("area"));
requestAnimationFrame(() =>
  requestAnimationFrame(() => {
    document.documentElement.dataset.ready = Math.round(performance.now());
  }),
);
