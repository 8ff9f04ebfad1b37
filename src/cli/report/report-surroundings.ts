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

/** Columns that help is written in: those of the terminal, and as many as most have where there is none. */
export function helpWidthOf(io: CommandIo): number {
  return io.isTerminal.stdout ? widthOf(io) : usualColumns;
}

function widthOf({ columns = usualColumns }: CommandIo): number {
  return Math.max(columns, leastColumns);
}

const usualColumns = 80;

// In fewer nothing could be read.
const leastColumns = 40;
