import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { RolebookError, messageOf } from '../../policy/errors.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { limits } from '../../policy/limits.ts';
import type { Token } from './token.ts';
import { type TokenFileKind, parseTokenLine } from './token-line.ts';

export interface TokenFile {
  readonly tokens: readonly Token[];
  /** What somebody should look at, although the file can be used. */
  readonly warnings: readonly string[];
}

/** Reads one token a line, with blank lines and `#` comments; several of them let tokens be rotated. */
export async function readTokenFile(path: string, kind: TokenFileKind, atMs: number): Promise<TokenFile> {
  const { text, stats } = await readWithStats(path, kind);
  refuseWritable(path, stats);
  const tokens: Token[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const written = line.trim();
    if (written === '' || written.startsWith('#')) continue;
    tokens.push(parseTokenLine(written, { kind, path, line: index + 1 }));
  }
  if (tokens.length === 0) throw new RolebookError('configuration', `the token file \`${path}\` holds no token`);
  if (tokens.length > limits.tokens) {
    const message = `the token file \`${path}\` holds ${tokens.length} tokens, and ${limits.tokens} is the most`;
    throw new RolebookError('configuration', message);
  }
  return { tokens, warnings: [...readableWarnings(path, stats), ...endWarnings(tokens, atMs)] };
}

// Of one open file: looking at the path first would be looking at what is exchanged before it is read.
async function readWithStats(path: string, kind: TokenFileKind): Promise<{ text: string; stats: Stats }> {
  try {
    const file = await open(path, 'r');
    try {
      return { stats: await file.stat(), text: await file.readFile('utf8') };
    } finally {
      await file.close();
    }
  } catch (cause) {
    const message = `cannot read the token file \`${path}\`: ${messageOf(cause)}`;
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const help = 'with `--create` the sidecar makes it';
    const canBeMade = isMissing && kind === 'admin-token-file';
    throw new RolebookError('configuration', message, canBeMade ? { cause, help } : { cause });
  }
}

// Whoever can write to it can let themselves in.
function refuseWritable(path: string, { mode }: Stats): void {
  if (!hasModes || (mode & 0o022) === 0) return;
  throw new RolebookError('configuration', `others than its owner can write to the token file \`${path}\``, {
    help: 'run `chmod 600` on it',
  });
}

function readableWarnings(path: string, { mode }: Stats): readonly string[] {
  if (!hasModes || (mode & 0o004) === 0) return [];
  return [`everybody on this machine can read the token file \`${path}\`; run \`chmod 600\` on it`];
}

function endWarnings(tokens: readonly Token[], atMs: number): readonly string[] {
  const ended = tokens.filter(({ endsAtMs }) => endsAtMs !== undefined && endsAtMs <= atMs);
  return ended.map(
    ({ place, endsAtMs }) => `the token at \`${place}\` has ended, at ${formatInstant(endsAtMs ?? 0)}; take it out`,
  );
}

// Windows has other means, and says 0666 of every file.
const hasModes = process.platform !== 'win32';
