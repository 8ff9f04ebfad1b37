import { RolebookError } from '../../policy/errors.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { limits } from '../../policy/limits.ts';
import { readSecretFile } from './secret-file.ts';
import type { Token } from './token.ts';
import { type TokenFileKind, parseTokenLine } from './token-line.ts';

export interface TokenFile {
  readonly tokens: readonly Token[];
  /** What somebody should look at, although the file can be used. */
  readonly warnings: readonly string[];
}

/** Reads one token a line, with blank lines and `#` comments; several of them let tokens be rotated. */
export async function readTokenFile(path: string, kind: TokenFileKind, atMs: number): Promise<TokenFile> {
  const canBeMade = kind === 'admin-token-file';
  const { text, warnings } = await readSecretFile(path, {
    noun: 'token file',
    helpIfMissing: canBeMade ? 'with `--create` the sidecar makes it' : undefined,
  });
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
  return { tokens, warnings: [...warnings, ...endWarnings(tokens, atMs)] };
}

function endWarnings(tokens: readonly Token[], atMs: number): readonly string[] {
  const ended = tokens.filter(({ endsAtMs }) => endsAtMs !== undefined && endsAtMs <= atMs);
  return ended.map(
    ({ place, endsAtMs }) => `the token at \`${place}\` has ended, at ${formatInstant(endsAtMs ?? 0)}; take it out`,
  );
}
