// Tables that sort by column, filter, and go by keyboard; long ones grow as they are scrolled.

const CHUNK = 150;

/**
 * `columns`: {label, value(row) to sort by, cell(row) to show, number}; `key(row)` names a row for `mark`.
 * `pick(row)` is a click or Enter, `point(row or null)` the mouse or focus on it. `sort`: [column, descending].
 */
function makeTable({ caption, columns, rows, key, pick, point = () => {}, sort = null }) {
  let order = sort;
  let listed = rows;
  let marked = null;
  const heads = columns.map((column, i) =>
    h(
      "th",
      { scope: "col", class: column.number ? "number" : null },
      h("button", { type: "button", title: column.title ?? null, click: () => sortBy(i) }, column.label),
    ),
  );
  const body = h("tbody");
  const element = h(
    "table",
    { class: "grid" },
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, heads)),
    body,
  );
  const more = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) grow();
  });

  function sortBy(i) {
    const value = listed.length ? columns[i].value(listed[0]) : "";
    order = order?.[0] === i ? [i, !order[1]] : [i, typeof value === "number" || columns[i].number];
    fill();
    say(`Sorted by ${columns[i].label}, ${order[1] ? "descending" : "ascending"}`);
  }

  function fill() {
    heads.forEach((head, i) => {
      if (order?.[0] === i) head.setAttribute("aria-sort", order[1] ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    if (order) {
      const [{ value }, sign] = [columns[order[0]], order[1] ? -1 : 1];
      listed = [...listed].sort((a, b) => sign * inOrder(value(a), value(b)));
    }
    more.disconnect();
    body.replaceChildren();
    grow();
  }

  function grow() {
    const start = body.children.length;
    body.append(...listed.slice(start, start + CHUNK).map(line));
    if (start === 0 && body.firstChild) body.firstChild.tabIndex = 0;
    more.disconnect();
    if (body.children.length < listed.length) more.observe(body.lastChild);
  }

  function line(row) {
    const element = h(
      "tr",
      {
        tabindex: -1,
        "aria-selected": String(marked !== null && key(row) === marked),
        click: (event) => {
          if (!event.target.closest("a")) pick(row);
        },
        pointerenter: () => point(row),
        pointerleave: () => point(null),
        focus: () => point(row),
        blur: () => point(null),
      },
      columns.map((column) =>
        h("td", { class: [column.number && "number", column.look].filter(Boolean).join(" ") || null }, column.cell(row)),
      ),
    );
    element.row = row;
    return element;
  }

  body.addEventListener("keydown", (event) => {
    const at = event.target.closest("tr");
    const next = { ArrowDown: at.nextSibling, ArrowUp: at.previousSibling, Home: body.firstChild, End: body.lastChild }[event.key];
    if (event.key === "Enter" && event.target === at) pick(at.row);
    else if (next) {
      at.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else return;
    event.preventDefault();
  });

  /** Marks one row as selected and brings it into sight. */
  function mark(name, scroll = true) {
    marked = name;
    if (name !== null)
      while (body.children.length < listed.length && ![...body.children].some((tr) => key(tr.row) === name)) grow();
    for (const tr of body.children) {
      const on = name !== null && key(tr.row) === name;
      if (on && scroll && tr.getAttribute("aria-selected") !== "true") tr.scrollIntoView({ block: "nearest" });
      tr.setAttribute("aria-selected", String(on));
    }
  }

  fill();
  return {
    element,
    mark,
    list: (some) => {
      listed = some;
      fill();
    },
  };
}

/** Numbers by size, nothing last, texts as people sort them: conv_9 before conv_10. */
function inOrder(a, b) {
  if (a === null || b === null) return (a === null) - (b === null);
  return typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
}

/** A field that narrows a table to the rows whose text has all its words. */
function makeFilter(label, rows, textOf, table, extra = []) {
  const texts = new Map(rows.map((row) => [row, textOf(row).toLowerCase()]));
  const field = h("input", {
    type: "search",
    placeholder: "Filter",
    "aria-label": label,
    autocomplete: "off",
    spellcheck: "false",
    input: () => apply(),
  });
  const count = h("output", {}, plural(rows.length, "row"));
  function apply() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = rows.filter(
      (row) => words.every((word) => texts.get(row).includes(word)) && extra.every((choice) => choice.keeps(row)),
    );
    table.list(kept);
    count.textContent =
      kept.length === rows.length ? plural(rows.length, "row") : `${grouped(kept.length)} of ${grouped(rows.length)}`;
  }
  for (const choice of extra) choice.element.addEventListener("change", apply);
  return h(
    "div",
    { class: "filter" },
    field,
    extra.map((choice) => choice.element),
    count,
  );
}

function precisionText(precision, kind) {
  return precision
    ? h("span", { class: `precision ${kind ?? (/^(b?f\d)/.test(precision) ? "float" : "integer")}` }, precision)
    : "";
}
