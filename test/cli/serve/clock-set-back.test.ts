import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assert } from 'chai';
import { send } from '../../support/running-sidecar.ts';
import { waitFor } from '../../support/wait-for.ts';
import { asAdmin, createAdminTokenFile, type AdminTokenFile } from '../../support/admin-token.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { Serving } from '../../support/serving.ts';

const hour = 3_600_000;

// Only an administrator may set the clock of a machine, so the processes read one that a file sets.
const settableClock = `
  import { readFileSync } from 'node:fs';
  const real = Date.now;
  Date.now = () => real() + Number(readFileSync(process.env.CLOCK_FILE, 'utf8'));
`;

const roles = 'permissions:\n  A:\n    doc:read: Read\nroles:\n  reader: { title: Reader, grants: ["doc:read"] }\n';

describe('a sidecar whose clock is set back', function () {
  this.timeout(60_000);
  let folder: PolicyFolder;
  let serving: Serving;
  let tokens: AdminTokenFile;

  const setClock = (aheadMs: number): Promise<void> => writeFile(join(folder.root, 'clock'), String(aheadMs));
  const untilSaid = async (text: string, times: number): Promise<void> => {
    for (let turn = 0; turn < 4; turn += 1) {
      await waitFor(text, () => serving.stderr.split(text).length > times).catch(() => undefined);
    }
    assert.strictEqual(serving.stderr.split(text).length - 1, times, serving.stderr);
  };
  const allows = async (subject: string): Promise<boolean> => {
    const body = { subject, workspace: 'w', permission: 'doc:read' };
    const reply = await send(serving.address, '/v1/enforce', { method: 'POST', body });
    assert.strictEqual(reply.status, 200, reply.text);
    return (reply.json as { decision: boolean }).decision;
  };
  const lists = async (): Promise<boolean> => {
    const { json } = await send(serving.address, '/v1/workspaces/w/members/ana/permissions', {});
    return (json as { permissions: { decision: boolean }[] }).permissions.some(({ decision }) => decision);
  };

  beforeEach(async () => {
    const until = new Date(Date.now() + hour).toISOString();
    const members = `  ana: [{ role: reader, until: ${until} }]\n  bo: [{ role: reader, from: ${until} }]\n`;
    folder = await createPolicyFolder({ 'roles.yaml': roles, 'policies/w.yaml': `workspace: w\nmembers:\n${members}` });
    await setClock(0);
    await writeFile(join(folder.root, 'clock.mjs'), settableClock);
  });
  afterEach(async () => {
    serving.kill();
    await tokens.dispose();
    await folder.dispose();
  });
  const serve = async (...more: readonly string[]): Promise<void> => {
    const clock = join(folder.root, 'clock.mjs');
    tokens = await createAdminTokenFile();
    const flags = ['--listen', '127.0.0.1:0', '--poll-interval', '0.5', '--admin-token-file', tokens.path];
    serving = new Serving([...flags, ...more], folder.root, {
      environment: {
        NODE_OPTIONS: `--import=${pathToFileURL(clock).href}`,
        CLOCK_FILE: join(folder.root, 'clock'),
      },
    });
    await serving.untilOutput('try:');
  };

  it('revives nothing that has ended, ends nothing that has begun, and says so once', async () => {
    await serve();
    assert.deepEqual([await allows('ana'), await allows('bo'), await lists()], [true, false, true]);
    await setClock(2 * hour);
    assert.deepEqual([await allows('ana'), await allows('bo'), await lists()], [false, true, false]);
    await setClock(0);
    assert.deepEqual([await allows('ana'), await allows('bo'), await lists()], [false, true, false]);
    await untilSaid('the clock was set back', 1);
    const reload = await send(serving.address, '/v1/policy/reload', { method: 'POST', headers: asAdmin });
    assert.strictEqual(reload.status, 200, reload.text);
    assert.deepEqual([await allows('ana'), await allows('bo'), await lists()], [false, true, false]);
    await setClock(3 * hour);
    await untilSaid('the clock has caught up', 1);
    await untilSaid('the clock was set back', 1);
    assert.deepEqual([await allows('ana'), await allows('bo')], [false, true]);
  });

  it('has every worker keep the time, also one that is started since', async () => {
    await serve('--workers', '2', '--max-staleness', '1h');
    const all = async (): Promise<string> => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => allows('ana')));
      return [...new Set(answers)].join();
    };
    assert.strictEqual(await all(), 'true');
    await setClock(2 * hour);
    assert.strictEqual(await all(), 'false');
    // So that the primary has read it, too.
    await waitFor('a look at the files', async () => {
      const { json } = await send(serving.address, '/v1/policy', {});
      const { lastWordAt } = (json as { maxStaleness: { lastWordAt: string } }).maxStaleness;
      return Date.parse(lastWordAt) > Date.now() + hour;
    });
    await setClock(0);
    assert.strictEqual(await all(), 'false');
    const pids = async (): Promise<number[]> => {
      const { json } = await send(serving.address, '/v1/policy', {});
      return (json as { workers: { pid: number | null }[] }).workers.flatMap(({ pid }) => pid ?? []);
    };
    const [first = 0, second = 0] = await pids();
    process.kill(first, 'SIGKILL');
    for (let turn = 0; turn < 5; turn += 1) {
      await waitFor('another worker', async () => {
        const now = await pids();
        return now.length === 2 && !now.includes(first);
      }).catch(() => undefined);
    }
    const found = await pids();
    assert.include(found, second);
    assert.lengthOf(found, 2);
    assert.strictEqual(await all(), 'false');
  });
});
