import { assert } from 'chai';
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { DecisionLog } from '../../../src/http/logging/decision-log.ts';
import { createLog } from '../../../src/http/logging/log.ts';
import type { EnforceRequest } from '../../../src/policy/decision.ts';
import { RolebookError } from '../../../src/policy/errors.ts';
import { limits } from '../../../src/policy/limits.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const request: EnforceRequest = {
  subjectType: 'user',
  subjectId: 'ana@acme.example',
  workspace: 'support',
  permission: 'tag:create',
  resource: { note: 'private' },
};

interface Line {
  readonly id: string;
  readonly time: string;
  readonly subject: { readonly id: string };
}

describe('the decision log', () => {
  let folder: string;
  let file: string;
  let talk: MemoryStream;
  let log: DecisionLog | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-log-'));
    file = join(folder, 'decisions.jsonl');
    talk = new MemoryStream();
  });
  afterEach(async () => {
    await log?.close();
    log = undefined;
    await disposeSidecars();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (
    target: string,
    stdout: NodeJS.WritableStream = new MemoryStream(),
    drainTimeoutMs = 10_000,
  ): Promise<DecisionLog> => {
    const talkLog = createLog({ level: 'info', stream: talk, format: 'json' });
    log = await DecisionLog.open(target, { log: talkLog, stdout, drainTimeoutMs });
    return log;
  };
  const record = (to: DecisionLog, id = request.subjectId): void =>
    to.record({ ...request, subjectId: id }, 'granted', '3f9c2a1b7d4e', 0);
  const readLines = async (path = file): Promise<Line[]> =>
    (await readFile(path, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const idsIn = async (path = file): Promise<string[]> => (await readLines(path)).map((line) => line.subject.id);

  it('has a line for each decision, allowed and denied, single and in a batch', async () => {
    const decisionLog = await open(file);
    const running = await runSidecar({ decisionLog });
    const lead = { subject: 'ana@acme.example', workspace: 'support', permission: 'message:send', scope: 'shared' };
    const denied = { subject: { type: 'user', id: 'cy@acme.example' }, workspace: 'support', permission: 'tag:create' };
    await running.enforce(lead);
    await running.call('/v1/enforce?explain', { method: 'POST', body: denied });
    await running.call('/v1/enforce/batch', { method: 'POST', body: { requests: [denied, lead] } });
    await running.enforce({ ...lead, subject: '' });
    await running.dispose();
    const lines = await readLines();
    const revision = running.live.current?.revision;
    assert.lengthOf(lines, 4);
    assert.deepInclude(lines[0] as object, {
      revision,
      workspace: 'support',
      permission: 'message:send',
      scope: ['shared'],
    });
    assert.deepInclude(lines[0] as object, { subject: { type: 'user', id: 'ana@acme.example' } });
    assert.include(lines[0] as object, { decision: true, reason: 'granted' });
    assert.deepInclude(lines[1] as object, { subject: denied.subject, decision: false, reason: 'not-granted' });
    assert.notProperty(lines[1], 'scope');
    assert.propertyVal(new Set(lines.map((line) => line.id)), 'size', 4);
    assert.match(String(lines[0]?.time), /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
  });

  it('names the company that was asked itself, in place of a workspace', async () => {
    const decisionLog = await open(file);
    const running = await runSidecar({ decisionLog });
    const body = { subject: 'olu@acme.example', organization: 'acme', permission: 'message:send' };
    await running.enforce(body);
    await running.enforce({ ...body, organization: 'no"where' });
    await running.dispose();
    const [first, second] = (await readLines()) as unknown as object[];
    assert.deepInclude(first, {
      organization: 'acme',
      permission: 'message:send',
      reason: 'wrong-span',
      decision: false,
    });
    assert.notProperty(first, 'workspace');
    assert.deepInclude(second, { organization: 'no"where', reason: 'unknown-organization' });
  });

  it('never holds the attributes of a request', async () => {
    const decisionLog = await open(file);
    record(decisionLog);
    await decisionLog.flush();
    assert.notInclude(await readFile(file, 'utf8'), 'private');
  });

  it('has any subject as JSON has it', async () => {
    const decisionLog = await open(file);
    const ids = ['a\\b', 'ä💩', '<x>', 'a,b;c', "o'neil", '\u2028', 'a"b', '\u007f', '\ud800', '\n', '~ !'];
    for (const id of ids) record(decisionLog, id);
    await decisionLog.flush();
    assert.deepEqual(await idsIn(), ids);
  });

  it('is written soon without being asked, and is not for everybody to read', async () => {
    record(await open(file));
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.lengthOf(await readLines(), 1);
    assert.strictEqual((await stat(file)).mode & 0o007, 0);
  });

  it('keeps its order and loses nothing when many decisions come at once', async () => {
    const decisionLog = await open(file);
    const ids = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
    for (const id of ids) record(decisionLog, id);
    await decisionLog.flush();
    assert.deepEqual(await idsIn(), ids);
    assert.strictEqual(decisionLog.droppedCount, 0);
  });

  it('writes lines by the hundred, not each time a few have come', async () => {
    const writes: string[] = [];
    // As a disk does, it takes a moment, in which more is decided.
    const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
      writes.push(chunk.toString());
      setImmediate(done);
    };
    const decisionLog = await open('-', new Writable({ write }));
    for (let turn = 0; turn < 64; turn += 1) {
      for (let count = 0; count < 32; count += 1) record(decisionLog);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await decisionLog.flush();
    assert.lengthOf(writes.join('').split('\n'), 2049);
    assert.isBelow(writes.length, 12);
  });

  it('drops and counts what is beyond its bound', async () => {
    const decisionLog = await open(file);
    for (let count = 0; count < limits.decisionLogPending + 10; count += 1) record(decisionLog);
    assert.strictEqual(decisionLog.droppedCount, 10);
    await decisionLog.flush();
    assert.lengthOf(await readLines(), limits.decisionLogPending);
  });

  it('on a full disk drops lines, counts them, complains once, and decisions go on', async () => {
    const decisionLog = await open('/dev/full');
    const running = await runSidecar({ decisionLog });
    const body = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
    for (let round = 0; round < 3; round += 1) {
      assert.include((await running.enforce(body)).json as object, { decision: true });
      await decisionLog.flush();
    }
    assert.strictEqual(decisionLog.droppedCount, 3);
    assert.lengthOf(
      talk.lines.filter((line) => line.includes('ENOSPC')),
      1,
    );
    assert.include((await running.call('/metrics')).text, 'rolebook_decision_log_dropped_total 3');
  });

  it('comes back when its folder vanished and is there again', async function () {
    this.timeout(5000);
    const decisionLog = await open(file);
    record(decisionLog, 'before');
    await decisionLog.flush();
    await rm(folder, { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 1050));
    record(decisionLog, 'lost');
    await decisionLog.flush();
    assert.strictEqual(decisionLog.droppedCount, 1);
    await mkdir(folder);
    record(decisionLog, 'after');
    await decisionLog.flush();
    assert.deepEqual(await idsIn(), ['after']);
    assert.include(talk.text, 'the decision log is written again');
  });

  it('is rotated by moving it away and opening it again', async () => {
    const decisionLog = await open(file);
    record(decisionLog, 'old');
    await decisionLog.flush();
    await rename(file, `${file}.1`);
    record(decisionLog, 'still old');
    await decisionLog.reopen();
    record(decisionLog, 'new');
    await decisionLog.flush();
    assert.deepEqual(await idsIn(`${file}.1`), ['old', 'still old']);
    assert.deepEqual(await idsIn(), ['new']);
  });

  it('keeps writing to the old file when the new one cannot be opened', async () => {
    const decisionLog = await open(file);
    const away = `${folder}-away`;
    await rename(folder, away);
    await decisionLog.reopen();
    record(decisionLog, 'kept');
    await decisionLog.flush();
    assert.deepEqual(await idsIn(join(away, 'decisions.jsonl')), ['kept']);
    await rename(away, folder);
  });

  it('ends a torn line that a crash left before it writes its own', async () => {
    await appendFile(file, '{"time":"2026-');
    const decisionLog = await open(file);
    record(decisionLog);
    await decisionLog.flush();
    const [torn, whole] = (await readFile(file, 'utf8')).split('\n');
    assert.strictEqual(torn, '{"time":"2026-');
    assert.include(JSON.parse(whole ?? ''), { decision: true });
  });

  it('goes to standard output for `-`, and waits for a slow reader', async () => {
    const stdout = new MemoryStream({ highWaterMark: 1 });
    const decisionLog = await open('-', stdout);
    for (let count = 0; count < 5000; count += 1) record(decisionLog);
    await decisionLog.flush();
    assert.lengthOf(stdout.lines, 5000);
  });

  it('survives a reader of standard output that goes away', async () => {
    const stdout = new MemoryStream();
    const decisionLog = await open('-', stdout);
    stdout.destroy(new Error('EPIPE'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    record(decisionLog);
    await decisionLog.flush();
    assert.strictEqual(decisionLog.droppedCount, 1);
  });

  it('does not wait for ever for a reader of standard output that reads no more', async () => {
    const stdout = new Writable({ write: () => undefined });
    const decisionLog = await open('-', stdout, 50);
    const running = await runSidecar({ decisionLog });
    const body = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
    for (let round = 0; round < 3; round += 1) {
      assert.include((await running.enforce(body)).json as object, { decision: true });
    }
    await running.dispose();
    await decisionLog.close();
  });

  it('that cannot be opened at the start is a clear error', async () => {
    const error: unknown = await open(join(folder, 'no', 'such', 'folder')).catch((reason: unknown) => reason);
    assert.instanceOf(error, RolebookError);
    assert.include(error as object, { code: 'configuration' });
    log = undefined;
  });
});
