import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../src/policy/errors.ts';
import { asAdmin, createAdminTokenFile } from '../support/admin-token.ts';
import { startPostgres, type OwnPostgres } from '../support/postgres-server.ts';
import { ask, call, FleetClient, type FleetTally } from './fleet-clients.ts';
import { probeOf, writeFleetPolicy } from './fleet-policy.ts';
import { FleetSidecar, freePort, publishFiles, type RolebookCommand } from './fleet-processes.ts';

export interface FleetOptions {
  readonly command: RolebookCommand;
  readonly sidecars: number;
  /** Processes that answer in each of them; by default one. */
  readonly workers?: number;
  readonly clients: number;
  /** Changes of memberships, of all clients together. */
  readonly changes: number;
  readonly publications: number;
  /** How often each is killed without warning while all that goes on. */
  readonly kills: { readonly sidecars: number; readonly publishers: number; readonly database: number };
  readonly say?: (text: string) => void;
}

export interface FleetResult extends FleetTally {
  readonly published: number;
  /** From an acknowledged change to its effect in each other sidecar, sorted; measured before anybody is killed. */
  readonly spreadMs: readonly number[];
  /** What the database holds in the end beside what was acknowledged; must be empty. */
  readonly differences: readonly string[];
}

/** Lets a whole fleet work on one PostgreSQL, kills parts of it, and holds what is there afterwards against what was promised. */
export async function runFleet(options: FleetOptions): Promise<FleetResult> {
  const { command, say = () => undefined } = options;
  const root = await mkdtemp(join(tmpdir(), 'rolebook-fleet-'));
  const server = await startPostgres();
  const admins = await createAdminTokenFile();
  const url = await server.createDatabase();
  const fleet: FleetSidecar[] = [];
  try {
    await writeFleetPolicy(root, 0);
    await publishFiles(command, url, root);
    for (let index = 0; index < options.sidecars; index += 1) {
      fleet.push(new FleetSidecar(command, url, admins, await freePort(), options.workers));
    }
    for (const sidecar of fleet) await sidecar.start();
    say(`${fleet.length} sidecars are ready`);
    const run = new FleetRun(options, { root, url, server, fleet });
    const spreadMs = await run.measureSpread();
    say('load, publications and kills');
    await run.work();
    return { ...run.tally, published: run.published, spreadMs, differences: await run.findDifferences() };
  } catch (error) {
    const errors = fleet.flatMap(({ output }) => output.split('\n').filter((line) => line.includes('"level":50')));
    throw new Error([messageOf(error), ...errors.slice(-10)].join('\n'), { cause: error });
  } finally {
    for (const sidecar of fleet) await sidecar.kill();
    server.stop();
    await admins.dispose();
    await rm(root, { recursive: true });
  }
}

interface FleetParts {
  readonly root: string;
  readonly url: string;
  readonly server: OwnPostgres;
  readonly fleet: readonly FleetSidecar[];
}

class FleetRun {
  readonly tally: FleetTally = { acknowledged: 0, retried: 0, asked: 0, unanswered: 0, wrong: [] };
  published = 0;
  readonly #options: FleetOptions;
  readonly #parts: FleetParts;
  readonly #clients: readonly FleetClient[];
  #changesLeft: number;

  constructor(options: FleetOptions, parts: FleetParts) {
    this.#options = options;
    this.#parts = parts;
    this.#changesLeft = options.changes;
    const ports = parts.fleet.map(({ port }) => port);
    this.#clients = Array.from(
      { length: options.clients },
      (_, index) => new FleetClient(`c${index}`, ports, this.tally, Math.random),
    );
  }

  /** One change at a time; `minRevision` makes each sidecar answer as soon as it knows. */
  async measureSpread(): Promise<number[]> {
    const found: number[] = [];
    const { fleet } = this.#parts;
    for (let change = 0; change < 30; change += 1) {
      const [first, ...others] = rotated(fleet, change);
      const reply = await call(first?.port ?? 0, '/v1/workspaces/support/members/spread', {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', ...asAdmin },
        body: JSON.stringify({ roles: [change % 2 === 0 ? 'reader' : 'writer'], actor: 'boss' }),
      });
      const acknowledgedMs = performance.now();
      const revision = String(reply?.json['revision']);
      const times = others.map(async ({ port }) => {
        const answer = await ask(port, 'spread', 'doc:write', revision);
        if (answer?.json['decision'] !== (change % 2 === 1)) this.tally.wrong.push(`spread: ${JSON.stringify(answer)}`);
        return performance.now() - acknowledgedMs;
      });
      found.push(...(await Promise.all(times)));
    }
    return found.sort((left, right) => left - right);
  }

  async work(): Promise<void> {
    const working = Promise.all([this.#publishAll(), ...this.#clients.map((client) => this.#changeOn(client))]);
    const killing = this.#killSome();
    await working;
    await killing;
  }

  async #changeOn(client: FleetClient): Promise<void> {
    while (this.#changesLeft > 0) {
      this.#changesLeft -= 1;
      await client.changeOnce();
    }
  }

  async #publishAll(): Promise<void> {
    const { publications, kills } = this.#options;
    for (let publication = 1; publication <= publications; publication += 1) {
      await writeFleetPolicy(this.#parts.root, publication);
      for (let kill = 0; kill < kills.publishers && publication % 3 === 0; kill += 1) {
        await this.#publish(200 + Math.random() * 600);
      }
      let revision: string | undefined;
      while (revision === undefined) revision = await this.#publish();
      this.published += 1;
      for (const { port } of this.#parts.fleet) await this.#checkProbe(port, publication, revision);
      await pause(100);
    }
  }

  async #publish(killAfterMs?: number): Promise<string | undefined> {
    const { root, url } = this.#parts;
    return (await publishFiles(this.#options.command, url, root, killAfterMs)).revision;
  }

  async #checkProbe(port: number, publication: number, revision: string): Promise<void> {
    for (const [number, expected] of [
      [publication, true],
      [publication - 1, false],
    ] as const) {
      const reply = await ask(port, 'prober', probeOf(number), revision);
      this.tally.asked += 1;
      if (!reply || reply.status === 503) this.tally.unanswered += 1;
      else if (reply.json['decision'] !== expected)
        this.tally.wrong.push(`${probeOf(number)}: ${JSON.stringify(reply.json)}`);
    }
  }

  async #killSome(): Promise<void> {
    const { kills, say = () => undefined } = this.#options;
    const { fleet, server } = this.#parts;
    for (let kill = 0; kill < Math.max(kills.sidecars, kills.database); kill += 1) {
      await pause(700);
      if (kill < kills.database) {
        say('the database is killed');
        server.kill();
        await pause(500);
        await server.start();
      }
      const sidecar = fleet[kill % fleet.length];
      if (kill >= kills.sidecars || !sidecar) continue;
      say('a sidecar is killed');
      await sidecar.kill();
      await sidecar.start();
    }
  }

  /** Nothing lost, nothing doubled: memberships, their history and the rows for Casbin, against what was acknowledged. */
  async findDifferences(): Promise<string[]> {
    const { server, url } = this.#parts;
    const read = (statement: string): Promise<Record<string, unknown>[]> => server.query(url, statement);
    const wanted = new Map(this.#clients.flatMap((client) => [...client.held]));
    const written = new Map(this.#clients.flatMap((client) => [...client.changes]));
    const held = await read("SELECT subject_id, assignments FROM rolebook_member WHERE subject_id <> 'spread'");
    const found = new Map(held.map((row) => [String(row['subject_id']), rolesIn(String(row['assignments']))]));
    const differences: string[] = [];
    const compare = (what: string, left: unknown, right: unknown): void => {
      if (left !== right) differences.push(`${what}: ${String(left)}, and ${String(right)} was acknowledged`);
    };
    for (const subject of new Set([...wanted.keys(), ...found.keys()])) {
      compare(`roles of ${subject}`, found.get(subject) ?? '', [...(wanted.get(subject) ?? [])].sort().join());
    }
    const history = await read(
      "SELECT subject_id, count(*)::int AS events FROM rolebook_event WHERE kind = 'member' AND subject_id <> 'spread' GROUP BY 1",
    );
    const events = new Map(history.map((row) => [String(row['subject_id']), row['events']]));
    for (const [subject, count] of written) compare(`changes of ${subject}`, events.get(subject), count);
    compare('subjects in the history', events.size, written.size);
    const [ends] = await read('SELECT max(sequence) AS last, count(*)::int AS events FROM rolebook_event');
    compare('the last sequence', ends?.['last'], ends?.['events']);
    const [rules] = await read("SELECT count(*)::int AS rules FROM casbin_rule WHERE id > 0 AND v0 <> 'user:spread'");
    compare('rows for Casbin', rules?.['rules'], [...wanted.values()].flat().length);
    return differences;
  }
}

function rolesIn(assignments: string): string {
  return (JSON.parse(assignments) as { role: string }[])
    .map(({ role }) => role)
    .sort()
    .join();
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
