import type { CommandIo, OutputStream } from '../command/command-io.ts';
import { annotationRootOf, type AnnotationRoot } from './github-annotation.ts';
import { paintFor, type Paint } from './paint.ts';

/** All that a report has to know of where it is shown. */
export interface ReportSurroundings {
  readonly paint: Paint;
  readonly annotationRoot: AnnotationRoot;
  /** Columns of the terminal that lines are broken for; undefined: nothing breaks them, so that programs read them whole. */
  readonly width?: number | undefined;
}

export function surroundingsOf(io: CommandIo, stream: OutputStream): ReportSurroundings {
  const width = io.isTerminal[stream] ? widthOf(io) : undefined;
  return { paint: paintFor(io, stream), annotationRoot: annotationRootOf(io), width };
}

/** Columns of the terminal, as many as terminals mostly have where there is none. */
export function widthOf({ columns = 80 }: Pick<CommandIo, 'columns'>): number {
  return Math.max(columns, leastColumns);
}

// In fewer nothing could be read.
const leastColumns = 40;
