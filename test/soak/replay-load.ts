import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { PolicyCompiler } from '../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { chooser, pastQuestions, type PastQuestion } from '../support/past-questions.ts';
import { randomPolicyPair, type RandomPolicyPair } from '../support/random-policy-pair.ts';
import { fixedNowMs, policyFiles, type RandomPolicy } from '../support/random-policy.ts';
import { measureProgram, type MeasuredRun } from './measured-program.ts';

/*
 * `npm run replay-load`: logs of 10⁶ lines, decided again by the policy that decided them and by 50 random changes of it. Each finding is held against
 * the answers of the other policy asked one by one, with all attributes that the request had: what is told as different
 * must be, all of it, and what is not known must be told as that. Two replays run side by side. Ends with 1 where one is wrong. `-- LINES CHANGES` says how many.
 */
const [lines = 1_000_000, changes = 50] = process.argv.slice(2).map(Number);
/** Questions that differ; the log has each many times. */
const questions = 5000;

interface Found {
  readonly lines: number;
  readonly same: number;
  readonly different: { readonly allowed: number; readonly denied: number };
  readonly unknown: { readonly attributes: number };
}

type Run = Omit<MeasuredRun, 'stdout'> & { readonly found: Found };

async function engineOf(policy: RandomPolicy): Promise<CasbinEngine | undefined> {
  const compiled = new PolicyCompiler().compile(policyFiles(policy), fixedNowMs);
  return compiled.policy && CasbinEngine.create(compiled.policy);
}

async function writePolicy(root: string, policy: RandomPolicy): Promise<void> {
  await rm(root, { recursive: true, force: true });
  for (const file of policyFiles(policy)) {
    await mkdir(dirname(join(root, file.path)), { recursive: true });
    if ('content' in file) await writeFile(join(root, file.path), file.content);
  }
}

/** How often each question is in the log. */
async function writeLog(
  file: string,
  asked: readonly PastQuestion[],
  choose: (count: number) => number,
): Promise<number[]> {
  const times = asked.map(() => 0);
  const texts = asked.map(({ line }) => `${JSON.stringify(line)}\n`);
  const output = createWriteStream(file);
  for (let written = 0; written < lines;) {
    let piece = '';
    const end = Math.min(lines, written + 2000);
    for (; written < end; written += 1) {
      const index = choose(asked.length);
      times[index] = (times[index] ?? 0) + 1;
      piece += texts[index] ?? '';
    }
    if (!output.write(piece)) await once(output, 'drain');
  }
  output.end();
  await once(output, 'close');
  return times;
}

async function replay(file: string, root: string): Promise<Run> {
  const { stdout, ...run } = await measureProgram(['replay', file, '--policy', root, '--format', 'json']);
  return { ...run, found: JSON.parse(stdout) as Found };
}

/** The true differences, and those of them that no line could tell. */
function truth(
  asked: readonly PastQuestion[],
  times: readonly number[],
  now: CasbinEngine,
): { allowed: number; denied: number } {
  const sum = { allowed: 0, denied: 0 };
  for (const [index, { request, atMs, line }] of asked.entries()) {
    const isAllowed = now.decide(request, atMs) === 'granted';
    if (isAllowed !== line.decision) sum[isAllowed ? 'allowed' : 'denied'] += times[index] ?? 0;
  }
  return sum;
}

/** A log has all attributes, so that every difference can be told. */
function withAll({ request, line, ...rest }: PastQuestion): PastQuestion {
  const resource = Object.entries(request.resource ?? {}).map(([name, value]) => [`resource.${name}`, value]);
  const team = request.subjectProperties?.['team'];
  const properties = team === undefined ? [] : [['subject.properties.team', team]];
  const attributes = Object.fromEntries([...resource, ...properties]) as PastQuestion['line']['attributes'];
  return { ...rest, request, line: { ...line, attributes } };
}

const folder = await mkdtemp(join(tmpdir(), 'replay-load-'));
let [wrong, done] = [0, 0];
const runs: Run[] = [];
try {
  const file = join(folder, 'log.jsonl');
  const [ownRoot, otherRoot] = [join(folder, 'before'), join(folder, 'after')];
  const pairs: RandomPolicyPair[] = fc.sample(randomPolicyPair, changes * 4);
  for (const { before, after } of pairs) {
    const [then, now] = [await engineOf(before), await engineOf(after)];
    if (!then || !now || done >= changes) continue;
    const choose = chooser(done + 17);
    const asked = pastQuestions(then, questions, choose, [fixedNowMs, fixedNowMs - 90 * 86_400_000]).map(withAll);
    const times = await writeLog(file, asked, choose);
    await writePolicy(ownRoot, before);
    await writePolicy(otherRoot, after);
    const [own, other] = await Promise.all([replay(file, ownRoot), replay(file, otherRoot)]);
    const expected = truth(asked, times, now);
    const { different, unknown } = other.found;
    // A request that lacked an attribute is denied as such by the policy, and unknown to a replay, which cannot tell it from one that was not logged.
    const missing = asked.reduce((sum, { request, atMs, line }, index) => {
      const isMissing = now.decide(request, atMs) === 'missing-attribute';
      return isMissing && line.decision ? sum + (times[index] ?? 0) : sum;
    }, 0);
    const isRight =
      own.found.different.allowed + own.found.different.denied === 0 &&
      own.found.lines === lines &&
      different.allowed === expected.allowed &&
      different.denied === expected.denied - missing;
    if (!isRight) wrong += 1;
    runs.push(own, other);
    done += 1;
    const verdict = isRight ? 'right' : `WRONG: ${JSON.stringify({ expected, missing, own: own.found.different })}`;
    console.log(
      `${done}: ${different.allowed} allowed, ${different.denied} denied, ${unknown.attributes} unknown, ${verdict}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
console.log(`${done} changes of logs of ${lines} lines, ${wrong} wrong`);
console.log(
  `a replay: ${median(runs.map(({ processorS }) => processorS)).toFixed(1)} s of processor time, ` +
    `${median(runs.map(({ seconds }) => seconds)).toFixed(1)} s in all, ${Math.max(...runs.map(({ mib }) => mib)).toFixed(0)} MiB at most`,
);
process.exitCode = wrong > 0 || done < changes ? 1 : 0;
