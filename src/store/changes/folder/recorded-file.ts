import { createHash } from 'node:crypto';
import { undoOf } from '../../../review/changes/text/text-undo.ts';
import type { CommitDifference } from '../../committing/commit-log.ts';
import type { RecordedFile } from '../reverted-files.ts';

/** What undoes a commit in a file as it is now: git may have laid it on disk with the line ends of Windows. */
export function recordedFile({ path, before, after }: CommitDifference, now: string | null): RecordedFile {
  const texts = [before, after].map(textOf);
  const isWindows = now?.includes('\r\n') === true && texts.every((text) => text?.includes('\r\n') !== true);
  const [was = null, is = null] = isWindows ? texts.map((text) => text?.replaceAll('\n', '\r\n') ?? null) : texts;
  return { path, after: is === null ? null : hashOf(is), undo: undoOf(was, is) };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function textOf(content: Uint8Array | undefined): string | null {
  return content === undefined ? null : decoder.decode(content);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
