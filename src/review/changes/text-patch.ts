import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';
import type { SourceFile } from '../../compile/file/policy-files.ts';

const decoder = new TextDecoder();

/** The change of files as a unified diff, as `git apply` takes it; empty where nothing changed. */
export function formatTextPatch(before: readonly SourceFile[], after: readonly SourceFile[]): string {
  const known = new Map(before.map((file) => [file.path, file]));
  const patches = after.flatMap((file) => {
    const old = known.get(file.path);
    if (old === file) return [];
    const from = old ? `a/${file.path}` : '/dev/null';
    const patch = structuredPatch(from, `b/${file.path}`, textOf(old), textOf(file), undefined, undefined, {
      context: contextLines,
    });
    return [formatPatch(patch, FILE_HEADERS_ONLY)];
  });
  return patches.join('');
}

const contextLines = 3;

function textOf(file: SourceFile | undefined): string {
  return file && 'content' in file ? decoder.decode(file.content) : '';
}
