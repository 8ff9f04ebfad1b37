import { FILE_HEADERS_ONLY, formatPatch } from 'diff';
import type { SourceFile } from '../../../compile/file/policy-files.ts';
import { linePatch } from './line-patch.ts';

const decoder = new TextDecoder();

/** The change of files as a unified diff, as `git apply` takes it; empty where nothing changed. */
export function formatTextPatch(before: readonly SourceFile[], after: readonly SourceFile[]): string {
  const known = new Map(before.map((file) => [file.path, file]));
  const kept = new Set(after.map(({ path }) => path));
  const gone = before.filter(({ path }) => !kept.has(path));
  const changed = after.filter((file) => known.get(file.path) !== file);
  return [
    ...changed.map((file) => patchOf(known.get(file.path), file)),
    ...gone.map((file) => patchOf(file, undefined)),
  ].join('');
}

function patchOf(before: SourceFile | undefined, after: SourceFile | undefined): string {
  const [from, to] = [before ? `a/${before.path}` : nowhere, after ? `b/${after.path}` : nowhere];
  return formatPatch(linePatch({ from, to }, textOf(before), textOf(after)), FILE_HEADERS_ONLY);
}

const nowhere = '/dev/null';

function textOf(file: SourceFile | undefined): string {
  return file && 'content' in file ? decoder.decode(file.content) : '';
}
