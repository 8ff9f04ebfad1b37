import { createHash } from 'node:crypto';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { compareText } from '../../policy/position.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { undone, type TextUndo } from '../../review/changes/text/text-undo.ts';
import type { ChangeRefusal } from './asked-change.ts';

/** A file that a change touched, and what undoes it there. */
export interface RecordedFile {
  readonly path: string;
  /** SHA-256 of what was there when it was done, which tells whether it is still that; null: nothing. */
  readonly after: string | null;
  readonly undo: TextUndo;
}

/** Files without what a change did to them. What others did elsewhere in them stays. */
export function revertedFiles(
  files: readonly SourceFile[],
  record: { readonly change: string; readonly files: readonly RecordedFile[] },
): { readonly files: readonly SourceFile[] } | { readonly refusal: ChangeRefusal } {
  const now = new Map(files.map((file) => [file.path, file]));
  for (const { path, after, undo } of record.files) {
    const file = now.get(path);
    const text = file && 'content' in file ? decoder.decode(file.content) : null;
    const isAsLeft = (text === null ? null : hashOf(text)) === after;
    const before = undone(text, isAsLeft ? text : otherText, undo);
    if (before === undefined) {
      const message = `${quote(path)} was changed since where change ${quote(record.change)} changed it`;
      const help = 'undo the later changes first, or make it as it was by new edits';
      return { refusal: { kind: 'conflict', code: 'changed-meanwhile', message, help } };
    }
    if (before === null) now.delete(path);
    else if (before !== text) now.set(path, { path, content: encoder.encode(before) });
  }
  return { files: [...now.values()].sort((left, right) => compareText(left.path, right.path)) };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

// No file has it: it would have been refused when it was read.
const otherText = '\u0000';

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
