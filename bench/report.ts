import { judge, perSecond, round, type Goal } from './goals.ts';
import type { Measurements } from './measurements.ts';
import { batchSize, connections } from './plan.ts';
import { median, spread } from './statistics.ts';
import { drawPlot, type Series } from './svg-plot.ts';

/** RESULTS.md. Every figure is one of the run's. */
export function writeReport(found: Measurements): string {
  const { plan, machine } = found;
  return [
    '# Results',
    `Written by \`npm run bench${plan.name === 'quick' ? ' -- --quick' : ''}\`; do not edit. How it measures: [README.md](README.md).`,
    '## What was promised',
    goalTable(judge(found)),
    '## Ratios',
    ratioTable(found),
    ...(found.duels.length > 0
      ? [
          `What was promised is measured in ${plan.duelRounds} rounds of four drives, A B B A; the rest is the median over the rounds in which every target had a turn. Spread is (highest − lowest) ÷ median.`,
        ]
      : []),
    `## Over HTTP`,
    `${connections} connections, ${plan.rounds} rounds of ${plan.seconds} s each in turn, driven by ${found.tool}; Unix sockets by autocannon, which knows whole milliseconds only. Medians over the rounds; spread is (highest − lowest) ÷ median of the requests per second. A batch holds ${batchSize} decisions.`,
    httpTable(found),
    ...(plan.sizes.length > 2 ? ['![Cost of a decision over HTTP](plots/http.svg)'] : []),
    '## In process',
    'One call of `CasbinEngine.decide`, members and permissions asked uniformly at random, warm. *New strings*: each request is made of strings that were never looked up, as a request from the network is. *Same strings*: the same objects again, with their hashes known.',
    inProcessTable(found),
    'Where that goes: finding the permission and finding the member, each by itself; what one read from a random place of 64 MiB takes here; a decision with its reason; and a first question, which nobody asked since the policy was loaded, so that Casbin is asked.',
    inProcessPartsTable(found),
    ...(plan.rows.length > 2 ? ['![Nanoseconds of a decision](plots/in-process.svg)'] : []),
    '## Load',
    'From the start of the process to the first answer that it is ready. rolebook reads YAML, Cerbos JSON, casbin the CSV that `rolebook compile` wrote.',
    loadTable(found),
    ...(plan.sizes.length > 2 ? ['![Time to load](plots/load.svg)'] : []),
    '## Edits and commands',
    otherTable(found),
    '## Answers',
    answersText(found),
    '## Machine',
    table(['', ''], [...Object.entries(machine), ['the run took', `${round(found.tookMs / 1000)} s`]]),
    '',
  ].join('\n\n');
}

/** The plots by file name. */
export function drawPlots(found: Measurements): ReadonlyMap<string, string> {
  const { plan, http, inProcess, loads } = found;
  const microseconds = (name: string): Series['points'] =>
    plan.sizes.flatMap((size) => {
      const drives = http.get(`${name} ${size}`) ?? (name === 'bare' ? http.get('bare') : undefined);
      const rate = drives ? median(drives.map((drive) => drive.perSecond)) : 0;
      return rate > 0 ? [[size, 1e6 / rate] as const] : [];
    });
  const names = { rolebook: 'rolebook', bare: 'bare node:http', cerbos: 'Cerbos', casbin: 'Express + casbin' };
  const httpSeries = Object.entries(names).map(([name, title]) => ({ name: title, points: microseconds(name) }));
  const loadSeries = (['rolebook', 'cerbos', 'casbin'] as const).map((name) => ({
    name: names[name],
    points: loads
      .filter((load) => load.server === name)
      .map((load) => [load.workspaces, median(load.readyMs)] as const),
  }));
  const nanoseconds: Series[] = [
    { name: 'new strings', points: inProcess.map(({ rows, nsFresh }) => [rows, nsFresh]) },
    { name: 'same strings', points: inProcess.map(({ rows, nsAgain }) => [rows, nsAgain]) },
  ];
  return new Map([
    ['http.svg', drawPlot('A decision over HTTP', 'workspaces', 'µs a decision (1 ÷ throughput)', httpSeries)],
    ['in-process.svg', drawPlot('A decision in process', 'Casbin rows', 'ns a decision', nanoseconds)],
    ['load.svg', drawPlot('From start to ready', 'workspaces', 'ms', loadSeries)],
  ]);
}

function goalTable(goals: readonly Goal[]): string {
  const verdict = ({ isMet }: Goal): string => (isMet === undefined ? 'not in this run' : isMet ? 'met' : '**missed**');
  return table(
    ['', 'target', 'measured', ''],
    goals.map((goal) => [goal.name, goal.promise, goal.measured ?? '–', verdict(goal)]),
  );
}

function ratioTable(found: Measurements): string {
  const main = `rolebook ${found.plan.mainSize}`;
  const pairs = [
    [main, 'bare'],
    ['rolebook unix', 'bare unix'],
    ['rolebook batch', 'bare batch'],
    [main, `cerbos ${found.plan.mainSize}`],
    [main, 'cerbos authzen'],
    ['rolebook batch', 'cerbos batch'],
    ...['explain', 'metrics', 'log', 'everything'].map((feature) => [`rolebook ${feature}`, main]),
    ...found.plan.casbinSizes.map((size) => [`rolebook ${size}`, `casbin ${size}`]),
    ...found.plan.sizes.slice(1).map((size) => [`rolebook ${size}`, `rolebook ${found.plan.sizes[0] ?? 0}`]),
  ] as [string, string][];
  const spreadOf = (left: string, right: string): string => {
    const duel = found.duels.find(({ name, against }) => name === left && against === right);
    return duel ? `${round(spread(duel.rates) * 100)} %` : '–';
  };
  const rows = pairs
    .filter(([left, right]) => found.http.has(left) && found.http.has(right))
    .map(([left, right]) => [left, right, `${round(perSecond(found, left, right) ?? NaN)}×`, spreadOf(left, right)]);
  return table(['requests per second of', 'against', 'median', 'spread of A B B A'], rows);
}

function httpTable({ http }: Measurements): string {
  const rows = [...http].map(([name, drives]) => {
    const rates = drives.map((drive) => drive.perSecond);
    const decisions = median(rates) * (name.includes('batch') ? batchSize : 1);
    const milliseconds = (pick: 'p50Us' | 'p99Us'): string => round(median(drives.map((drive) => drive[pick])) / 1000);
    return [
      name,
      round(median(rates)),
      round(decisions),
      milliseconds('p50Us'),
      milliseconds('p99Us'),
      `${round(spread(rates) * 100)} %`,
    ];
  });
  return table(['', 'requests/s', 'decisions/s', 'p50 ms', 'p99 ms', 'spread'], rows);
}

function inProcessTable({ inProcess }: Measurements): string {
  const rows = inProcess.map((result) => [
    result.rows.toLocaleString('en'),
    round(result.nsFresh),
    round(result.nsAgain),
    `${round(result.spread * 100)} %`,
    round(result.firstAfterSwapUs),
    round(result.swapMs),
    round(result.compileMs),
  ]);
  const head = ['rows', 'ns, new strings', 'ns, same strings', 'spread', 'first after a swap, µs', 'new engine, ms'];
  return table([...head, 'compile, ms'], rows);
}

function inProcessPartsTable({ inProcess }: Measurements): string {
  const rows = inProcess.map((result) => [
    result.rows.toLocaleString('en'),
    round(result.nsPermission),
    round(result.nsMember),
    round(result.nsMemory),
    round(result.nsExplain),
    round(result.usFirst),
  ]);
  return table(
    ['rows', 'permission, ns', 'member, ns', 'one read, ns', 'with a reason, ns', 'first question, µs'],
    rows,
  );
}

function loadTable({ loads }: Measurements): string {
  const rows = loads.map(({ server, workspaces, readyMs, residentMib, mostMib }) => [
    server,
    workspaces.toLocaleString('en'),
    round(median(readyMs)),
    readyMs.length > 1 ? `${round(spread(readyMs) * 100)} %` : 'once',
    round(residentMib),
    round(mostMib),
  ]);
  return table(['', 'workspaces', 'ready, ms', 'spread', 'memory once ready, MiB', 'most until the end, MiB'], rows);
}

function otherTable({ edits, commands, plan }: Measurements): string {
  const workspaces = plan.mainSize.toLocaleString('en');
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    round(median(values)),
    round(Math.max(...values)),
    `${values.length}`,
  ];
  return table(
    ['ms', 'median', 'worst', 'runs'],
    [
      row(`edit of one of ${plan.editSize.toLocaleString('en')} files → effective`, edits.effectMs),
      row('longest request around an edit', edits.pauseMs),
      row('longest request in two seconds without edits', [edits.calmMs]),
      row('`rolebook lint`, this repository', commands.lint),
      row('`rolebook test`, this repository', commands.test),
      row('`rolebook serve` → ready, this repository', commands.serve),
      row(`\`rolebook diff\`, a grant more for everybody, ${workspaces} workspaces`, commands.diffEverybody),
      row(`\`rolebook diff\`, one member more, ${workspaces} workspaces`, commands.diffMember),
      row('`node -e 0`', commands.node),
    ],
  );
}

function answersText({ checked }: Measurements): string {
  const total = [...checked.values()].reduce((sum, count) => sum + count, 0);
  const few = [...checked].filter(([, count]) => count > 0 && count < 100).map(([name, count]) => `${name} (${count})`);
  const note = few.length > 0 ? ` Fewer than 100, because it is slow: ${few.join(', ')}.` : '';
  return `${total.toLocaleString('en')} answers were compared with what follows from how the policies are written, before and after the load. All were right; one wrong answer, and there is no report.${note}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
