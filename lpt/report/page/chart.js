// What charts share: axes and their marks.

/** Round numbers between two values, about `n` of them. */
function ticksBetween(low, high, n = 5) {
  const rough = (high - low) / n || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const ticks = [];
  for (let at = Math.ceil(low / size) * size; at <= high + size * 1e-9; at += size) ticks.push(Number(at.toPrecision(12)));
  return ticks;
}

/** Powers of ten between two values, those included that enclose them. */
function decades(low, high) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) ticks.push(10 ** power);
  return ticks;
}

/** An SVG with room for the marks of its axes; `left`, `top`, `right`, `bottom` are the frame's sides. */
function makeChart(label, height, { left = 44, top = 22, right = 8, bottom = 30, role = "img" } = {}) {
  const width = 450;
  const element = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role, "aria-label": label });
  const frame = { left, top, right: width - right, bottom: height - bottom };
  return { element, frame, width, height };
}

function gridX({ element, frame }, ticks, at, text) {
  for (const tick of ticks) {
    element.append(
      svg("line", { class: "rule", x1: at(tick), x2: at(tick), y1: frame.top, y2: frame.bottom }),
      svg("text", { x: at(tick), y: frame.bottom + 13, "text-anchor": "middle" }, text(tick)),
    );
  }
}

function gridY({ element, frame }, ticks, at, text) {
  for (const tick of ticks) {
    element.append(
      svg("line", { class: "rule", x1: frame.left, x2: frame.right, y1: at(tick), y2: at(tick) }),
      svg("text", { x: frame.left - 5, y: at(tick) + 3.5, "text-anchor": "end" }, text(tick)),
    );
  }
}

function axisNames({ element, frame, height }, across, up) {
  element.append(
    svg("text", { x: (frame.left + frame.right) / 2, y: height - 3, "text-anchor": "middle" }, across),
    svg("text", { x: 0, y: 9 }, up),
  );
}

/** Where the mouse is within a chart, in the chart's own units. */
function chartPoint(element, event) {
  const box = element.getBoundingClientRect();
  const size = element.viewBox.baseVal;
  return [((event.clientX - box.left) / box.width) * size.width, ((event.clientY - box.top) / box.height) * size.height];
}
