import type { SourceFile } from '../../compile/file/policy-files.ts';
import { isRacy, isSameIdentity, type FileIdentity } from './file-identity.ts';
import { faultyFile } from './file-fault.ts';
import { eachInTurns, eachBounded } from '../turns.ts';
import type { PolicyRoot } from './policy-root.ts';
import { besideOthers, readSource, type FileCalls } from './read-source.ts';
import type { Survey } from './survey.ts';

interface Remembered {
  readonly file: SourceFile;
  /** How the file looked when it was read; undefined when it could not be, so that it is tried again. */
  readonly identity: FileIdentity | undefined;
  readonly readAtMs: number;
}

// Each file that is being read holds a file descriptor.
const readWidth = 32;

/** A memory of what was read before. Unchanged files are not read again, and come as the same object again. */
export class SourceMemory {
  readonly #calls: FileCalls;
  #remembered = new Map<string, Remembered>();

  constructor(calls: FileCalls = besideOthers) {
    this.#calls = calls;
  }

  /** All files of a directory; whatever else was remembered is forgotten. */
  async read(root: PolicyRoot, survey: Survey): Promise<readonly SourceFile[]> {
    const next = new Map<string, Remembered>();
    const unread: (readonly [path: string, identity: FileIdentity])[] = [];
    await eachInTurns(survey, ([path, look]) => {
      const known = this.#remembered.get(path);
      if (typeof look === 'string') next.set(path, faulty(path, look, known));
      else if (known && isStillTrue(known, look)) next.set(path, known);
      else unread.push([path, look]);
    });
    await eachBounded(unread, readWidth, async ([path, identity]) => {
      next.set(path, await this.#readAnew(root, path, identity, this.#remembered.get(path)));
    });
    this.#remembered = next;
    const files: SourceFile[] = [];
    await eachInTurns(survey.keys(), (path) => {
      const remembered = next.get(path);
      if (remembered) files.push(remembered.file);
    });
    return files;
  }

  /** Some of the files that are remembered. */
  async readAgain(
    root: PolicyRoot,
    looks: ReadonlyMap<string, FileIdentity>,
  ): Promise<ReadonlyMap<string, SourceFile>> {
    const files = new Map<string, SourceFile>();
    await eachBounded([...looks], readWidth, async ([path, identity]) => {
      const known = this.#remembered.get(path);
      const isKnown = known !== undefined && isStillTrue(known, identity);
      const remembered = isKnown ? known : await this.#readAnew(root, path, identity, known);
      this.#remembered.set(path, remembered);
      files.set(path, remembered.file);
    });
    return files;
  }

  /** Whether a file that looks like this need not be read again. */
  isCurrent(path: string, look: FileIdentity): boolean {
    const known = this.#remembered.get(path);
    return known !== undefined && isStillTrue(known, look);
  }

  async #readAnew(
    root: PolicyRoot,
    path: string,
    identity: FileIdentity,
    known: Remembered | undefined,
  ): Promise<Remembered> {
    const readAtMs = Date.now();
    const outcome = await readSource(root, path, identity, this.#calls);
    if ('fault' in outcome) return faulty(path, outcome.fault, known);
    const isSame = known !== undefined && 'content' in known.file && outcome.equals(known.file.content);
    return { file: isSame ? known.file : { path, content: outcome }, identity, readAtMs };
  }
}

function isStillTrue(known: Remembered, look: FileIdentity): boolean {
  const { identity, readAtMs } = known;
  return identity !== undefined && isSameIdentity(identity, look) && !isRacy(identity, readAtMs);
}

function faulty(path: string, fault: string, known: Remembered | undefined): Remembered {
  if (known && 'fault' in known.file && known.file.fault === fault) return known;
  return { file: faultyFile(path, fault), identity: undefined, readAtMs: 0 };
}
