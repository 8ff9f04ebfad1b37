import { execFile, type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { limits } from '../../../../src/policy/limits.ts';
import { CacheLock, type LockHolder } from '../../../../src/store/database/cache/cache-lock.ts';
import { hasEnded, markOfThisProcess, parseStat } from '../../../../src/store/database/cache/process-mark.ts';
import { builtModule } from '../../../support/built-module.ts';
import { waitFor } from '../../../support/wait-for.ts';

const lockModule = builtModule('store/database/cache/cache-lock');

/** Takes the lock, says how that went, and again whether it still has it at each line that comes in. */
const script = `
  import { CacheLock } from ${JSON.stringify(lockModule)};
  const lock = new CacheLock(process.argv.at(-1), 'here');
  const say = (what) => console.log(JSON.stringify(what));
  try {
    say(await lock.hold());
  } catch (error) {
    say(error.code);
  }
  process.stdin.on('data', async () => say(await lock.isHeld()));
`;

/** A process with a lock of its own. */
class Holder {
  readonly #child: ChildProcess;
  #output = '';

  constructor(file: string, path: string) {
    this.#child = spawn(process.execPath, [file, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString('utf8')));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  ask(): void {
    this.#child.stdin?.write('?\n');
  }

  async said(line: number): Promise<unknown> {
    await waitFor('a line', () => this.#output.split('\n').length > line + 1, 15_000);
    return JSON.parse(this.#output.split('\n')[line] ?? '');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

describe('the lock of a cache', function () {
  this.timeout(60_000);
  let folder: string;
  let path: string;
  let file: string;
  const holders: Holder[] = [];
  const locks: CacheLock[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-lock-'));
    path = join(folder, 'a.lock');
    file = join(folder, 'hold.mjs');
    await writeFile(file, script);
  });
  afterEach(async () => {
    await Promise.all(holders.splice(0).map((holder) => holder.kill()));
    await Promise.all(locks.splice(0).map((lock) => lock.release()));
    await rm(folder, { recursive: true, force: true });
  });

  const start = (): Holder => {
    const holder = new Holder(file, path);
    holders.push(holder);
    return holder;
  };
  const newLock = (host = 'here'): CacheLock => {
    const lock = new CacheLock(path, host);
    locks.push(lock);
    return lock;
  };
  const write = (holder: LockHolder): Promise<void> => writeFile(path, `${JSON.stringify(holder)}\n`);
  /** How many looks it took, none of which is longer than a moment. */
  const looksUntilHeld = async (lock: CacheLock): Promise<number> => {
    for (let looks = 1; looks < 10; looks += 1) if ((await lock.hold()).isHeld) return looks;
    return 10;
  };

  it('is held by one of two processes that start at once, and the other knows by which', async () => {
    const [one, two] = [start(), start()];
    const [first, second] = (await Promise.all([one.said(0), two.said(0)])) as {
      isHeld: boolean;
      holder?: LockHolder;
    }[];
    assert.sameMembers([first?.isHeld, second?.isHeld], [true, false]);
    const [writes, reads] = first?.isHeld === true ? [one, second] : [two, first];
    if (reads?.holder !== undefined) assert.equal(reads.holder.mark.pid, writes.pid);
    const outcome = await newLock().hold();
    assert(!outcome.isHeld);
    assert.include(outcome.holder?.mark, { pid: writes.pid });
  });

  it('holds nobody up when whoever had it was killed', async () => {
    const one = start();
    assert.deepEqual(await one.said(0), { isHeld: true });
    const lock = newLock();
    assert.isFalse((await lock.hold()).isHeld);
    await one.kill();
    assert.equal(await looksUntilHeld(lock), 1);
    const two = start();
    assert.include(await two.said(0), { isHeld: false });
  });

  it('goes from a process that hangs to the next, and does not come back when that wakes', async () => {
    const one = start();
    await one.said(0);
    one.signal('SIGSTOP');
    const lock = newLock();
    assert.equal(await looksUntilHeld(lock), limits.cacheQuietLooks + 1);
    one.signal('SIGCONT');
    one.ask();
    assert.isFalse(await one.said(1));
    assert.isTrue(await lock.isHeld());
  });

  it('stays with one elsewhere that gives signs of life, however often it is asked for', async () => {
    const elsewhere = { id: 'x', host: 'elsewhere', mark: { pid: 1, world: 'elsewhere', startedAt: '1' } };
    await write(elsewhere);
    const lock = newLock();
    for (let beat = 1; beat < 12; beat += 1) {
      // By whichever clock it does.
      await utimes(path, beat, beat);
      assert.deepEqual(await lock.hold(), { isHeld: false, holder: elsewhere });
      assert.isFalse((await lock.hold()).isHeld);
    }
    assert.equal(await looksUntilHeld(lock), limits.cacheQuietLooks - 1);
  });

  it('is touched by its holder, who needs no room on the disk for that', async () => {
    const lock = newLock();
    await lock.hold();
    await utimes(path, 1, 1);
    const watcher = newLock();
    await waitFor('a beat', async () => (await stat(path)).mtimeMs > 10_000, 15_000);
    assert.isFalse((await watcher.hold()).isHeld);
  });

  it('is not believed of a pid that has come again, nor asked of a process that cannot be seen', async () => {
    const mark = await markOfThisProcess();
    const looksFor = async (other: LockHolder['mark']): Promise<number> => {
      await write({ id: 'x', host: 'here', mark: other });
      const lock = newLock();
      const looks = await looksUntilHeld(lock);
      await lock.release();
      return looks;
    };
    if (mark.world !== undefined) {
      assert.equal(await looksFor({ ...mark, startedAt: '1' }), 1, 'the pid of this process, of another start');
      assert.equal(await looksFor({ ...mark, pid: 999_999_999 }), 1, 'a pid that nobody has');
    }
    const patient = limits.cacheQuietLooks + 1;
    assert.equal(await looksFor(mark), patient, 'this very process');
    assert.equal(await looksFor({ ...mark, pid: 999_999_999, world: undefined }), patient, 'where there is no /proc');
    assert.equal(await looksFor({ ...mark, pid: 999_999_999, world: 'a container' }), patient, 'another container');
    assert.isFalse(await hasEnded(mark));
  });

  it('knows a process that was killed and waits to be buried, whatever its name', () => {
    const fields = Array.from({ length: 30 }, (_, index) => String(index)).join(' ');
    assert.deepEqual(parseStat(`7 (a) Z (b c) S ${fields}`), { isDead: false, startedAt: '18' });
    assert.deepEqual(parseStat(`7 (node) Z ${fields}`), { isDead: true, startedAt: '18' });
    assert.isUndefined(parseStat(''));
    assert.isUndefined(parseStat('7 (node) S 1'));
  });

  it('is taken when what stands there is no lock, once that has not moved for a while', async () => {
    const junk = [
      '',
      'junk',
      '{}',
      '[]',
      'null',
      '{"id":1}',
      '{"id":"x","host":"y","mark":{"pid":"1"}}',
      'x'.repeat(5000),
    ];
    for (const text of junk) {
      await writeFile(path, text);
      const lock = newLock();
      assert.deepEqual(await lock.hold(), { isHeld: false, holder: undefined }, text);
      assert.equal(await looksUntilHeld(lock), limits.cacheQuietLooks, text);
      await lock.release();
    }
    await writeFile(join(folder, 'target'), 'of a link');
    await symlink(join(folder, 'target'), path);
    assert.equal(await looksUntilHeld(newLock()), limits.cacheQuietLooks + 1);
    assert.equal(await readFile(join(folder, 'target'), 'utf8'), 'of a link');
    await rm(path);
    await promisify(execFile)('mkfifo', [path]);
    assert.equal(await looksUntilHeld(newLock()), limits.cacheQuietLooks + 1);
    await rm(path);
    await mkdir(path);
    const error = await looksUntilHeld(newLock()).catch((caught: unknown) => caught);
    assert.propertyVal(error, 'code', 'EISDIR');
  });

  it('is held by one when many find it left at once', async () => {
    await write({ id: 'x', host: 'here', mark: { ...(await markOfThisProcess()), pid: 999_999_999 } });
    const many = Array.from({ length: 20 }, () => newLock());
    await Promise.all(many.map((lock) => looksUntilHeld(lock)));
    const held = await Promise.all(many.map((lock) => lock.isHeld()));
    assert.lengthOf(
      held.filter((isHeld) => isHeld),
      1,
    );
    assert.sameMembers(await readdir(folder), ['a.lock', 'hold.mjs']);
  });

  it('leaves nothing behind where there is no room for it', async () => {
    // No file may be longer than nothing: as near to a full disk as a test gets without a disk of its own.
    const command = `ulimit -f 0; exec "${process.execPath}" "${file}" "${path}" < /dev/null`;
    const { stdout } = await promisify(execFile)('bash', ['-c', command]);
    assert.equal(stdout.trim(), '"EFBIG"');
    assert.deepEqual(await readdir(folder), ['hold.mjs']);
  });

  it("is given back when its holder ends, and another's is left alone", async () => {
    const [one, two] = [newLock(), newLock()];
    await one.hold();
    assert.isFalse((await two.hold()).isHeld);
    await two.release();
    assert.isTrue(await one.isHeld());
    await one.release();
    assert.deepEqual(await two.hold(), { isHeld: true });
  });
});
