import { batchSize, type Plan } from './plan.ts';
import type { Duel } from './measure-http.ts';
import type { Measurements } from './measurements.ts';
import { median, ratio } from './statistics.ts';

/** A promise, and what the run says of it; undefined where this run did not measure it. */
export interface Goal {
  readonly name: string;
  readonly promise: string;
  readonly measured: string | undefined;
  readonly isMet: boolean | undefined;
}

export function judge(found: Measurements): Goal[] {
  const { plan } = found;
  const main = `rolebook ${plan.mainSize}`;
  const [lowest = 0, highest = 0] = [plan.sizes.at(0), plan.sizes.at(-1)];
  return [
    atLeast(
      `single over HTTP, ${plan.mainSize} workspaces, against bare \`node:http\``,
      0.9,
      perSecond(found, main, 'bare'),
    ),
    atLeast('the same against Cerbos', 7, perSecond(found, main, `cerbos ${plan.mainSize}`)),
    atMost('its p99 against bare', 1.3, '×', p99(found, main, 'bare')),
    atLeast(
      '10,000 workspaces against 1',
      0.9,
      highest === 10_000 && lowest === 1 ? perSecond(found, 'rolebook 10000', 'rolebook 1') : undefined,
    ),
    atLeast(`batch of ${batchSize} against Cerbos`, 15, perSecond(found, 'rolebook batch', 'cerbos batch')),
    ...judgeInProcess(found),
    ...judgeLoads(found),
    ...judgeEdits(found),
    atMost('`rolebook lint` on the repository', 400, ' ms', median(found.commands.lint)),
    ...(['explain', 'metrics', 'log', 'everything'] as const).map((feature) =>
      atMost(featureNames[feature], 10, ' %', cost(found, `rolebook ${feature}`, main)),
    ),
  ];
}

const featureNames = {
  explain: 'cost of `?explain`',
  metrics: 'cost of metrics, scraped ten times a second',
  log: 'cost of the decision log',
  everything: 'cost of all three',
};

/** What the promises compare. */
export function promisedPairs({ mainSize }: Plan): readonly (readonly [string, string])[] {
  const main = `rolebook ${mainSize}`;
  return [
    [main, 'bare'],
    [main, `cerbos ${mainSize}`],
    ['rolebook 10000', 'rolebook 1'],
    ['rolebook batch', 'cerbos batch'],
    ...(['explain', 'metrics', 'log', 'everything'] as const).map((name) => [`rolebook ${name}`, main] as const),
  ];
}

/** The median of `ratesOf`; undefined where there are none. */
export function perSecond(found: Measurements, name: string, against: string): number | undefined {
  const ratios = ratesOf(found, name, against);
  return ratios.length === 0 ? undefined : median(ratios);
}

/** Ratios round by round: from a duel if there was one, else from the rounds in which everybody had a turn. */
export function ratesOf(found: Measurements, name: string, against: string): readonly number[] {
  const duel = findDuel(found, name, against);
  if (duel) return duel.rates;
  const right = found.http.get(against);
  return (found.http.get(name) ?? []).flatMap(({ perSecond: rate }, index) => {
    const other = right?.[index]?.perSecond;
    return other === undefined ? [] : [rate / other];
  });
}

function p99(found: Measurements, name: string, against: string): number | undefined {
  const duel = findDuel(found, name, against);
  if (duel) return median(duel.p99s);
  const [left, right] = [found.http.get(name), found.http.get(against)];
  const times = (drives: typeof left): number[] => drives?.map((drive) => drive.p99Us) ?? [];
  return left && right && ratio(times(left), times(right));
}

function findDuel({ duels }: Measurements, name: string, against: string): Duel | undefined {
  return duels.find((duel) => duel.name === name && duel.against === against);
}

function cost(found: Measurements, name: string, against: string): number | undefined {
  const kept = perSecond(found, name, against);
  return kept === undefined ? undefined : (1 - kept) * 100;
}

function judgeInProcess({ inProcess, plan }: Measurements): Goal[] {
  const near = (rows: number): number | undefined => inProcess[plan.rows.indexOf(rows)]?.nsFresh;
  const [small, large] = [near(1_000), near(1_000_000)];
  return [
    atMost('in process, at 10³ rows', 300, ' ns', small),
    atMost('in process, 10⁶ rows against 10³', 2.5, '×', large === undefined ? undefined : large / (small ?? NaN)),
  ];
}

function judgeLoads({ loads }: Measurements): Goal[] {
  const find = (workspaces: number): Measurements['loads'][number] | undefined =>
    loads.find((load) => load.server === 'rolebook' && load.workspaces === workspaces);
  const [medium, large] = [find(1_000), find(10_000)];
  return [
    atMost('YAML to ready, 1,000 workspaces', 2, ' s', medium && median(medium.readyMs) / 1000),
    atMost('YAML to ready, 10,000 workspaces', 20, ' s', large && median(large.readyMs) / 1000),
    atMost('the most memory it had, 10,000 workspaces', 1.5 * 1024, ' MiB', large?.mostMib),
  ];
}

function judgeEdits({ edits, judgement, plan }: Measurements): Goal[] {
  const isAsked = plan.editSize === 10_000;
  return [
    atMost('edit of one file of 10,000 → effective', 150, ' ms', isAsked ? median(edits.effectMs) : undefined),
    atMost('the longest request meanwhile', 50, ' ms', isAsked ? Math.max(...edits.pauseMs) : undefined),
    atMost(
      'judging an edit of one of 1,000 workspaces, the slowest kind',
      500,
      ' ms',
      judgement.workspaces === 1_000 ? Math.max(...Object.values(judgement.judgedMs).map(median)) : undefined,
    ),
  ];
}

function atLeast(name: string, least: number, measured: number | undefined): Goal {
  return {
    name,
    promise: `≥ ${least}×`,
    measured: measured === undefined ? undefined : `${round(measured)}×`,
    isMet: measured === undefined ? undefined : measured >= least,
  };
}

function atMost(name: string, most: number, unit: string, measured: number | undefined): Goal {
  return {
    name,
    promise: `≤ ${most.toLocaleString('en')}${unit}`,
    measured: measured === undefined ? undefined : `${round(measured)}${unit}`,
    isMet: measured === undefined ? undefined : measured <= most,
  };
}

/** Three figures; nothing here is known any better. */
export function round(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return `${Number(value.toPrecision(3))}`;
}
