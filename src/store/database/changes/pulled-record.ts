import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RolebookError } from '../../../policy/errors.ts';
import { formatRevision, parseRevision, type DatabaseRevision } from '../../../policy/text/revision-text.ts';
import { errorCodeOf } from '../../folder/file-fault.ts';

/** Where a policy directory says which changes of a database its files have. It belongs in git, with the files. */
export const pulledFile = '.rolebook/pulled';

/** The record as it was read. */
export interface PulledRecord {
  /** How far each database was, whose changes are in the files: one revision for each database. */
  readonly revisions: readonly DatabaseRevision[];
  /** Undefined: there is no such file. */
  readonly content: Uint8Array | undefined;
}

const heading =
  '# The changes that were made in a database up to here are in these files. Written by `rolebook pull`, read by `rolebook publish`.';

const mostBytes = 64 * 1024;

export async function readPulled(root: string): Promise<PulledRecord> {
  const content = await readFile(join(root, pulledFile)).catch((error: unknown) => {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new RolebookError('unavailable', `\`${pulledFile}\` cannot be read: ${messageOf(error)}`, { cause: error });
  });
  return content ? { revisions: parsePulled(content), content } : { revisions: [], content: undefined };
}

/** Reads what stands in such a file; throws a RolebookError that says which line is none of it. */
export function parsePulled(content: Uint8Array): readonly DatabaseRevision[] {
  if (content.length > mostBytes) throw atFault(1, 'is longer than such a file can be');
  const lines = new TextDecoder().decode(content).split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return [];
    const revision = parseRevision(text);
    if (revision?.kind === 'database' && revision.token !== undefined) return [revision];
    throw atFault(index + 1, 'is no revision of a database');
  });
}

function atFault(line: number, what: string): RolebookError {
  const help = 'take it back from git, or remove it: then `rolebook pull` writes it anew';
  return new RolebookError('configuration', `${pulledFile}:${line}: ${what}`, { help });
}

export function writePulled(revisions: readonly DatabaseRevision[]): Uint8Array {
  return Buffer.from(`${[heading, ...revisions.map(formatRevision)].join('\n')}\n`);
}
