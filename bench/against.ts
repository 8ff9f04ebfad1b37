import { isSlower, leastRatio, reportPairs } from './against-report.ts';
import { createTemporaryFolder } from './children.ts';
import { hasWrk } from './drive.ts';
import { warmFixedWork } from './fixed-work.ts';
import { describeMachine } from './machine.ts';
import { measureCommandPairs } from './measure-command-pairs.ts';
import {
  measureGroup,
  pairPlans,
  resultOf,
  type PairPlan,
  type PairResults,
  type PairSettings,
} from './measure-pairs.ts';
import { buildReference, findCommit } from './reference.ts';
import { createRowGroups, type RowGroup } from './rows.ts';
import { say, startedAtMs } from './say.ts';
import { rolebook } from './servers.ts';

/** Measures this repository's files beside a commit, prints a table, and answers whether nothing is slower than it may be. */
export async function compareWithCommit(ref: string, name: PairPlan['name']): Promise<boolean> {
  const commit = await findCommit(ref);
  const plan = pairPlans[name];
  const machine = { ...(await describeMachine()), against: `${commit.slice(0, 12)} (${ref})` };
  const folder = await createTemporaryFolder();
  say(`builds ${commit.slice(0, 12)}`);
  const { program } = await buildReference(commit, folder);
  const groups = (await createRowGroups(folder)).map((group) => chooseRows(group, plan));
  const tool = (await hasWrk()) ? 'wrk' : 'autocannon';
  const settings: PairSettings = { folder, programs: { new: rolebook, old: program }, tool, plan, say, workMs: [] };
  const results: PairResults = new Map();
  warmFixedWork();
  for (const group of groups) await measureGroup(group, settings, results);
  await measureAgain(groups, settings, results);
  await measureCommandPairs(settings, results);
  console.log(reportPairs({ ...settings, machine, results, tookMs: performance.now() - startedAtMs }));
  const slower = [...results.values()].filter(isSlower);
  say(
    slower.length === 0
      ? `nothing is below ${leastRatio}`
      : `below ${leastRatio}: ${slower.map((result) => result.name).join('; ')}`,
  );
  return slower.length === 0;
}

function chooseRows(group: RowGroup, { name }: PairPlan): RowGroup {
  return { ...group, rows: group.rows.filter(({ isForFullOnly }) => name === 'full' || isForFullOnly !== true) };
}

// A few rounds may have met a bad minute: what comes out below gets as many again, and all of them count.
async function measureAgain(groups: readonly RowGroup[], settings: PairSettings, results: PairResults): Promise<void> {
  for (const group of groups) {
    const rows = group.rows.filter((row) => isSlower(resultOf(results, row.name)));
    if (rows.length > 0) await measureGroup({ ...group, rows }, settings, results);
  }
}
