import { judge, ratesOf, round, type Goal } from './goals.ts';
import type { Measurements } from './measurements.ts';
import { batchSize, connections } from './plan.ts';
import { median, quartiles, spread } from './statistics.ts';
import { drawPlot, type Series } from './svg-plot.ts';
import { table } from './table.ts';

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
          `What was promised is measured in ${plan.duelRounds} rounds of two seconds, in which the two take turns of 50 ms; the rest is the median over the rounds in which every target had a turn. While one is driven, all other servers stand still.`,
        ]
      : []),
    `## Over HTTP`,
    `${connections} connections, ${plan.rounds} rounds of ${plan.seconds} s each in turn, driven by ${found.tool}; Unix sockets by autocannon, which knows whole milliseconds only. Medians over the rounds; spread is (highest − lowest) ÷ median of the requests per second. A batch holds ${batchSize} decisions. *In the work* is how many requests were answered in the time that a fixed piece of work took just before and after.`,
    httpTable(found),
    ...(plan.sizes.length > 2 ? ['![Cost of a decision over HTTP](plots/http.svg)'] : []),
    '## In process',
    'One call of `CasbinEngine.decide`, members and permissions asked uniformly at random, warm. *New strings*: each request is made of strings that were never looked up, as a request from the network is. *Same strings*: the same objects again, with their hashes known.',
    inProcessTable(found),
    'Where that goes: finding the permission and finding the member, each by itself; what one read from a random place of 64 MiB takes here; a decision with its reason; the same asked of `loadPolicy`, which checks the question and reads the clock; and a first question, which nobody asked since the policy was loaded, so that Casbin is asked.',
    inProcessPartsTable(found),
    ...(plan.rows.length > 2 ? ['![Nanoseconds of a decision](plots/in-process.svg)'] : []),
    '## Load',
    'From the start of the process to the first answer that it is ready. rolebook reads YAML, Cerbos JSON, casbin the CSV that `rolebook compile` wrote. *In works*: in times of the fixed piece of work, as it was just before.',
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
  const rows = pairs.flatMap(([left, right]) => {
    const ratios = ratesOf(found, left, right);
    if (ratios.length === 0) return [];
    const [lower, upper] = quartiles(ratios);
    const range = (from: number, to: number): string => `${round(from)} to ${round(to)}`;
    const all = range(Math.min(...ratios), Math.max(...ratios));
    return [[left, right, `${round(median(ratios))}×`, range(lower, upper), all, String(ratios.length)]];
  });
  return table(['requests per second of', 'against', 'median', 'middle half', 'all', 'rounds'], rows);
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
      round(median(drives.map(({ perSecond, workMs }) => (perSecond * workMs) / 1000))),
    ];
  });
  return table(['', 'requests/s', 'decisions/s', 'p50 ms', 'p99 ms', 'spread', 'in the work'], rows);
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
    Math.round((result.workMs * 1e6) / result.nsFresh).toLocaleString('en'),
  ]);
  const head = ['rows', 'ns, new strings', 'ns, same strings', 'spread', 'first after a swap, µs', 'new engine, ms'];
  return table([...head, 'compile, ms', 'decisions in the work'], rows);
}

function inProcessPartsTable({ inProcess }: Measurements): string {
  const rows = inProcess.map((result) => [
    result.rows.toLocaleString('en'),
    round(result.nsPermission),
    round(result.nsMember),
    round(result.nsMemory),
    round(result.nsExplain),
    round(result.nsLibrary),
    round(result.usFirst),
  ]);
  return table(
    [
      'rows',
      'permission, ns',
      'member, ns',
      'one read, ns',
      'with a reason, ns',
      'by the library, ns',
      'first question, µs',
    ],
    rows,
  );
}

function loadTable({ loads }: Measurements): string {
  const rows = loads.map(({ server, workspaces, readyMs, workMs, residentMib, mostMib }) => [
    server,
    workspaces.toLocaleString('en'),
    round(median(readyMs)),
    round(median(readyMs) / median(workMs)),
    readyMs.length > 1 ? `${round(spread(readyMs) * 100)} %` : 'once',
    round(residentMib),
    round(mostMib),
  ]);
  const head = ['', 'workspaces', 'ready, ms', 'in works', 'spread', 'memory once ready, MiB'];
  return table([...head, 'most until the end, MiB'], rows);
}

function otherTable({ edits, judgement, commands, plan }: Measurements): string {
  const workspaces = plan.mainSize.toLocaleString('en');
  const row = (name: string, values: readonly number[], workMs: readonly number[]): string[] => [
    name,
    round(median(values)),
    round(median(values) / median(workMs)),
    round(Math.max(...values)),
    `${values.length}`,
  ];
  const command = (name: string, values: readonly number[]): string[] => row(name, values, commands.work);
  const edit = (name: string, values: readonly number[]): string[] => row(name, values, edits.workMs);
  return table(
    ['ms', 'median', 'in works', 'worst', 'runs'],
    [
      edit(`edit of one of ${plan.editSize.toLocaleString('en')} files → effective`, edits.effectMs),
      edit('longest request around an edit', edits.pauseMs),
      edit('longest request in two seconds without edits', [edits.calmMs]),
      ...Object.entries(judgement.judgedMs).map(([edit, values]) =>
        row(`judging ${edit}, ${workspaces} workspaces`, values, judgement.workMs),
      ),
      command('`rolebook lint`, this repository', commands.lint),
      command('`rolebook test`, this repository', commands.test),
      command('`rolebook serve` → ready, this repository', commands.serve),
      command(`\`rolebook diff\`, a grant more for everybody, ${workspaces} workspaces`, commands.diffEverybody),
      command(`\`rolebook diff\`, one member more, ${workspaces} workspaces`, commands.diffMember),
      command('`node -e 0`', commands.node),
      command('the fixed piece of work', commands.work),
    ],
  );
}

function answersText({ checked }: Measurements): string {
  const total = [...checked.values()].reduce((sum, count) => sum + count, 0);
  const few = [...checked].filter(([, count]) => count > 0 && count < 100).map(([name, count]) => `${name} (${count})`);
  const note = few.length > 0 ? ` Fewer than 100, because it is slow: ${few.join(', ')}.` : '';
  return `${total.toLocaleString('en')} answers were compared with what follows from how the policies are written, before and after the load. All were right; one wrong answer, and there is no report.${note}`;
}
