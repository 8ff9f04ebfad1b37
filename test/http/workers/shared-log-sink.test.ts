import { assert } from 'chai';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../src/http/logging/log.ts';
import { openLogSink } from '../../../src/http/output/open-log-sink.ts';
import { SharedLogSink } from '../../../src/http/workers/shared-log-sink.ts';
import { MemoryStream } from '../../support/memory-stream.ts';

describe('a decision log that several processes share', () => {
  let folder: string;
  let file: string;
  let talk: MemoryStream;
  let sink: SharedLogSink;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-shared-'));
    file = join(folder, 'decisions.jsonl');
    talk = new MemoryStream();
    const log = createLog({ level: 'info', stream: talk, format: 'json' });
    sink = new SharedLogSink(await openLogSink(file, new MemoryStream()), log);
  });
  afterEach(async () => {
    await sink.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('writes chunks whole, in the order they came, whoever they are from', async () => {
    const chunks = Array.from({ length: 40 }, (_, index) => `${String(index).repeat(100_000)}\n`);
    const results = await Promise.all(chunks.map((chunk) => sink.write(Buffer.from(chunk))));
    assert.strictEqual(
      results.every(({ failure }) => failure === undefined),
      true,
    );
    assert.strictEqual((await readFile(file, 'utf8')) === chunks.join(''), true);
  });

  it('opens the file again between two chunks, never within one', async () => {
    const before = sink.write(Buffer.from('before\n'));
    await before;
    await rename(file, `${file}.1`);
    const reopened = sink.reopen();
    const after = sink.write(Buffer.from('after\n'));
    await Promise.all([reopened, after]);
    assert.strictEqual(await readFile(`${file}.1`, 'utf8'), 'before\n');
    assert.strictEqual(await readFile(file, 'utf8'), 'after\n');
  });

  it('says what could not be written, and that it cannot be opened again', async () => {
    await rm(folder, { recursive: true });
    await sink.reopen();
    assert.include(talk.text, 'the decision log cannot be opened again');
    await sink.close();
    const { bytesWritten, failure } = await sink.write(Buffer.from('late\n'));
    assert.strictEqual(bytesWritten, 0);
    assert.isString(failure);
    assert.notStrictEqual(failure, '');
  });
});
