import { join } from 'node:path';
import type { SourceFile } from '../compile/source-file.ts';
import { eachBounded } from './bounded.ts';
import { isRacy, isSameIdentity, type FileIdentity } from './file-identity.ts';
import { readSource } from './read-source.ts';
import type { Survey } from './survey.ts';

interface Remembered {
  readonly file: SourceFile;
  /** How the file looked when it was read; undefined when it could not be, so that it is tried again. */
  readonly identity: FileIdentity | undefined;
  readonly readAtMs: number;
}

// Each file that is being read holds a file descriptor.
const readWidth = 32;

/** What was read before. Unchanged files are not read again, and come as the same object again. */
export class SourceMemory {
  #remembered: ReadonlyMap<string, Remembered> = new Map();

  async read(root: string, survey: Survey): Promise<readonly SourceFile[]> {
    const next = new Map<string, Remembered>();
    const unread: (readonly [path: string, identity: FileIdentity])[] = [];
    for (const [path, look] of survey) {
      const known = this.#remembered.get(path);
      if (typeof look === 'string') next.set(path, faulty(path, look, known));
      else if (known && isStillTrue(known, look)) next.set(path, known);
      else unread.push([path, look]);
    }
    await eachBounded(unread, readWidth, async ([path, identity]) => {
      next.set(path, await readAnew(root, path, identity, this.#remembered.get(path)));
    });
    this.#remembered = next;
    return Array.from(survey.keys()).flatMap((path) => next.get(path)?.file ?? []);
  }
}

function isStillTrue(known: Remembered, look: FileIdentity): boolean {
  const { identity, readAtMs } = known;
  return identity !== undefined && isSameIdentity(identity, look) && !isRacy(identity, readAtMs);
}

function faulty(path: string, fault: string, known: Remembered | undefined): Remembered {
  if (known && 'fault' in known.file && known.file.fault === fault) return known;
  return { file: { path, fault }, identity: undefined, readAtMs: 0 };
}

async function readAnew(
  root: string,
  path: string,
  identity: FileIdentity,
  known: Remembered | undefined,
): Promise<Remembered> {
  const readAtMs = Date.now();
  const outcome = await readSource(join(root, path), identity);
  if ('fault' in outcome) return faulty(path, outcome.fault, known);
  const isSame = known !== undefined && 'content' in known.file && outcome.equals(known.file.content);
  return { file: isSame ? known.file : { path, content: outcome }, identity, readAtMs };
}
