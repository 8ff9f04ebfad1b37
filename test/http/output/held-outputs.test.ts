import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { DroppingOutput } from '../../../src/http/output/dropping-output.ts';
import { FileSink } from '../../../src/http/output/file-sink.ts';
import { createLog } from '../../../src/http/logging/log.ts';
import { openLogSink } from '../../../src/http/output/open-log-sink.ts';
import { SharedLogSink } from '../../../src/http/workers/shared-log-sink.ts';
import { limits } from '../../../src/policy/limits.ts';
import { waitFor } from '../../support/wait-for.ts';
import { MemoryStream } from '../../support/memory-stream.ts';

const line = (text: string): Buffer => Buffer.from(`${text}\n`);
const { O_RDONLY, O_RDWR, O_NONBLOCK } = constants;

describe('a log whose reader stands still', () => {
  let folder: string;
  let fifo: string;
  let readers: number[];
  let sinks: { close(): Promise<void> }[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-held-'));
    fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    readers = [];
    sinks = [];
  });
  afterEach(async () => {
    for (const sink of sinks) await sink.close();
    for (const reader of readers) closeSync(reader);
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (path = fifo): Promise<FileSink> => {
    const sink = await FileSink.open(path);
    sinks.push(sink);
    return sink;
  };
  /** Opens the other end, and reads when `read` is called. */
  const openReader = (path = fifo, flags = O_RDONLY): number => {
    const reader = openSync(path, flags | O_NONBLOCK);
    readers.push(reader);
    return reader;
  };
  const read = (reader: number): string => {
    const bytes = Buffer.alloc(1024 * 1024);
    try {
      return bytes.subarray(0, readSync(reader, bytes)).toString();
    } catch {
      return '';
    }
  };
  /** More than a pipe holds. */
  const fill = (): Buffer => Buffer.from(`${'x'.repeat(199)}\n`.repeat(1000));

  it('holds no thread, however many there are: files are read, and names are looked up', async () => {
    const paths = Array.from({ length: 8 }, (_, index) => join(folder, `fifo-${index}`));
    execFileSync('mkfifo', paths);
    for (const path of paths) openReader(path);
    const stalled = await Promise.all(paths.map((path) => open(path)));
    const unread = await Promise.all([open(), open(), open(), open(), open()]);
    const writes = [...stalled, ...unread].map((sink) => sink.write(fill()));
    await pause(100);
    await writeFile(join(folder, 'beside'), 'read');
    assert.strictEqual(await readFile(join(folder, 'beside'), 'utf8'), 'read');
    for (const sink of [...stalled, ...unread]) await sink.close();
    const written = await Promise.all(writes);
    assert.strictEqual(
      written.every(({ error }) => error !== undefined),
      true,
    );
    for (const { bytesWritten } of written.slice(0, 8)) assert.strictEqual(bytesWritten % 200, 0, 'whole lines');
    assert.strictEqual(
      written.slice(8).every(({ bytesWritten }) => bytesWritten === 0),
      true,
    );
  });

  it('is waited for when nobody has opened it yet, and then gets everything', async () => {
    const sink = await open();
    const writing = sink.write(line('first'));
    await pause(50);
    const reader = openReader();
    assert.deepEqual(await writing, { bytesWritten: 6, error: undefined });
    assert.strictEqual(read(reader), 'first\n');
  });

  it('goes on where it stood when the reader reads on, with no byte twice and none missing', async () => {
    const reader = openReader();
    const sink = await open();
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`).join('\n');
    const writing = sink.write(Buffer.from(`${lines}\n`));
    let got = '';
    await waitFor('all lines', () => {
      got += read(reader);
      return got.length >= lines.length + 1;
    });
    assert.strictEqual(got === `${lines}\n`, true);
    assert.strictEqual((await writing).error, undefined);
  });

  it('goes on with the line that was begun when writing is given up in the middle of a long one', async () => {
    const reader = openReader();
    const sink = await open();
    const long = `${'y'.repeat(150_000)}\n`;
    const writing = sink.write(Buffer.from(`${long}never begun\n`));
    await pause(50);
    sink.giveUp();
    const { bytesWritten, error } = await writing;
    assert.instanceOf(error, Error);
    assert.strictEqual(bytesWritten, long.length, 'the begun line counts');
    const after = sink.write(line('after'));
    let got = '';
    await waitFor('the rest', () => {
      got += read(reader);
      return got.endsWith('after\n');
    });
    await after;
    assert.strictEqual(got === `${long}after\n`, true);
  });

  it('tells of a reader that went away, and goes on with the next', async () => {
    const sink = await open();
    const first = openSync(fifo, O_RDONLY | O_NONBLOCK);
    await sink.write(line('first'));
    assert.strictEqual(read(first), 'first\n');
    closeSync(first);
    assert.deepInclude(await sink.write(line('lost')), { bytesWritten: 0 });
    const second = openReader();
    assert.deepEqual(await sink.write(line('second')), { bytesWritten: 7, error: undefined });
    assert.strictEqual(read(second), 'second\n');
  });

  it('is left for another file at SIGHUP, though it still stands', async () => {
    openReader();
    const sink = await open();
    const writing = sink.write(fill());
    await rename(fifo, `${fifo}.old`);
    await sink.reopen();
    assert.instanceOf((await writing).error, Error);
    await sink.write(line('new'));
    assert.strictEqual(await readFile(fifo, 'utf8'), 'new\n');
  });

  it('is left at SIGHUP by several workers, too, whose chunks wait behind one another', async () => {
    openReader();
    const log = createLog({ level: 'info', stream: new MemoryStream(), format: 'json' });
    const shared = new SharedLogSink(await openLogSink(fifo, new MemoryStream()), log);
    sinks.push(shared);
    const writes = [shared.write(fill()), shared.write(fill()), shared.write(fill())];
    await rename(fifo, `${fifo}.old`);
    const reopened = shared.reopen();
    const after = shared.write(line('new'));
    await reopened;
    assert.strictEqual((await after).failure, undefined);
    assert.strictEqual(
      (await Promise.all(writes)).every(({ failure }) => failure !== undefined),
      true,
    );
    assert.strictEqual(await readFile(fifo, 'utf8'), 'new\n');
  });

  it('takes no more bytes of workers than its bound', async () => {
    openReader();
    const log = createLog({ level: 'info', stream: new MemoryStream(), format: 'json' });
    const shared = new SharedLogSink(await openLogSink(fifo, new MemoryStream()), log);
    const chunk = Buffer.alloc(limits.decisionLogPendingBytes / 4, 'z\n');
    const first = [1, 2, 3, 4].map(() => shared.write(chunk));
    assert.propertyVal(await shared.write(line('beyond')), 'bytesWritten', 0);
    await shared.close();
    assert.strictEqual(
      (await Promise.all(first)).every(({ failure }) => failure !== undefined),
      true,
    );
  });

  it('drops lines of talk beyond so many bytes, whether few or many, and says so when it reads on', async () => {
    const reader = openReader(fifo, O_RDWR);
    const output = new DroppingOutput(await open(), 300_000);
    const log = createLog({ level: 'info', stream: output, format: 'json' });
    for (let count = 0; count < 10_000; count += 1) log.info({ count }, 'short');
    for (let count = 0; count < 10; count += 1) log.info('x'.repeat(100_000));
    const dropped = output.droppedCount;
    assert.isAbove(dropped, 5000);
    let got = '';
    await waitFor('what is missing', () => {
      got += read(reader);
      return got.includes('are missing');
    });
    assert.isBelow(got.length, 400_000);
    const lines = got
      .split('\n')
      .slice(0, -1)
      .map((text) => JSON.parse(text) as { count?: number; dropped?: number });
    assert.include(lines.at(-1) as object, { dropped });
    assert.deepEqual(
      lines.slice(0, -1).map(({ count }) => count),
      lines.slice(0, -1).map((_, index) => index),
    );
    assert.strictEqual(lines.length - 1 + dropped, 10_010);
  });

  it('drops at the end what nobody takes, and counts it', async () => {
    openReader();
    const output = new DroppingOutput(await open());
    for (let count = 0; count < 100; count += 1) output.write(`${'x'.repeat(999)}\n${'y'.repeat(999)}\n`);
    await output.close(20);
    assert.isAtLeast(output.droppedCount, 100);
    assert.isAtMost(output.droppedCount, 170);
  });

  it('is no file that others may read, and no mistake of a path is waited for', async () => {
    const path = join(folder, 'decisions.jsonl');
    await (await open(path)).write(line('first'));
    assert.strictEqual((await stat(path)).mode & 0o777, 0o640);
    for (const wrong of [folder, join(folder, 'no', 'folder'), join(path, 'below')]) {
      const error: unknown = await FileSink.open(wrong).catch((reason: unknown) => reason);
      assert.instanceOf(error, Error, wrong);
    }
  });
});
