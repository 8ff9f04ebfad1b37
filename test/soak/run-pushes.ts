import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { parseTrailers } from '../../src/store/changes/folder/trailers.ts';
import { PushedPolicy } from '../support/pushed-policy.ts';
import { send, type Reply } from '../support/running-sidecar.ts';
import { Serving } from '../support/serving.ts';

export interface PushRun {
  readonly sidecars: number;
  readonly writers: number;
  readonly changes: number;
  readonly roles: number;
  /** How often a sidecar is killed meanwhile. */
  readonly kills: number;
  /** Told now and then how far it is. */
  readonly onProgress?: (figures: Omit<PushFigures, 'faults' | 'delaysMs'>) => void;
}

export interface PushFigures {
  /** Whatever should not be. */
  readonly faults: readonly string[];
  readonly acknowledged: number;
  readonly byHand: number;
  /** Refused since that very role was another one by then, and made when somebody had looked again. */
  readonly conflicts: number;
  /** Given up by the sidecar after five tries, and sent again. */
  readonly givenUp: number;
  /** Not answered, or 503, and sent again with the same key. */
  readonly sentAgain: number;
  readonly kills: number;
  /** From the first time it was sent until it was acknowledged. */
  readonly delaysMs: readonly number[];
}

interface Made {
  readonly index: number;
  readonly change: string;
  readonly role: number;
}

/** Writers change roles through several sidecars of one branch while a person pushes there by hand. */
export async function runPushes(run: PushRun): Promise<PushFigures> {
  const policy = await PushedPolicy.create(filesOf(run));
  const log = join(policy.cache, 'updates');
  policy.hook('update', `echo "$1 $2 $3" >> '${log}'`);
  const fleet = Array.from({ length: run.sidecars }, (_, index) => new Sidecar(policy, index));
  const load = new PushLoad(run, policy, fleet);
  try {
    await Promise.all(fleet.map((sidecar) => sidecar.begin()));
    await load.run();
    return { ...load.figures(), faults: [...load.faults, ...findFaults(policy, load.made, log)] };
  } finally {
    for (const sidecar of fleet) sidecar.kill();
    await policy.dispose();
  }
}

function filesOf({ changes, roles }: PushRun): Record<string, string> {
  const ids = Array.from({ length: changes }, (_, index) => `doc:p${index}: P${index}`);
  const all = Array.from({ length: roles }, (_, index) => `  r${index}: { extends: member }\n`);
  return {
    'roles.yaml': `permissions:\n  Docs: { doc:read: Read, ${ids.join(', ')} }\n  Roles: { role:manage: { title: Manage, controls: roles } }\nroles:\n  member: { grants: [doc:read] }\n  admin: { grants: ["*"] }\ndefaultRole: member\n`,
    'policies/support.yaml': `# 0\nworkspace: support\nroles:\n${all.join('')}members:\n  ana@acme.example: admin\n`,
    'policies/sales.yaml': '# 0\nworkspace: sales\nmembers:\n  ana@acme.example: admin\n',
  };
}

class Sidecar {
  readonly #policy: PushedPolicy;
  readonly #name: string;
  #serving: Serving | undefined;

  constructor(policy: PushedPolicy, index: number) {
    this.#policy = policy;
    this.#name = `sidecar-${index}`;
  }

  async begin(): Promise<void> {
    const { server, cache } = this.#policy;
    const from = ['--git', server.url, '--cache', join(cache, this.#name), '--poll', '1s', '--changes', 'commit'];
    const flags = ['--listen', '127.0.0.1:0', '--admin-token-file', join(cache, `${this.#name}-tokens`), '--create'];
    this.#serving = new Serving([...from, ...flags], cache);
    await this.#serving.untilOutput('answers on');
    await this.#serving.untilOutput('revision');
  }

  async restart(): Promise<void> {
    this.kill();
    await this.#serving?.untilExit();
    await this.begin();
  }

  kill(): void {
    this.#serving?.kill();
  }

  post(query: string, body: object, headers: Record<string, string> = {}): Promise<Reply> {
    const token = readFileSync(join(this.#policy.cache, `${this.#name}-tokens`), 'utf8').trim();
    const call = { method: 'POST', headers: { Authorization: `Bearer ${token}`, ...headers }, body };
    return send(this.#serving?.address ?? '', `/v1/changes${query}`, call);
  }
}

class PushLoad {
  readonly #run: PushRun;
  readonly #policy: PushedPolicy;
  readonly #fleet: readonly Sidecar[];
  readonly made: Made[] = [];
  readonly faults: string[] = [];
  readonly #delaysMs: number[] = [];
  #next = 0;
  #byHand = 0;
  #conflicts = 0;
  #givenUp = 0;
  #sentAgain = 0;
  #kills = 0;

  constructor(run: PushRun, policy: PushedPolicy, fleet: readonly Sidecar[]) {
    this.#run = run;
    this.#policy = policy;
    this.#fleet = fleet;
  }

  async run(): Promise<void> {
    const writers = Array.from({ length: this.#run.writers }, (_, index) => this.#write(index));
    const others = [this.#pushByHand(), this.#killSometimes()];
    await Promise.all(writers);
    await Promise.all(others);
  }

  figures(): Omit<PushFigures, 'faults'> {
    const counts = { byHand: this.#byHand, conflicts: this.#conflicts, givenUp: this.#givenUp };
    const more = { sentAgain: this.#sentAgain, kills: this.#kills, delaysMs: this.#delaysMs };
    return { acknowledged: this.made.length, ...counts, ...more };
  }

  get #isOver(): boolean {
    return this.made.length >= this.#run.changes;
  }

  async #write(writer: number): Promise<void> {
    while (this.#next < this.#run.changes) {
      const index = this.#next;
      this.#next += 1;
      const role = Math.floor(Math.random() * this.#run.roles);
      const begunMs = Date.now();
      const change = await this.#make(writer, index, role);
      this.#delaysMs.push(Date.now() - begunMs);
      this.made.push({ index, change, role });
      if (this.made.length % 10 === 0) this.#run.onProgress?.(this.figures());
    }
  }

  // As a page does it: look, send, and look again where somebody else was quicker.
  async #make(writer: number, index: number, role: number): Promise<string> {
    const edit = { edit: 'role.change', workspace: 'support', role: `r${role}`, allow: [`doc:p${index}`] };
    const by = { actor: 'ana@acme.example' };
    for (let turn = 0; ; turn += 1) {
      const sidecar = this.#fleet[(writer + turn) % this.#fleet.length] as Sidecar;
      const key = { 'Idempotency-Key': `${index}-${this.#conflicts}-${turn}` };
      try {
        const { json } = await sidecar.post('?preview', { ...by, edits: [edit] });
        const { etags } = json as { etags?: string[] };
        if (!etags) throw new Error('it was not judged');
        const reply = await this.#send(writer + turn, { ...by, edits: [{ ...edit, etag: etags[0] }] }, key);
        if (reply.status === 200) return (reply.json as { change: string }).change;
        const { code, now } = reply.json as { code: string; now?: object };
        if (code !== 'changed-meanwhile') this.faults.push(`change ${index}: ${reply.text.slice(0, 300)}`);
        if (now) this.#conflicts += 1;
        else this.#givenUp += 1;
      } catch {
        // It is being started again.
        this.#sentAgain += 1;
        await pause(200);
      }
    }
  }

  // Whatever happens to it, it is sent again until somebody says what became of it, to whichever sidecar.
  async #send(first: number, body: object, key: Record<string, string>): Promise<Reply> {
    for (let turn = first; ; turn += 1) {
      const sidecar = this.#fleet[turn % this.#fleet.length] as Sidecar;
      const reply = await sidecar.post('', body, key).catch(() => undefined);
      if (reply && reply.status !== 503) return reply;
      this.#sentAgain += 1;
      await pause(100);
    }
  }

  async #pushByHand(): Promise<void> {
    while (!this.#isOver) {
      const file = this.#byHand % 3 === 0 ? 'policies/support.yaml' : 'policies/sales.yaml';
      try {
        this.#policy.pushByHand(
          file,
          (text) => text.replace(/^# \d+/, `# ${this.#byHand + 1}`),
          `By hand ${this.#byHand}`,
        );
        this.#byHand += 1;
      } catch {
        // Somebody else was quicker: a person pulls, and pushes again.
      }
      await pause(4000);
    }
  }

  async #killSometimes(): Promise<void> {
    const every = this.#run.changes / (this.#run.kills + 1);
    while (!this.#isOver) {
      if (this.#kills < this.#run.kills && this.made.length > every * (this.#kills + 1)) {
        this.#kills += 1;
        await this.#fleet[this.#kills % this.#fleet.length]?.restart();
      }
      await pause(50);
    }
  }
}

/** Whether each change that was acknowledged is there once and still, in a line without merges that was never forced. */
function findFaults(policy: PushedPolicy, made: readonly Made[], log: string): string[] {
  const faults: string[] = [];
  const messages = policy.git('log', '-z', '--format=%B', 'main').split('\0');
  const ids = messages.flatMap((message) => parseTrailers(message)?.get('Change') ?? []);
  for (const { change, index } of made) {
    const count = ids.filter((id) => id === change).length;
    if (count !== 1) faults.push(`change ${index} (${change}) is there ${count} times`);
  }
  if (ids.length !== made.length) faults.push(`${ids.length} changes are there, and ${made.length} were acknowledged`);
  const text = policy.read('policies/support.yaml');
  for (const { index, role } of made) {
    const line = text.split('\n').find((one) => one.startsWith(`  r${role}:`)) ?? '';
    if (!new RegExp(`doc:p${index}[,\\]]`).test(line)) faults.push(`change ${index} of role ${role} was undone`);
  }
  if (policy.git('rev-list', '--merges', '--count', 'main') !== '0') faults.push('there are merges');
  for (const line of existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []) {
    const [, before = '', after = ''] = line.split(' ');
    const isOnward = policy.git('rev-list', '--count', `${after}..${before}`) === '0';
    if (!isOnward) faults.push(`it was forced from ${before} to ${after}`);
  }
  return faults;
}
