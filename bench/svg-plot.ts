/** A line of a plot; the size goes along, the cost up. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [size: number, cost: number])[];
}

const [width, height, left, right, top, bottom] = [640, 380, 80, 150, 40, 50];
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#666666', '#e69f00'];

/** Both axes are logarithmic, so a flat line is flat at every size, and a steep one keeps its place. */
export function drawPlot(title: string, sizeName: string, costName: string, series: readonly Series[]): string {
  const points = series.flatMap((line) => line.points);
  const x = createAxis(
    points.map(([size]) => size),
    left,
    width - right,
  );
  const y = createAxis(
    points.map(([, cost]) => cost),
    height - bottom,
    top,
  );
  const parts = [
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(left, top - 18, title, 'font-size="15" font-weight="bold"'),
    text((left + width - right) / 2, height - 10, sizeName, 'text-anchor="middle"'),
    text(0, 0, costName, `text-anchor="middle" transform="translate(18 ${(top + height - bottom) / 2}) rotate(-90)"`),
    ...x.ticks.flatMap((tick) => [
      `<path d="M${x.place(tick)} ${top}V${height - bottom}" stroke="#e5e5e5"/>`,
      text(x.place(tick), height - bottom + 18, label(tick), 'text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((tick) => [
      `<path d="M${left} ${y.place(tick)}H${width - right}" stroke="#e5e5e5"/>`,
      text(left - 8, y.place(tick) + 4, label(tick), 'text-anchor="end"'),
    ]),
    ...series.flatMap((line, index) => drawSeries(line, index, x.place, y.place)),
  ];
  const attributes = `viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#222222"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>\n${parts.join('\n')}\n</svg>\n`;
}

type Place = (value: number) => number;

function drawSeries({ name, points }: Series, index: number, x: Place, y: Place): string[] {
  const colour = colours[index % colours.length] ?? '';
  const path = points.map(([size, cost], at) => `${at === 0 ? 'M' : 'L'}${x(size)} ${y(cost)}`).join('');
  const legendY = top + 12 + index * 20;
  return [
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(([size, cost]) => `<circle cx="${x(size)}" cy="${y(cost)}" r="3.5" fill="${colour}"/>`),
    `<circle cx="${width - right + 16}" cy="${legendY - 4}" r="5" fill="${colour}"/>`,
    text(width - right + 26, legendY, name),
  ];
}

function createAxis(values: readonly number[], from: number, to: number): { place: Place; ticks: number[] } {
  const lowest = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const place = (value: number): number =>
    Math.round((from + ((Math.log10(value) - lowest) / (highest - lowest)) * (to - from)) * 10) / 10;
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index));
  return { place, ticks };
}

function label(value: number): string {
  return value >= 1 ? value.toLocaleString('en') : `${Number(value.toPrecision(1))}`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`;
}
