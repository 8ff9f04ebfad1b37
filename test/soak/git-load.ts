import { pollMs, runGitLoad, type GitLoadResult } from './run-git-load.ts';

/*
 * npm run git-load
 * 500 commits to a repository on a server with credentials, one in five broken and some forced, and then some with 10,000
 * workspaces, while a sidecar that follows it is asked. Exits 1 where something is not as promised.
 */
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const [small, large] = [
  await runGitLoad({
    commits: Number(process.env['GIT_LOAD_COMMITS'] ?? 500),
    workspaces: 50,
    untold: 10,
    clients: 8,
    say,
  }),
  await runGitLoad({ commits: 30, workspaces: 10_000, untold: 10, clients: 8, say }),
];
const faults = [
  ...judge('50 workspaces', small, { toldMs: 300, pushedMs: Infinity }),
  ...judge('10,000 workspaces', large, { toldMs: Infinity, pushedMs: 1000 }),
];
for (const fault of faults) process.stdout.write(`not as promised: ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

function judge(
  name: string,
  result: GitLoadResult,
  most: { readonly toldMs: number; readonly pushedMs: number },
): readonly string[] {
  const { good, broken, forced, batches, failed, wrong, residentMib, cloneMib } = result;
  process.stdout.write(
    [
      `${name}: ${good} good commits, ${forced} of them forced, and ${broken} broken ones`,
      `  live after the hook      ${describe(result.toldMs)}`,
      `  live after the push began ${describe(result.pushedMs)}`,
      `  live without a hook      ${describe(result.polledMs)}, looked at every ${pollMs} ms`,
      `  ${batches} batches of decisions, ${failed} failed, ${wrong.length} wrong`,
      `  ${residentMib.toFixed(0)} MiB of memory, ${cloneMib.toFixed(1)} MiB of cache`,
      '',
    ].join('\n'),
  );
  const late = [
    ['after the hook', result.toldMs, most.toldMs],
    ['after the push began', result.pushedMs, most.pushedMs],
  ] as const;
  return [
    ...wrong,
    ...(failed > 0 ? [`${name}: ${failed} requests failed`] : []),
    ...late.flatMap(([what, ms, limit]) =>
      quantile(ms, 0.5) > limit ? [`${name}: live ${what} later than ${limit} ms`] : [],
    ),
  ];
}

function describe(ms: readonly number[]): string {
  const at = (share: number): string => `${quantile(ms, share).toFixed(0)} ms`;
  return `median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
