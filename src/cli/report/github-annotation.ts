import { isAbsolute, relative, resolve } from 'node:path';
import type { CommandIo } from '../command/command-io.ts';
import { printable } from './printable.ts';

/** GitHub shows an annotation beside a line only when its path is relative to the repository's checkout. */
export interface AnnotationRoot {
  readonly cwd: string;
  readonly checkout: string | undefined;
}

export interface Annotation {
  readonly severity: 'error' | 'warning' | 'notice';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly title: string;
  readonly text: string;
}

export function annotationRootOf(io: CommandIo): AnnotationRoot {
  return { cwd: io.cwd, checkout: io.env['GITHUB_WORKSPACE'] };
}

/** A GitHub workflow command, one line of stdout. */
export function formatAnnotation(annotation: Annotation, root: AnnotationRoot): string {
  const { severity, line, column, length, title, text } = annotation;
  const properties = {
    file: pathFromCheckout(annotation.file, root),
    line,
    endLine: line,
    col: column,
    endColumn: column + length,
    title,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${severity} ${list.join(',')}::${escapeText(text)}`;
}

function pathFromCheckout(file: string, root: AnnotationRoot): string {
  if (root.checkout === undefined || root.checkout === '') return file;
  const path = relative(root.checkout, resolve(root.cwd, file));
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}

// A line break in a policy's text would begin a workflow command of its own, such as `::add-mask::`. Other control characters
// would repaint the log.
function escapeText(text: string): string {
  const shown = text.toWellFormed().split('\n').map(printable).join('\n');
  return shown.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
