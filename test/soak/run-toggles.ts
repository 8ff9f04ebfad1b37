import { setTimeout as pause } from 'node:timers/promises';
import { KeptConnections, type KeptReply } from '../cli/serve/kept-connections.ts';
import { asAdmin, createAdminTokenFile } from '../support/admin-token.ts';
import { changedTexts } from '../support/change-policy.ts';
import { publish } from '../support/database-sidecar.ts';
import { parseRevision } from '../../src/policy/text/revision-text.ts';
import { send } from '../support/running-sidecar.ts';
import { Serving } from '../support/serving.ts';

export interface TogglesOutcome {
  readonly changes: number;
  readonly decisions: number;
  /** Decisions that were not answered. */
  readonly failed: readonly string[];
  /** Decisions that are not those of the revision that they name. */
  readonly wrong: readonly string[];
  /** Of each change, how long after its answer each other sidecar answered by it. */
  readonly delaysMs: readonly number[];
}

interface Seen {
  readonly atMs: number;
  readonly sequence: number;
  readonly decision: boolean;
}

const asked = { subject: 'bo', workspace: 'support', permission: 'doc:edit' };

/** Has a role changed in one sidecar after the other of one database, while each answers decisions without a pause. */
export async function runToggles(url: string, sidecars: number, changes: number): Promise<TogglesOutcome> {
  const deciding = Object.entries(changedTexts).filter(([path]) => !path.endsWith('.test.yaml'));
  const first = await publish(url, Object.fromEntries(deciding));
  const admins = await createAdminTokenFile();
  const flags = ['--listen', '127.0.0.1:0', '--database', url, '--changes', 'database'];
  const fleet = Array.from(
    { length: sidecars },
    () => new Serving([...flags, '--admin-token-file', admins.path, '--log-level', 'warn'], '/'),
  );
  try {
    for (const one of fleet) await one.untilOutput('answers on');
    const clients = fleet.map((one) => new Client(one.address));
    // From each change on what holds, until the next.
    const truth = [{ sequence: sequenceOf(first), decision: true, sidecar: -1, atMs: Date.now() }];
    for (let index = 0; index < changes; index += 1) {
      const isAllowed = index % 2 === 1;
      const sidecar = index % sidecars;
      const edit = { edit: 'role.change', workspace: 'support', role: 'writer', ...toggle(isAllowed) };
      const body = { actor: 'ana', edits: [edit] };
      const reply = await send(fleet[sidecar]?.address ?? '', '/v1/changes', {
        method: 'POST',
        headers: asAdmin,
        body,
      });
      if (reply.status !== 200) throw new Error(reply.text);
      const { revision } = reply.json as { revision: string };
      truth.push({ sequence: sequenceOf(revision), decision: isAllowed, sidecar, atMs: Date.now() });
      await pause(100);
    }
    await pause(2000);
    for (const client of clients) await client.stop();
    return {
      changes,
      decisions: clients.reduce((sum, { seen }) => sum + seen.length, 0),
      failed: clients.flatMap(({ failed }) => failed),
      wrong: clients.flatMap(({ seen }) => seen.flatMap((one) => wrongIn(one, truth))),
      delaysMs: truth.slice(1).flatMap((change) => delaysOf(change, clients)),
    };
  } finally {
    for (const one of fleet) one.kill();
    await admins.dispose();
  }
}

function toggle(isAllowed: boolean): object {
  return isAllowed ? { allow: ['doc:edit'] } : { disallow: ['doc:edit'] };
}

function sequenceOf(revision: string): number {
  const parsed = parseRevision(revision);
  if (parsed?.kind !== 'database') throw new Error(`no revision of a database: ${revision}`);
  return parsed.sequence;
}

function wrongIn({ sequence, decision }: Seen, truth: readonly Omit<Seen, 'atMs'>[]): string[] {
  const held = truth.findLast((one) => one.sequence <= sequence);
  return held?.decision === decision ? [] : [`${String(decision)} at ${sequence}`];
}

function delaysOf(
  { sequence, sidecar, atMs }: { readonly sequence: number; readonly sidecar: number; readonly atMs: number },
  clients: readonly Client[],
): number[] {
  return clients.flatMap(({ seen }, index) => {
    if (index === sidecar) return [];
    const reached = seen.find((one) => one.sequence >= sequence);
    return reached ? [Math.max(0, reached.atMs - atMs)] : [Infinity];
  });
}

/** Somebody who asks one sidecar for a decision again and again. */
class Client {
  readonly seen: Seen[] = [];
  readonly failed: string[] = [];
  readonly #connection: KeptConnections;
  readonly #ended: Promise<void>;
  #isStopped = false;

  constructor(address: string) {
    this.#connection = new KeptConnections(address, 1);
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
    this.#connection.close();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        for (const reply of await this.#connection.call('/v1/enforce', asked)) this.#note(reply);
      } catch (error) {
        this.failed.push(String(error));
      }
      await pause(5);
    }
  }

  #note({ status, json, text }: KeptReply): void {
    const { decision, revision } = json as { decision: boolean; revision: string };
    if (status === 200) this.seen.push({ atMs: Date.now(), sequence: sequenceOf(revision), decision });
    else this.failed.push(text);
  }
}
