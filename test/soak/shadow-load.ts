import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ShadowEngine } from '../../src/http/shadow/shadow-engine.ts';
import { ShadowJudge } from '../../src/http/shadow/shadow-judge.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';
import { LivePolicy } from '../../src/store/live/live-policy.ts';
import { smallPolicy, createPolicyFolder } from '../support/policy-folder.ts';
import { runSidecar } from '../support/running-sidecar.ts';

/*
 * `npm run shadow-load`: what a second policy costs at full load. A process asks as fast as it can over 64 connections; the
 * sidecar here is told of each decision in every second turn of a fifth of a second, and in the others is not. Told is the
 * median of the processor time an answer, with and without, of turns side by side: rates say nothing on a machine that others use.
 * Ends with 1 where an answer is missing or wrong, or where it costs more than a twentieth.
 */
const pairs = 100;
const turnMs = 200;
const connections = 64;
const mostCost = 1.05;

const file = 'policies/support.yaml';
const others = { 'cy@acme.example: member': 'cy@acme.example: team-lead' };

interface Asked {
  readonly bytes: Buffer;
  readonly isAllowed: boolean;
}

function ask(subject: string, permission: string, isAllowed: boolean, resource?: object): Asked {
  const body = JSON.stringify({ subject: `${subject}@acme.example`, workspace: 'support', permission, resource });
  const head = `POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return { bytes: Buffer.from(head + body), isAllowed };
}

const questions: readonly Asked[] = [
  ask('ana', 'tag:create', true),
  ask('ana', 'conversation:assign', true),
  ask('cy', 'comment:send', true),
  ask('cy', 'tag:create', false),
  ask('bo', 'message:send', false, { owner: 'ana@acme.example', channel: 17 }),
  ask('bo', 'message:send', true, { owner: 'bo@acme.example', channel: 17 }),
  ask('wim', 'analytics:view', true),
  ask('nobody', 'comment:send', false),
];

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setNoDelay(true).once('error', reject);
  });
}

/** One question at a time for ever; each has to be answered, and rightly. */
function drive(socket: Socket, first: number, onAnswer: (isRight: boolean) => void): void {
  let at = first;
  const next = (): boolean => socket.write(questions[at % questions.length]?.bytes ?? '');
  socket.on('data', (bytes: Buffer) => {
    const text = bytes.toString('latin1');
    const isRight = text.includes(`"decision":${String(questions[at % questions.length]?.isAllowed)}`);
    onAnswer(isRight && text.startsWith('HTTP/1.1 200'));
    at += 1;
    next();
  });
  next();
}

/** The process that asks, until its input ends; then it says how many answers there were, and how many were wrong. */
async function askForEver(port: number): Promise<void> {
  let [answers, wrong] = [0, 0];
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  for (const [index, socket] of sockets.entries()) {
    drive(socket, index, (isRight) => {
      answers += 1;
      if (!isRight) wrong += 1;
    });
    socket.on('close', () => (wrong += 1));
  }
  await new Promise((resolve) => process.stdin.resume().once('end', resolve));
  console.log(JSON.stringify({ answers, wrong }));
  process.exit(0);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? NaN;
}

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
  const program = ['--import', 'tsx', fileURLToPath(import.meta.url), String(sidecar.port)];
  const client = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  client.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = new Promise((resolve) => client.once('close', resolve));
  const turn = async (told: boolean): Promise<number> => {
    isTold = told;
    // What waits of the turn before is decided by then.
    await pause(40);
    const [before, from] = [process.cpuUsage(), decided];
    await pause(turnMs);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (decided - from);
  };
  while (decided < 20_000) await turn(true);
  const found: { readonly without: number; readonly with: number }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = await turn(pair % 2 === 0);
    const second = await turn(pair % 2 !== 0);
    found.push(pair % 2 === 0 ? { with: first, without: second } : { with: second, without: first });
  }
  client.stdin.end();
  await ended;
  const { answers, wrong } = JSON.parse(said) as { answers: number; wrong: number };
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

const port = process.argv[2];
await (port === undefined ? measure() : askForEver(Number(port)));
