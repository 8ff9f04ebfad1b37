import { hash } from 'node:crypto';
import { RolebookError } from '../../policy/errors.ts';
import { isPlaceId } from '../../policy/ids.ts';
import { parseUntil } from '../../policy/text/instant.ts';
import { limits } from '../../policy/limits.ts';
import { type Token, type TokenScope, tokenScopes } from './token.ts';

/** The flag that names the file: its tokens are for those who ask, or for those who change, too. */
export type TokenFileKind = 'token-file' | 'admin-token-file';

/** The place of a line. */
export interface TokenPlace {
  readonly kind: TokenFileKind;
  readonly path: string;
  readonly line: number;
}

/** What the scopes of a token may be in each file, and are when its line does not say. */
const fileScopes: Readonly<Record<TokenFileKind, readonly TokenScope[]>> = {
  'token-file': ['decide', 'read'],
  'admin-token-file': tokenScopes,
};

/**
 * Reads `TOKEN name=ci-deploy scopes=read,change organizations=acme until=2027-01-31`. Messages say the place and
 * nothing of the line: whatever stands in it may be a token that somebody put in the wrong spot.
 */
export function parseTokenLine(line: string, at: TokenPlace): Token {
  const place = `${at.path}:${at.line}`;
  const [token = '', ...attributes] = line.split(/[ \t]+/);
  checkToken(token, place);
  const given = readAttributes(attributes, place);
  return {
    digest: digestOfToken(token),
    name: readName(given.get('name'), at, place),
    scopes: readScopes(given.get('scopes'), at.kind, place),
    organizations: readOrganizations(given.get('organizations'), place),
    endsAtMs: readEnd(given.get('until'), place),
    place,
  };
}

/** What tokens are compared by: all digests have one length, whatever the token's was. */
export function digestOfToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

const tokenPattern = /^[\x21-\x7e]+$/;

function checkToken(token: string, place: string): void {
  if (token.length >= limits.tokenCharacters && tokenPattern.test(token)) return;
  const shape = `a token has ${limits.tokenCharacters} or more printable ASCII characters and no blanks`;
  throw fault(`the token at \`${place}\` cannot be used`, `${shape}; \`openssl rand -hex 32\` makes one`);
}

const attributeNames = ['name', 'scopes', 'organizations', 'until'] as const;

type AttributeName = (typeof attributeNames)[number];

function readAttributes(words: readonly string[], place: string): ReadonlyMap<AttributeName, string> {
  const given = new Map<AttributeName, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = attributeNames.find((known) => known === word.slice(0, Math.max(equals, 0)));
    if (name === undefined) {
      const known = attributeNames.map((attribute) => `\`${attribute}=\``).join(', ');
      throw fault(`the token at \`${place}\` has an attribute that is not known`, `after the token may stand ${known}`);
    }
    if (given.has(name)) throw fault(`the token at \`${place}\` has \`${name}=\` twice`, 'leave one of them');
    given.set(name, word.slice(equals + 1));
  }
  return given;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

// A colon stands in no given name, so nobody can take the name of a token that has none.
function readName(text: string | undefined, { kind, line }: TokenPlace, place: string): string {
  if (text === undefined) return `${kind}:${line}`;
  if (text.length <= limits.idCharacters && namePattern.test(text)) return text;
  const help = `a name has at most ${limits.idCharacters} ASCII letters, digits, \`.\`, \`_\` and \`-\`, as in \`name=ci-deploy\``;
  throw fault(`the token at \`${place}\` has a name that cannot be used`, help);
}

function readScopes(text: string | undefined, kind: TokenFileKind, place: string): ReadonlySet<TokenScope> {
  const mayHave = fileScopes[kind];
  if (text === undefined) return new Set(mayHave);
  const scopes = text.split(',').map((word) => tokenScopes.find((scope) => scope === word));
  const known = tokenScopes.map((scope) => `\`${scope}\``).join(', ');
  const found = new Set<TokenScope>();
  for (const scope of scopes) {
    if (scope === undefined) {
      throw fault(
        `the token at \`${place}\` has a scope that is not known`,
        `scopes are ${known}, with commas between`,
      );
    }
    if (found.has(scope))
      throw fault(`the token at \`${place}\` has the scope \`${scope}\` twice`, 'leave one of them');
    if (!mayHave.includes(scope)) {
      const message = `the token at \`${place}\` cannot have the scope \`${scope}\``;
      throw fault(message, 'tokens that change something stand in the file of `--admin-token-file`');
    }
    found.add(scope);
  }
  return found;
}

function readOrganizations(text: string | undefined, place: string): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const ids = text.split(',');
  if (!ids.every(isPlaceId)) {
    const help = 'write ids with commas between, as in `organizations=acme,globex`; leave it out for all';
    throw fault(`the token at \`${place}\` has an organization that cannot be one`, help);
  }
  const found = new Set(ids);
  if (found.size === ids.length) return found;
  throw fault(`the token at \`${place}\` has an organization twice`, 'leave one of them');
}

function readEnd(text: string | undefined, place: string): number | undefined {
  if (text === undefined) return undefined;
  const endsAtMs = parseUntil(text);
  if (endsAtMs !== undefined) return endsAtMs;
  const help =
    'write a date, which ends with its day in UTC, as in `until=2027-01-31`, or `until=2027-01-31T18:00:00Z`';
  throw fault(`the token at \`${place}\` ends at no day or time that exists`, help);
}

function fault(message: string, help: string): RolebookError {
  return new RolebookError('configuration', message, { help });
}
