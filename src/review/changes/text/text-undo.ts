import { applyPatch, reversePatch, type StructuredPatch } from 'diff';
import { linePatch } from './line-patch.ts';

/** All that it takes to undo what was done to a text, also where others changed it elsewhere since. */
export type TextUndo =
  | { readonly kind: 'patch'; readonly patch: StructuredPatch }
  /** Where lines do not say it all: the whole of what was there. Null: nothing was. */
  | { readonly kind: 'text'; readonly text: string | null };

/** Finds what undoes a change of a text; null is a file that is not there. */
export function undoOf(before: string | null, after: string | null): TextUndo {
  if (before === null || after === null) return { kind: 'text', text: before };
  const patch = linePatch({ from: 'file', to: 'file' }, before, after);
  const undo: TextUndo = { kind: 'patch', patch };
  return undone(after, after, undo) === before ? undo : { kind: 'text', text: before };
}

/**
 * A text without what was done to it; undefined: others have changed the very same lines since. `after` is what was there
 * when it was done.
 */
export function undone(now: string | null, after: string | null, undo: TextUndo): string | null | undefined {
  if (undo.kind === 'text') return now === after ? undo.text : undefined;
  if (now === null) return undefined;
  const found = applyPatch(now, reversePatch(undo.patch), { fuzzFactor: 0, autoConvertLineEndings: false });
  return found === false ? undefined : found;
}
