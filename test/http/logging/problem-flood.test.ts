import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { HeldServing } from '../../support/held-serving.ts';
import { runCommand } from '../../support/command-line.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createLog } from '../../../src/http/logging/log.ts';
import { logReloads } from '../../../src/http/logging/reload-log.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
const path = 'policies/flood.yaml';
const request = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const nobody = { ...request, subject: 'cy@acme.example' };

interface Told {
  readonly problems: { readonly severity: string; readonly message: string }[];
  readonly problemCount: number;
}

describe('a flood of problems', function () {
  this.timeout(120_000);
  let running: RunningSidecar;
  let log: MemoryStream;
  beforeEach(async () => {
    running = await runSidecar();
    log = new MemoryStream();
    logReloads(running.live, createLog({ level: 'debug', stream: log, format: 'json' }));
  });
  afterEach(disposeSidecars);

  const told = async (): Promise<{ bytes: number; lastReload: Told }> => {
    const { text } = await running.call('/v1/policy');
    return { bytes: text.length, ...(JSON.parse(text) as { lastReload: Told }) };
  };
  const stillDecides = async (): Promise<void> => {
    assert.include((await running.enforce(request)).json as object, { decision: true });
    assert.include((await running.enforce(nobody)).json as object, { decision: false });
  };

  const floods: readonly (readonly [string, number, string])[] = [
    ['unknown roles', 30_000, `workspace: k\nmembers:\n${many(30_000, (index) => `  a${index}@x: b`)}`],
    ['one key again and again', 30_000, `workspace: k\nmembers:\n${many(30_001, () => '  ana: member')}`],
    ['aliases', 20_000, `workspace: k\nmembers:\n${many(20_000, (index) => `  a${index}: *b`)}`],
    ['keys that mean nothing', 15_001, many(15_000, (index) => `k${index}: b`)],
    ['subjects of no type', 20_000, `workspace: k\nmembers:\n${many(20_000, (index) => `  "x:a${index}": member`)}`],
    [
      'roles that extend nothing, beside thousands that they may have meant',
      20_000,
      `workspace: k\nroles:\n${many(20_000, (index) => `  r${index}: { title: R, extends: q${index} }`)}`,
    ],
  ];
  for (const [name, count, text] of floods) {
    it(`is told in part and counted: ${name}`, async () => {
      await running.folder.write(path, text);
      const reloading = running.call('/v1/policy/reload', { method: 'POST' });
      await stillDecides();
      const reply = await reloading;
      assert.strictEqual(reply.status, 422);
      assert.isBelow(reply.text.length, 100_000);
      assert.lengthOf((reply.json as Told).problems, limits.toldProblems);
      assert.strictEqual((reply.json as Told).problemCount, count);
      const { bytes, lastReload } = await told();
      assert.isBelow(bytes, 100_000);
      assert.lengthOf(lastReload.problems, limits.toldProblems);
      assert.strictEqual(lastReload.problemCount, count);
      assert.lengthOf(log.lines, limits.toldProblems + 1);
      assert.isBelow(log.text.length, 100_000);
      assert.include(JSON.parse(log.lines.at(-1) ?? ''), { problems: count, untold: count - limits.toldProblems });
      await stillDecides();
    });
  }

  it('of warnings keeps no policy from going live, and is told in part', async () => {
    const expired = many(20_000, (index) => `  a${index}@x: [{ role: member, until: 2020-01-01 }]`);
    await running.folder.write(path, `workspace: k\nmembers:\n${expired}`);
    const reply = await running.call('/v1/policy/reload', { method: 'POST' });
    assert.strictEqual(reply.status, 200);
    assert.isBelow(reply.text.length, 100_000);
    assert.lengthOf((reply.json as Told).problems, limits.toldProblems);
    assert.strictEqual((reply.json as Told).problemCount, 20_000);
    assert.lengthOf(log.lines, 1);
  });

  it('of warnings hides no error', async () => {
    const expired = many(20_000, (index) => `  a${index}@x: [{ role: member, until: 2020-01-01 }]`);
    await running.folder.write(path, `workspace: k\nmembers:\n${expired}`);
    await running.folder.write('policies/z.yaml', 'workspace: z\nmembers: { ana@acme.example: boss }\n');
    const reply = await running.call('/v1/policy/reload', { method: 'POST' });
    assert.strictEqual(reply.status, 422);
    assert.strictEqual((reply.json as Told).problemCount, 20_001);
    assert.lengthOf(
      (reply.json as Told).problems.filter(({ severity }) => severity === 'error'),
      1,
    );
  });

  it('of one in each of many files is told in part', async () => {
    for (let index = 0; index < 1500; index += 1) {
      await running.folder.write(`policies/many/w${index}.yaml`, `workspace: w${index}\nmembers: { ana: boss }\n`);
    }
    const reply = await running.call('/v1/policy/reload', { method: 'POST' });
    assert.lengthOf((reply.json as Told).problems, limits.toldProblems);
    assert.strictEqual((reply.json as Told).problemCount, 1500);
    assert.lengthOf(log.lines, limits.toldProblems + 1);
  });

  it('is none of bytes either, however long what it quotes is', async () => {
    const long = 'y'.repeat(3_000_000);
    const texts = [
      `workspace: k\nmembers:\n  ana: ${long}\n`,
      `workspace: k\nmembers:\n  ? "${long}"\n  : member\n`,
      `workspace: k\n? "${long}"\n: 1\n`,
      `workspace: k\ntitle: [${long}]\n`,
      `workspace: k\nmembers: ${long}\n`,
      `workspace: k\nroles: { r: { title: R, grants: ${long} } }\n`,
      `workspace: k\nmembers: *${long}\n`,
      `workspace: k\nmembers: !${long} {}\n`,
      `workspace: ${long}\n`,
    ];
    for (const text of texts) {
      await running.folder.write(path, text);
      const reply = await running.call('/v1/policy/reload', { method: 'POST' });
      assert.strictEqual(reply.status, 422, text.slice(0, 60));
      assert.isBelow(reply.text.length, 5000, text.slice(0, 60));
    }
    assert.isBelow(log.text.length, texts.length * 10_000);
  });

  it('is logged once, however often the files are read again, and again when it is another one', async () => {
    await running.folder.write(path, `workspace: k\nmembers:\n${many(200, (index) => `  a${index}@x: b`)}`);
    await running.live.reload('files');
    assert.lengthOf(log.lines, limits.toldProblems + 1);
    for (const trigger of ['poll', 'files', 'poll', 'files'] as const) {
      await running.folder.write('policies/beside.yaml', `workspace: beside\ntitle: ${trigger}${Math.random()}\n`);
      await running.live.reload(trigger);
    }
    assert.lengthOf(log.lines, limits.toldProblems + 1, 'an edit elsewhere');
    await running.live.reload('request');
    await running.live.reload('signal');
    assert.lengthOf(log.lines, limits.toldProblems + 3, 'a line for who asks');
    await running.folder.write(path, 'workspace: k\nmembers: { ana: boss }\n');
    await running.live.reload('files');
    assert.lengthOf(log.lines, limits.toldProblems + 5);
    assert.include(log.text, '`boss`');
  });
});

describe('a flood of problems elsewhere', function () {
  this.timeout(120_000);
  let folder: PolicyFolder;
  let serving: HeldServing | undefined;
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(async () => {
    serving?.dispose();
    await folder.dispose();
  });
  const flood = `workspace: k\nmembers:\n${many(20_000, (index) => `  a${index}@x: b`)}`;

  it('goes between the processes of a sidecar in part', async () => {
    serving = new HeldServing('serve --workers 2 --poll-interval 600 2> log.jsonl', folder.root, { stdio: 'ignore' });
    await serving.untilReady();
    await folder.write(path, flood);
    const reply = await serving.call('POST', '/v1/policy/reload');
    assert.strictEqual(reply.status, 422);
    assert.isBelow(reply.text.length, 100_000);
    assert.strictEqual(await serving.decide(), 'true false');
    const { text } = await serving.call('GET', '/v1/policy');
    assert.isBelow(text.length, 100_000);
    assert.strictEqual((JSON.parse(text) as { lastReload: Told }).lastReload.problemCount, 20_000);
    serving.signal('SIGTERM');
    await waitFor('its end', () => serving?.ended !== undefined, 20_000);
  });

  it('is shown by `lint` up to a bound, with the count of the rest, and fails it as ever', async () => {
    await folder.write(path, flood);
    const [text, json] = await Promise.all(
      ['text', 'json'].map((format) => runCommand(['lint', '--format', format], { cwd: folder.root })),
    );
    assert.strictEqual(text?.exitCode, 1);
    assert.lengthOf(text?.stdout.match(/\[unknown-role\]/g) ?? [], limits.fileProblems);
    assert.strictEqual(text?.stderr, '20000 problems in 5 files, of which 19000 are not shown\n');
    const report = JSON.parse(json?.stdout ?? '') as { problems: object[]; counts: object };
    assert.lengthOf(report.problems, limits.fileProblems);
    assert.deepEqual(report.counts, { files: 5, errors: 20_000, warnings: 0, waived: 0 });
  });

  it('in policy tests is shown by `test` up to the same bound', async () => {
    const asks = many(5000, (index) => `      - tag:crea${index}`);
    await folder.write(
      'policies/flood.test.yaml',
      `tests:\n  - name: many\n    as: ana@acme.example\n    workspace: support\n    can:\n${asks}`,
    );
    const result = await runCommand(['test'], { cwd: folder.root });
    assert.strictEqual(result.exitCode, 1);
    assert.lengthOf(result.stdout.match(/\[unknown-permission\]/g)!, limits.fileProblems);
  });
});
