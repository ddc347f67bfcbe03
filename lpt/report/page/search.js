// Search: operations of the shown stage by place, operation, precision or type. Enter goes from hit to hit.

let hit = -1;

const haystack = (version) =>
  [version.op, ...placesOf(version), version.precision, version.kind, ...(version.inner ?? []), ...(version.results ?? [])]
    .join(" ")
    .toLowerCase();

function search() {
  const words = $("query").value.toLowerCase().split(/\s+/).filter(Boolean);
  hit = -1;
  if (!words.length) {
    $("hits").textContent = "";
    show({ hits: null });
    return;
  }
  const found = shown().nodes.filter(({ version }) => {
    const text = haystack(version);
    return words.every((word) => text.includes(word));
  });
  const hits = new Map(found.map((node) => [node.id, node]));
  hits.key = `${words.join(" ")} ${found.length}`;
  $("hits").textContent = found.length ? plural(found.length, "hit") : "none";
  show({ hits });
}

function nextHit(side) {
  const found = state.hits ? [...state.hits.values()] : [];
  if (!found.length) return;
  hit = (hit + side + found.length) % found.length;
  $("hits").textContent = `${hit + 1} of ${found.length}`;
  select(found[hit], { readable: true, centre: true });
}

function clearSearch() {
  $("query").value = "";
  search();
}

$("query").addEventListener("input", search);
$("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter") nextHit(event.shiftKey ? -1 : 1);
  else if (event.key === "ArrowDown") nextHit(1);
  else if (event.key === "ArrowUp") nextHit(-1);
  else if (event.key === "Escape") {
    clearSearch();
    $("graph").focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
});
watch(["stage", "peek"], () => {
  if (state.hits) search();
});
