import { setTimeout as pause } from 'node:timers/promises';
import { asAdmin } from '../support/admin-token.ts';
import { askedPermissions, grantedBy, holdings, type Holding } from './fleet-policy.ts';

/** What is counted over the whole run. */
export interface FleetTally {
  /** Changes that were acknowledged. */
  acknowledged: number;
  /** Requests that got no answer or a 503, and were sent again. */
  retried: number;
  /** Decisions asked with `minRevision`. */
  asked: number;
  /** Those that were answered by a 503, or by nobody. */
  unanswered: number;
  /** An older answer, or a wrong one: must stay empty. */
  readonly wrong: string[];
}

export interface FleetReply {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

/** Undefined: nobody answered. */
export async function call(port: number, path: string, init: RequestInit = {}): Promise<FleetReply | undefined> {
  try {
    const signal = AbortSignal.timeout(30_000);
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal });
    return { status: reply.status, json: (await reply.json()) as Record<string, unknown> };
  } catch {
    return undefined;
  }
}

const json = { 'Content-Type': 'application/json' };

export function ask(
  port: number,
  subject: string,
  permission: string,
  minRevision?: string,
): Promise<FleetReply | undefined> {
  const body = { subject, workspace: 'support', permission, minRevision };
  return call(port, '/v1/enforce', { method: 'POST', headers: json, body: JSON.stringify(body) });
}

/** One caller of a fleet, with subjects of its own, so that it knows what each of them must hold. */
export class FleetClient {
  readonly held = new Map<string, Holding>();
  readonly changes = new Map<string, number>();
  readonly #name: string;
  readonly #ports: readonly number[];
  readonly #tally: FleetTally;
  readonly #random: () => number;

  constructor(name: string, ports: readonly number[], tally: FleetTally, random: () => number) {
    this.#name = name;
    this.#ports = ports;
    this.#tally = tally;
    this.#random = random;
  }

  /** Changes what a subject holds, until that is acknowledged, and asks others of the fleet whether they know. */
  async changeOnce(): Promise<void> {
    const subject = `${this.#name}-${this.#pick(subjectNumbers)}`;
    const now = this.held.get(subject) ?? holdings[0];
    const next = this.#pick(holdings.filter((holding) => holding !== now));
    const revision = await this.#send(subject, next);
    this.held.set(subject, next);
    this.changes.set(subject, (this.changes.get(subject) ?? 0) + 1);
    this.#tally.acknowledged += 1;
    for (let asked = 0; asked < 3; asked += 1) await this.#check(this.#pick(this.#ports), subject, revision);
  }

  async #send(subject: string, roles: Holding): Promise<string> {
    const path = `/v1/workspaces/support/members/${subject}`;
    // The same key for every try: of a try without an answer nobody knows what became of it.
    const headers = { ...json, ...asAdmin, 'Idempotency-Key': `${subject}-${this.changes.get(subject) ?? 0}` };
    for (let tries = 0; tries < 2000; tries += 1) {
      const port = this.#pick(this.#ports);
      const reply = await (roles.length === 0
        ? call(port, `${path}?actor=boss`, { method: 'DELETE', headers })
        : call(port, path, { method: 'PUT', headers, body: JSON.stringify({ roles, actor: 'boss' }) }));
      if (reply && reply.status < 300) return String(reply.json['revision']);
      if (reply && reply.status !== 503) throw new Error(`${subject}: ${JSON.stringify(reply)}`);
      this.#tally.retried += 1;
      await pause(20);
    }
    throw new Error(`${subject}: nobody took the change`);
  }

  async #check(port: number, subject: string, revision: string): Promise<void> {
    const permission = this.#pick(askedPermissions);
    const reply = await ask(port, subject, permission, revision);
    this.#tally.asked += 1;
    if (!reply || reply.status === 503) this.#tally.unanswered += 1;
    else if (reply.json['decision'] !== grantedBy(this.held.get(subject) ?? []).includes(permission)) {
      this.#tally.wrong.push(`${subject} ${permission} at ${revision}: ${JSON.stringify(reply.json)}`);
    }
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item;
  }
}

const subjectNumbers = Array.from({ length: 12 }, (_, index) => index);
