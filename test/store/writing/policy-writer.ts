import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitWords } from '../../../src/store/committing/make-commit.ts';
import type { FileReplacement } from '../../../src/store/writing/write-policy-files.ts';
import { builtModule } from '../../support/built-module.ts';

export type Texts = Readonly<Record<string, string>>;

/** The replacements that make the one folder the other. */
export function replacementsOf(before: Texts, after: Texts): FileReplacement[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (path) => before[path] !== after[path],
  );
  const bytes = (text: string | undefined): Uint8Array | undefined =>
    text === undefined ? undefined : new TextEncoder().encode(text);
  return paths.map((path) => ({ path, before: bytes(before[path]), after: bytes(after[path]) }));
}

/** All files below a folder, hidden ones too. */
export function textsBelow(root: string): Texts {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

interface WriterEnd {
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
  readonly said: string;
}

/** A process of its own that writes, within limits of the shell. */
export function writeElsewhere(
  root: string,
  replacements: readonly FileReplacement[],
  { commit, ...options }: SpawnOptions & { readonly limit?: string; readonly commit?: Omit<CommitWords, 'place'> },
): Promise<WriterEnd> {
  const script = `${prelude}
    import { openCommitPlace } from ${JSON.stringify(builtModule('store/committing/commit-place'))};
    const words = JSON.parse(process.argv[1])[2];
    const begin = async () => {
      if (!words) return write(root);
      return writePolicyFiles(root, files, { commit: { ...words, place: await openCommitPlace(root) } });
    };
    await begin().catch((error) => {
      process.exitCode = 3;
      console.log(describeWriteFailure('here', error).message);
    });`;
  return runScript(script, [root, plainOf(replacements), commit], options);
}

/**
 * A process of its own that writes to one copy of a folder after the other, `ROOT/0`, `ROOT/1` and so on, and gets as far
 * as before its first call that changes something on the disk, its second, and so on until it comes to its end. Then it is
 * killed. How many of them it did not end.
 */
export async function writeAndDie(
  root: string,
  from: string,
  replacements: readonly FileReplacement[],
): Promise<number> {
  const script = `${prelude}
    ${intercept}
    // Files of a write that was stopped stay open, as nobody waits for it any more.
    const kept = [];
    let stop;
    reached = () => {
      stop();
      return new Promise((resolve) => kept.push(resolve));
    };
    for (let turn = 0; ; turn += 1) {
      const copy = copyOf(turn);
      const isStopped = new Promise((resolve) => (stop = () => resolve(true)));
      left = turn;
      if (!(await Promise.race([isStopped, write(copy)]))) break;
      console.log(turn);
    }
    process.kill(process.pid, 'SIGKILL');`;
  const { signal, said } = await runScript(script, [root, plainOf(replacements), from], {});
  if (signal !== 'SIGKILL') throw new Error(`the writer was not killed: ${said}`);
  return said.trim().split('\n').length;
}

/**
 * A process of its own that writes files with a commit, and that has all of the repository copied to `LEFT/0`, `LEFT/1`
 * and so on before each call that changes something on the disk, git's too: what is there when it is killed then. The
 * names of those calls.
 */
export async function commitAndCopy(
  repository: string,
  folder: string,
  left: string,
  replacements: readonly FileReplacement[],
  commit: Omit<CommitWords, 'place'>,
): Promise<readonly string[]> {
  const script = `${prelude}
    import cp from 'node:child_process';
    import { openCommitPlace } from ${JSON.stringify(builtModule('store/committing/commit-place'))};
    ${intercept}
    const [, , , top, words] = JSON.parse(process.argv[1]);
    let turn = 0;
    const keep = (name) => {
      console.log(name);
      // Two names of one file stay two names of one file.
      cp.spawnSync('cp', ['-a', top, from + '/' + turn++]);
    };
    const { execFile } = cp;
    cp.execFile = (program, args, ...rest) => {
      const deed = args.find((arg) => /^(hash-object|read-tree|update-index|write-tree|commit-tree|update-ref)$/.test(arg));
      if (deed) keep(deed);
      return execFile(program, args, ...rest);
    };
    syncBuiltinESMExports();
    reached = (name, args, call) => {
      if (name !== 'open' || args[1] === 'wx') keep(name);
      return call();
    };
    const place = await openCommitPlace(root);
    left = 0;
    await writePolicyFiles(root, files, { commit: { ...words, place } });`;
  const { said, exitCode } = await runScript(script, [folder, plainOf(replacements), left, repository, commit], {});
  if (exitCode !== 0) throw new Error(`the writer failed: ${said}`);
  return said.trim().split('\n');
}

/** As `writeAndDie` on a disk that has no room from that call on, though files can be moved and taken away. What it said each time. */
export async function writeOnFullDisk(
  root: string,
  from: string,
  replacements: readonly FileReplacement[],
): Promise<readonly string[]> {
  const script = `${prelude}
    ${intercept}
    const full = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
    const needsRoom = (name, [, flags], isFresh) => {
      if (name === 'open') return flags === 'wx';
      return name === 'sync' ? isFresh : ['writeFile', 'link', 'mkdir'].includes(name);
    };
    reached = (name, args, call, isFresh) => (needsRoom(name, args, isFresh) ? full() : call());
    for (let turn = 0; ; turn += 1) {
      const copy = copyOf(turn);
      left = turn;
      const error = await write(copy).then(() => undefined, (reason) => reason);
      if (left >= 0) break;
      console.log(error ? describeWriteFailure('here', error).message : 'written');
    }`;
  return (await runScript(script, [root, plainOf(replacements), from], {})).said.trim().split('\n');
}

// Has `reached` answer in place of all calls that change something on the disk once so many of them were made.
const intercept = `
  import fs from 'node:fs/promises';
  import { cpSync } from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  let [left, reached] = [Infinity, undefined];
  const fresh = new WeakSet();
  const file = await fs.open(process.execPath);
  for (const [object, names] of [
    [Object.getPrototypeOf(file), ['writeFile', 'sync', 'close']],
    [fs, ['open', 'rename', 'link', 'rm', 'mkdir', 'rmdir', 'chmod', 'chown', 'copyFile']],
  ]) {
    for (const name of names) {
      const real = object[name];
      object[name] = function (...args) {
        const call = async () => {
          const result = await real.apply(this, args);
          if (name === 'open' && args[1] === 'wx') fresh.add(result);
          return result;
        };
        return left-- > 0 ? call() : reached(name, args, call, fresh.has(this));
      };
    }
  }
  syncBuiltinESMExports();
  const copyOf = (turn) => {
    cpSync(from, root + '/' + turn, { recursive: true });
    return root + '/' + turn;
  };`;

const prelude = `
  import { writePolicyFiles, describeWriteFailure } from ${JSON.stringify(builtModule('store/writing/write-policy-files'))};
  const [root, plain, from] = JSON.parse(process.argv[1]);
  const bytes = (text) => (text === null ? undefined : Buffer.from(text, 'base64'));
  const files = plain.map(([path, before, after]) => ({ path, before: bytes(before), after: bytes(after) }));
  const write = (folder) => writePolicyFiles(folder, files);`;

async function runScript(
  script: string,
  task: unknown,
  { limit, ...options }: SpawnOptions & { readonly limit?: string },
): Promise<WriterEnd> {
  const argv = ['--input-type=module', '-e', script, JSON.stringify(task)];
  const [program, args] =
    limit === undefined
      ? [process.execPath, argv]
      : ['sh', ['-c', `${limit}; exec "$0" "$@"`, process.execPath, ...argv]];
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { exitCode, signal, said };
}

type PlainReplacement = readonly [path: string, before: string | null, after: string | null];

function plainOf(replacements: readonly FileReplacement[]): PlainReplacement[] {
  const base64 = (content: Uint8Array | undefined): string | null =>
    content ? Buffer.from(content).toString('base64') : null;
  return replacements.map(({ path, before, after }) => [path, base64(before), base64(after)]);
}
