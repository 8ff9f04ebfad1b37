import { ShadowEngine } from '../../src/http/shadow/shadow-engine.ts';
import { ShadowJudge } from '../../src/http/shadow/shadow-judge.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';
import { LivePolicy } from '../../src/store/live/live-policy.ts';
import { smallPolicy, createPolicyFolder } from '../support/policy-folder.ts';
import { runSidecar } from '../support/running-sidecar.ts';
import { loadFully, measureTurns, median } from './full-load.ts';

/*
 * `npm run shadow-load`: what a second policy costs at full load. A process asks as fast as it can over 64 connections; the
 * sidecar here is told of each decision in every second turn of a fifth of a second, and in the others is not. Told is the
 * median of the processor time an answer, with and without, of turns side by side: rates say nothing on a machine that others use.
 * Ends with 1 where an answer is missing or wrong, or where it costs more than a twentieth.
 */
const pairs = 100;
const turnMs = 200;
const mostCost = 1.05;

const file = 'policies/support.yaml';
const others = { 'cy@acme.example: member': 'cy@acme.example: team-lead' };

async function measure(): Promise<void> {
  let text = smallPolicy()[file] ?? '';
  for (const [from, to] of Object.entries(others)) text = text.replace(from, to);
  const folder = await createPolicyFolder({ ...smallPolicy(), [file]: text });
  const policy = new LivePolicy(new PolicyDirectory(folder.root));
  await policy.reload('start');
  const judge = new ShadowJudge(new ShadowEngine(policy), undefined);
  let [decided, isTold] = [0, false];
  const note = judge.note.bind(judge);
  judge.note = (...noted) => {
    decided += 1;
    if (isTold) note(...noted);
  };
  const followed = { place: { kind: 'folder', name: 'next' } as const, policy };
  const sidecar = await runSidecar({ shadow: { followed, judge } });
  const endLoad = loadFully(sidecar.port);
  const found = await measureTurns({ pairs, turnMs, decided: () => decided, set: (isOn) => (isTold = isOn) });
  const { answers, wrong } = await endLoad();
  const ratio = median(found.map((one) => one.with / one.without));
  const [alone, both] = [median(found.map((one) => one.without)), median(found.map((one) => one.with))];
  console.log(`${answers} answers, ${wrong} wrong; ${judge.compared} compared, ${judge.skipped.busy} skipped`);
  console.log(
    `processor time an answer: ${alone.toFixed(2)} µs, with a shadow ${both.toFixed(2)} µs, ${ratio.toFixed(3)} times`,
  );
  process.exitCode = wrong > 0 || ratio > mostCost ? 1 : 0;
  await sidecar.dispose();
  await folder.dispose();
}

await measure();
