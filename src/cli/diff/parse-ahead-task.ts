import { classifyPath } from '../../compile/file/policy-files.ts';
import type { SentWorkspace } from '../../compile/incremental/sent-workspace.ts';
import type { SourceFile } from '../../compile/file/source-file.ts';

export type FileWithContent = Extract<SourceFile, { readonly content: Uint8Array }>;

/** A few files, with what they hold in one piece, one after the other. */
export interface ParseBatch {
  readonly number: number;
  readonly files: readonly { readonly path: string; readonly length: number }[];
  readonly content: Uint8Array;
}

/** What a thread is given to parse. */
export interface ParseTask {
  readonly batches: readonly ParseBatch[];
  /** Who has which batch, in memory that both threads see. */
  readonly states: Int32Array;
}

/** What it says of one batch. */
export interface ParsedBatch {
  readonly number: number;
  /** One for each file; undefined where something is wrong with it, which whoever asked is to find out. */
  readonly files: readonly (SentWorkspace | undefined)[];
}

/** Who has a batch: nobody yet, the thread that parses, that thread no more, or the one that asked. */
export const batchState = { free: 0, beingParsed: 1, parsed: 2, takenBack: 3 } as const;

// Few enough that nobody waits long for one, many enough that telling of them takes no time.
const filesInBatch = 8;

/** The workspaces among these files, a few at a time. */
export function batchesOf(files: readonly SourceFile[]): readonly (readonly FileWithContent[])[] {
  const wanted = files.filter(isWanted);
  const batches: FileWithContent[][] = [];
  for (let start = 0; start < wanted.length; start += filesInBatch) {
    batches.push(wanted.slice(start, start + filesInBatch));
  }
  return batches;
}

function isWanted(file: SourceFile): file is FileWithContent {
  return 'content' in file && classifyPath(file.path) === 'workspace';
}

/** Content may be a piece of something larger, all of which would be sent; this has a piece of its own. */
export function packBatch(number: number, files: readonly FileWithContent[]): ParseBatch {
  const content = new Uint8Array(files.reduce((sum, file) => sum + file.content.length, 0));
  let from = 0;
  for (const file of files) {
    content.set(file.content, from);
    from += file.content.length;
  }
  return { number, files: files.map(({ path, content: { length } }) => ({ path, length })), content };
}

export function unpackBatch({ files, content }: ParseBatch): readonly FileWithContent[] {
  let from = 0;
  return files.map(({ path, length }) => ({ path, content: content.subarray(from, (from += length)) }));
}
