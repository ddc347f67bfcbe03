// Two texts of IR against each other: lines that went, came or changed, and in those that changed the words that differ.

const MOST_CELLS = 400000;

/** Pairs of equal elements of two lists in order, as many as can be; of lists too long for that, those at their ends. */
function common(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [n, m] = [a.length - start - end, b.length - start - end];
  const pairs = Array.from({ length: start }, (_, i) => [i, i]);
  if (n * m <= MOST_CELLS) pairs.push(...longestCommon(a, b, start, n, m));
  for (let i = end; i > 0; i -= 1) pairs.push([a.length - i, b.length - i]);
  return pairs;
}

function longestCommon(a, b, start, n, m) {
  const width = m + 1;
  const table = new Uint16Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = m - 1; j >= 0; j -= 1) {
      table[i * width + j] =
        a[start + i] === b[start + j]
          ? table[(i + 1) * width + j + 1] + 1
          : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < n && j < m;) {
    if (a[start + i] === b[start + j]) pairs.push([start + i++, start + j++]);
    else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}

/** Names, numbers, and each extent of a shape by itself: `4x`, `f32`. */
const wordsOf = (text) => text.match(/[%@#!]?[A-Za-z_$][\w.$-]*|[%#]\d[\w.]*|\d+x|\d[\d.]*(?:e[+-]?\d+)?|\s+|./g) ?? [];

/** A line's words, those without a partner in the other line within `tag`. */
function emphasized(words, kept, tag) {
  const parts = [];
  let run = [];
  const flush = () => {
    if (run.length) parts.push(run.join("").trim() ? h(tag, {}, run.join("")) : run.join(""));
    run = [];
  };
  words.forEach((word, i) => {
    if (kept.has(i)) {
      flush();
      parts.push(word);
    } else run.push(word);
  });
  flush();
  return parts;
}

function row(kind, sign, name, ...content) {
  return h(
    "div",
    { class: kind },
    h("span", { class: "sign" }, sign, name ? h("span", { class: "unseen" }, `${name}: `) : null),
    h("span", {}, content),
  );
}

/** One line that became another. */
function linePair(was, now) {
  const [a, b] = [wordsOf(was), wordsOf(now)];
  const pairs = common(a, b);
  const shared = pairs.filter(([i]) => a[i].trim()).length;
  if (shared * 3 < Math.min(a.length, b.length) / 2) return [row("was", "−", "removed", was), row("now", "+", "inserted", now)];
  return [
    row("was", "~−", "was", emphasized(a, new Set(pairs.map(([i]) => i)), "del")),
    row("now", "~+", "is", emphasized(b, new Set(pairs.map(([, j]) => j)), "ins")),
  ];
}

/** All lines of one operation's text that became another's. */
function textPair(was, now) {
  const [a, b] = [was.split("\n"), now.split("\n")];
  const rows = [];
  let [i, j] = [0, 0];
  const upTo = (to, til) => {
    const n = Math.min(to - i, til - j);
    for (let k = 0; k < n; k += 1) rows.push(...linePair(a[i++], b[j++]));
    while (i < to) rows.push(row("was", "−", "removed", a[i++]));
    while (j < til) rows.push(row("now", "+", "inserted", b[j++]));
  };
  for (const [x, y] of common(a, b)) {
    upTo(x, y);
    rows.push(row("", "", "", a[x]));
    i += 1;
    j += 1;
  }
  upTo(a.length, b.length);
  return rows;
}

const opOf = (text) => text.replace(/^\s*(%[^=]*=\s*)?/, "").match(/^"?[\w.]+/)?.[0] ?? "";

/** What a rewrite removed, inserted and changed. A removed and an inserted operation of one name are shown as one that changed. */
function diffOf({ removed = [], inserted = [], changed = [] }) {
  const left = [...inserted];
  const blocks = removed.map((was) => {
    const at = left.findIndex((now) => opOf(now) === opOf(was));
    return at < 0 ? was.split("\n").map((text) => row("was", "−", "removed", text)) : textPair(was, left.splice(at, 1)[0]);
  });
  blocks.push(...left.map((now) => now.split("\n").map((text) => row("now", "+", "inserted", text))));
  blocks.push(...changed.map(([was, now]) => textPair(was, now)));
  return h(
    "div",
    { class: "diff wrap", role: "group", "aria-label": "IR before and after" },
    blocks.map((block, i) => [i ? h("hr") : null, block]),
  );
}
