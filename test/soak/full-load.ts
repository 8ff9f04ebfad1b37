import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The answers of a sidecar that is asked as fast as it can answer. */
export interface LoadAnswers {
  readonly answers: number;
  readonly wrong: number;
}

/** Has another process ask a sidecar of the small policy until the result is called. */
export function loadFully(port: number): () => Promise<LoadAnswers> {
  const asking = fileURLToPath(new URL('asking-process.ts', import.meta.url));
  const client = spawn(process.execPath, ['--import', 'tsx', asking, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  client.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = new Promise((resolve) => client.once('close', resolve));
  return async () => {
    client.stdin.end();
    await ended;
    return JSON.parse(said) as LoadAnswers;
  };
}

/** The processor time of a decision in turns side by side, in microseconds. */
export interface TurnPair {
  readonly with: number;
  readonly without: number;
}

export interface Turns {
  readonly pairs: number;
  readonly turnMs: number;
  /** How many decisions there were. */
  readonly decided: () => number;
  /** Has what is measured done from now on, or not. */
  readonly set: (isOn: boolean) => void;
}

/** Measures what something costs a decision: done in every second turn, and in the others not. */
export async function measureTurns({ pairs, turnMs, decided, set }: Turns): Promise<readonly TurnPair[]> {
  const turn = async (isOn: boolean): Promise<number> => {
    set(isOn);
    // What waits of the turn before is done by then.
    await pause(40);
    const [before, from] = [process.cpuUsage(), decided()];
    await pause(turnMs);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (decided() - from);
  };
  while (decided() < 20_000) await turn(true);
  const found: TurnPair[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = await turn(pair % 2 === 0);
    const second = await turn(pair % 2 !== 0);
    found.push(pair % 2 === 0 ? { with: first, without: second } : { with: second, without: first });
  }
  return found;
}

export function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? NaN;
}
