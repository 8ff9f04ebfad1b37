import type { SourceFile } from '../../compile/file/policy-files.ts';
import { limits } from '../../policy/limits.ts';
import type { GivenFiles } from '../../store/live/given-policy.ts';

/** The files that a worker was given, so that it is given only what is new to it. */
export class GivenAway {
  readonly #ask: (files: GivenFiles) => Promise<void>;
  #given: ReadonlyMap<string, SourceFile> = new Map();

  constructor(ask: (files: GivenFiles) => Promise<void>) {
    this.#ask = ask;
  }

  /** A piece at a time: each is awaited, so that neither side has more than one to hold. */
  async give(files: readonly SourceFile[]): Promise<void> {
    const next = new Map(files.map((file) => [file.path, file]));
    const removed = [...this.#given.keys()].filter((path) => !next.has(path));
    const changed = files.filter((file) => this.#given.get(file.path) !== file);
    this.#given = next;
    if (removed.length > 0) await this.#ask({ changed: [], removed });
    for (const piece of inPieces(changed)) await this.#ask({ changed: piece, removed: [] });
  }
}

function* inPieces(files: readonly SourceFile[]): Generator<SourceFile[]> {
  let piece: SourceFile[] = [];
  let bytes = 0;
  for (const file of files) {
    piece.push(file);
    bytes += file.path.length + ('fault' in file ? file.fault.length : file.content.byteLength);
    if (bytes < limits.workerMessageBytes) continue;
    yield piece;
    piece = [];
    bytes = 0;
  }
  if (piece.length > 0) yield piece;
}
