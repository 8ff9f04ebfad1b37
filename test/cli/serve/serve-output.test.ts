import { execFileSync, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import { HeldServing } from '../../support/held-serving.ts';

/** Allow and deny, as the policy of the tests has them. */
const decided = 'true false';

interface LogLine {
  readonly msg?: string;
  readonly dropped?: number;
  readonly decision?: boolean;
}

const reloadLines = ['the policy files say the same as before', 'an admin call was allowed'];

describe('what nobody takes of the output of `rolebook serve`', function () {
  this.timeout(60_000);
  let folder: PolicyFolder;
  let serving: HeldServing | undefined;
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(async () => {
    serving?.dispose();
    await folder.dispose();
  });

  const start = async (
    words: string,
    options: ConstructorParameters<typeof HeldServing>[2] = {},
  ): Promise<HeldServing> => {
    serving = new HeldServing(words, folder.root, options);
    await serving.untilReady();
    return serving;
  };
  const linesOf = async (file: string): Promise<LogLine[]> =>
    (await readFile(join(folder.root, file), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine);
  /** A file of this process may be so large, until `makeRoom`: what a disk is that runs full. */
  const small = (kilobytes: number): string => `ulimit -S -f ${kilobytes}; `;
  const makeRoom = (of: HeldServing): void =>
    void execFileSync('prlimit', ['--pid', String(of.pid), '--fsize=unlimited:unlimited']);

  describe('on a disk that runs full', () => {
    it('is dropped line by line of the log, counted, and told of when there is room again', async () => {
      const sidecar = await start('serve --log-level debug 2> log.jsonl > /dev/null', { prepare: small(4) });
      for (let round = 0; round < 60; round += 1) await sidecar.call('POST', '/v1/policy/reload');
      assert.strictEqual(await sidecar.decide(), decided);
      const dropped = await sidecar.metric('rolebook_log_dropped_total');
      assert.isAbove(dropped, 5);
      makeRoom(sidecar);
      await sidecar.call('POST', '/v1/policy/reload');
      await waitFor('the lines', async () =>
        (await readFile(join(folder.root, 'log.jsonl'), 'utf8')).includes('missing'),
      );
      const lines = await linesOf('log.jsonl');
      const told = lines.find(({ msg }) => msg === 'lines of the log could not be written and are missing');
      assert.strictEqual(told?.dropped, dropped);
      // Each reload has two lines, its own and that of the call.
      const reloads = lines.filter(({ msg }) => reloadLines.includes(msg ?? ''));
      assert.lengthOf(reloads, 2 * 61 - dropped, 'each is there or counted');
    });

    for (const [name, words] of [
      ['standard output', 'serve --decision-log - 2> /dev/null > decisions.jsonl'],
      ['a file', 'serve --decision-log decisions.jsonl 2> /dev/null > /dev/null'],
      ['standard output of several workers', 'serve --workers 2 --decision-log - 2> /dev/null > decisions.jsonl'],
    ] as const) {
      it(`is dropped of a decision log in ${name}, no line in part, and decisions go on`, async () => {
        const sidecar = await start(words, { prepare: small(100) });
        await sidecar.decideOften(3);
        await waitFor('dropped lines', async () => (await sidecar.metric('rolebook_decision_log_dropped_total')) > 0);
        await pause(300);
        assert.strictEqual(await sidecar.decide(), decided);
        await pause(300);
        makeRoom(sidecar);
        await sidecar.decide();
        await pause(300);
        const dropped = await sidecar.metric('rolebook_decision_log_dropped_total');
        sidecar.signal('SIGTERM');
        assert.deepEqual(await sidecar.untilEnded(), { code: 0, signal: null });
        const text = await readFile(join(folder.root, 'decisions.jsonl'), 'utf8');
        const lines = text.split('\n').slice(0, -1);
        assert.strictEqual(text.endsWith('\n'), true);
        for (const line of lines) assert.property(JSON.parse(line), 'decision');
        assert.strictEqual(lines.length + dropped, 3004);
        assert.sameMembers(
          lines.slice(-2).map((line) => (JSON.parse(line) as LogLine).decision),
          [true, false],
        );
      });
    }

    it('is no reason to end when neither stream takes anything from the start', async () => {
      const sidecar = await start('serve --log-level debug --decision-log - > /dev/full 2> /dev/full');
      for (let round = 0; round < 5; round += 1) assert.strictEqual(await sidecar.decide(), decided);
      await waitFor('both counts', async () => (await sidecar.metric('rolebook_decision_log_dropped_total')) === 10);
      assert.isAbove(await sidecar.metric('rolebook_log_dropped_total'), 0);
      sidecar.signal('SIGTERM');
      assert.deepEqual(await sidecar.untilEnded(), { code: 0, signal: null });
    });
  });

  describe('by a reader that stands still', () => {
    for (const words of [
      'serve --decision-log - --log-level debug',
      'serve --workers 2 --decision-log - --log-level debug',
    ]) {
      it(`holds up no decision, no reload and no end: ${words}`, async () => {
        const sidecar = await start(words);
        await sidecar.decideOften(12);
        await sidecar.fillLog(100);
        for (let round = 0; round < 20; round += 1) await sidecar.call('POST', '/v1/policy/reload');
        assert.strictEqual(await sidecar.decide(), decided);
        sidecar.signal('SIGHUP');
        assert.strictEqual((await sidecar.call('GET', '/v1/policy')).status, 200);
        sidecar.signal('SIGTERM');
        assert.deepEqual(await sidecar.untilEnded(), { code: 0, signal: null });
      });
    }

    it('gets whole lines when it reads on, and is told how many are missing', async () => {
      const sidecar = await start('serve --log-level debug > /dev/null');
      const isDropping = async (): Promise<boolean> => {
        await sidecar.fillLog(100);
        return (await sidecar.metric('rolebook_log_dropped_total')) > 0;
      };
      await waitFor('a full megabyte', isDropping, 50_000);
      let text = '';
      sidecar.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      await waitFor('what is missing', () => text.includes('are missing'), 10_000);
      const lines = text.split('\n').slice(0, -1);
      const dropped = lines.map((line) => (JSON.parse(line) as LogLine).dropped ?? 0).reduce((sum, some) => sum + some);
      assert.strictEqual(dropped, await sidecar.metric('rolebook_log_dropped_total'));
    });

    it('ends at once, with 3, when somebody asks twice', async () => {
      const fifo = join(folder.root, 'fifo');
      execFileSync('mkfifo', [fifo]);
      const reader = openSync(fifo, 'r+');
      const sidecar = await start('serve --decision-log fifo');
      await sidecar.decideOften(5);
      assert.strictEqual((await sidecar.call('POST', '/v1/policy/reload')).status, 200);
      sidecar.signal('SIGTERM');
      await pause(100);
      sidecar.signal('SIGTERM');
      assert.deepEqual(await sidecar.untilEnded(3000), { code: 3, signal: null });
      assert.isAbove(reader, 2);
    });

    it('is ended by its database as without one', async () => {
      await mkdir(join(folder.root, 'db'));
      const database = 'sqlite:db/releases.db';
      const publish = new URL('../../../bin/rolebook.js', import.meta.url).pathname;
      execFileSync(process.execPath, [publish, 'publish', '--database', database], {
        cwd: folder.root,
        stdio: 'ignore',
      });
      const sidecar = await start(`serve --database ${database} --decision-log - --log-level debug`);
      await sidecar.decideOften(5);
      assert.strictEqual(await sidecar.decide(), decided);
      sidecar.signal('SIGTERM');
      assert.deepEqual(await sidecar.untilEnded(), { code: 0, signal: null });
    });
  });

  it('is dropped when its readers are gone, and when there were none', async () => {
    const sidecar = await start('serve --decision-log - --log-level debug');
    sidecar.child.stdout?.destroy();
    sidecar.child.stderr?.destroy();
    await pause(50);
    await sidecar.call('POST', '/v1/policy/reload');
    assert.strictEqual(await sidecar.decide(), decided);
    await waitFor('both counts', async () => (await sidecar.metric('rolebook_decision_log_dropped_total')) === 2);
    assert.isAbove(await sidecar.metric('rolebook_log_dropped_total'), 0);
    sidecar.signal('SIGTERM');
    assert.deepEqual(await sidecar.untilEnded(), { code: 0, signal: null });
    const closed = await start('serve --decision-log - --log-level debug >&- 2>&-');
    assert.strictEqual(await closed.decide(), decided);
    closed.signal('SIGTERM');
    assert.deepEqual(await closed.untilEnded(), { code: 0, signal: null });
  });

  it('is dropped when its terminal stands still and when it goes away', async () => {
    const words = `serve --log-level debug --decision-log -`;
    const inner = new HeldServing(words, folder.root, { stdio: 'ignore', prepare: 'echo not started >&2; exit 1; ' });
    const command = `"${process.execPath}" bin/rolebook.js serve --policy "${folder.root}" --listen "unix:${inner.socket}" --log-level debug --decision-log -`;
    const root = new URL('../../..', import.meta.url).pathname;
    const terminal = spawn('script', ['-qfec', `echo $$ > ${folder.root}/pid; exec ${command}`, '/dev/null'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    await inner.untilReady();
    const pid = Number(await readFile(join(folder.root, 'pid'), 'utf8'));
    try {
      terminal.kill('SIGSTOP');
      await inner.decideOften(5);
      for (let round = 0; round < 100; round += 1) await inner.call('POST', '/v1/policy/reload');
      assert.strictEqual(await inner.decide(), decided);
      terminal.kill('SIGKILL');
      await waitFor('dropped lines', async () => {
        await inner.call('POST', '/v1/policy/reload');
        return (await inner.metric('rolebook_log_dropped_total')) > 0;
      });
      assert.strictEqual(await inner.decide(), decided);
    } finally {
      process.kill(pid, 'SIGTERM');
    }
    await waitFor('its end', () => !isThere(pid), 20_000);
  });

  it("has Node's own warnings as lines of the log", async () => {
    await writeFile(join(folder.root, 'warn.mjs'), "setInterval(() => process.emitWarning('of Node'), 500);\n");
    await start('serve 2> log.jsonl', { env: { NODE_OPTIONS: '--import ./warn.mjs' } });
    await waitFor('the warning', async () => (await linesOf('log.jsonl')).some(({ msg }) => msg === 'of Node'), 10_000);
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
