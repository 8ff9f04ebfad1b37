import type { Command } from 'commander';
import { parsePublicAddress, parseSecureUrl, type PublicAddress } from '../../../http/access/public-address.ts';
import { RolebookError } from '../../../policy/errors.ts';
import { parseValue } from '../../command/command-options.ts';

/** The options of the pages, as written on the command line. */
export interface PagesOptions {
  /** Serves the pages, to whoever has the link that it prints. */
  readonly try?: true;
  readonly publicUrl?: PublicAddress;
  readonly oidcIssuer?: URL;
  readonly oidcClientId?: string;
  readonly oidcClientSecretFile?: string;
  readonly oidcSubjectClaim?: string;
  readonly oidcSubjectType?: string;
  readonly oidcScope?: string;
  readonly sessionKeyFile?: string;
  readonly proxyToken?: string;
  readonly signOutUrl?: string;
  /** A file that `rolebook review --format json` wrote. */
  readonly review?: string;
}

export function addPagesOptions(command: Command): Command {
  return command
    .option('--try', 'serve the pages, and print a link to try them as anybody; on this machine alone')
    .option('--public-url <URL>', 'where browsers reach the pages: https://roles.acme.example', parsePublicUrl)
    .option('--oidc-issuer <URL>', 'the OpenID provider that people sign in to the pages at', parseIssuer)
    .option('--oidc-client-id <ID>', 'what this sidecar is called there', valueOf('--oidc-client-id'))
    .option('--oidc-client-secret-file <FILE>', 'its secret, read anew each time', valueOf('--oidc-client-secret-file'))
    .option(
      '--oidc-subject-claim <CLAIM>',
      'the claim that is the id of a subject (default: sub); email only where it is verified',
      parseClaim,
    )
    .option('--oidc-subject-type <TYPE>', 'their subject type (default: the first one)', valueOf('--oidc-subject-type'))
    .option('--oidc-scope <SCOPES>', 'what is asked for (default: openid and what has the claim)', parseScope)
    .option(
      '--session-key-file <FILE>',
      'seals sessions with the first key of it and opens them with all; shared by workers and sidecars',
      valueOf('--session-key-file'),
    )
    .option(
      '--proxy-token <NAME>',
      'serve the pages behind a proxy that signs people in, and sends the admin token of this name with X-Rolebook-Actor',
      valueOf('--proxy-token'),
    )
    .option('--sign-out-url <URL>', 'where that proxy signs people out', parseSignOutUrl)
    .option(
      '--review <FILE>',
      'a review of past decisions, as `rolebook review --format json` writes it',
      valueOf('--review'),
    );
}

interface OtherOptions {
  readonly tokenFile?: string;
  readonly adminTokenFile?: string;
  readonly allowUnauthenticated?: true;
  readonly workers: number;
}

/** Throws a RolebookError for what cannot stand together, or lacks something. */
export function refusePages(options: PagesOptions & OtherOptions): void {
  refuseBesideTry(options);
  const { oidcIssuer, proxyToken, publicUrl } = options;
  if (oidcIssuer !== undefined && proxyToken !== undefined) {
    throw together('--oidc-issuer', '--proxy-token', 'people sign in at one place');
  }
  for (const [flag, value] of Object.entries(ofProvider(options))) {
    if (value !== undefined && oidcIssuer === undefined) throw lacks(flag, '--oidc-issuer URL');
  }
  if (options.signOutUrl !== undefined && proxyToken === undefined) throw lacks('--sign-out-url', '--proxy-token NAME');
  const way = oidcIssuer === undefined ? (proxyToken === undefined ? undefined : '--proxy-token') : '--oidc-issuer';
  if (way === undefined) {
    if (publicUrl === undefined) return;
    throw lacks('--public-url', '--oidc-issuer URL` or `--proxy-token NAME');
  }
  if (publicUrl === undefined) throw lacks(way, '--public-url URL');
  if (oidcIssuer !== undefined && options.oidcClientId === undefined) throw lacks(way, '--oidc-client-id ID');
  if (proxyToken !== undefined && options.adminTokenFile === undefined) throw lacks(way, '--admin-token-file FILE');
  refuseOpenDoors(options, way);
  if (oidcIssuer === undefined || options.workers === 1 || options.sessionKeyFile !== undefined) return;
  const message =
    '`--oidc-issuer` with several workers needs `--session-key-file`: each of them opens what another has sealed';
  throw new RolebookError('usage', message, { help: '`openssl rand -hex 32` writes a key; or leave `--workers` out' });
}

/**
 * Throws a RolebookError for what cannot stand beside `--try`: whoever has its link acts as anybody, so it is for one
 * person, before this machine, and for nothing that others reach or that has ways of its own to say who somebody is.
 */
function refuseBesideTry(options: PagesOptions & OtherOptions): void {
  if (options.try !== true) return;
  const { tokenFile, adminTokenFile, allowUnauthenticated, workers, publicUrl, oidcIssuer, proxyToken } = options;
  const others = {
    '--token-file': tokenFile,
    '--admin-token-file': adminTokenFile,
    '--allow-unauthenticated': allowUnauthenticated,
    '--workers': workers > 1 ? workers : undefined,
    '--public-url': publicUrl,
    '--oidc-issuer': oidcIssuer,
    '--proxy-token': proxyToken,
  };
  const found = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (found !== undefined) throw together('--try', found, 'it is for one person, before this machine');
}

// What stands before the sidecar makes everybody look as if they were on this machine, where reads need no token.
function refuseOpenDoors({ tokenFile, allowUnauthenticated }: OtherOptions, way: string): void {
  if (allowUnauthenticated === true)
    throw together(way, '--allow-unauthenticated', 'whoever reaches the pages could ask anything');
  if (tokenFile !== undefined) return;
  const message = `\`${way}\` lets others reach the sidecar, so calls that are none of a page need tokens`;
  throw new RolebookError('usage', message, { help: 'give `--token-file FILE`' });
}

function ofProvider(options: PagesOptions): Readonly<Record<string, unknown>> {
  return {
    '--oidc-client-id': options.oidcClientId,
    '--oidc-client-secret-file': options.oidcClientSecretFile,
    '--oidc-subject-claim': options.oidcSubjectClaim,
    '--oidc-subject-type': options.oidcSubjectType,
    '--oidc-scope': options.oidcScope,
    '--session-key-file': options.sessionKeyFile,
  };
}

function together(one: string, other: string, why: string): RolebookError {
  const message = `\`${one}\` and \`${other}\` cannot stand together: ${why}`;
  return new RolebookError('usage', message, { help: 'leave one of them out' });
}

function lacks(flag: string, needed: string): RolebookError {
  return new RolebookError('usage', `\`${flag}\` needs \`${needed}\``, { help: 'give both, or none of them' });
}

function parsePublicUrl(value: string): PublicAddress {
  return parsePublicAddress(notFlag('--public-url', value), '--public-url');
}

function parseIssuer(value: string): URL {
  const url = parseSecureUrl(notFlag('--oidc-issuer', value), '--oidc-issuer');
  if (url.search === '' && !value.includes('?') && !url.pathname.includes('/.well-known/')) return url;
  throw new RolebookError('usage', '`--oidc-issuer` takes the issuer itself, without a query', {
    help: 'leave `/.well-known/openid-configuration` out: it is looked for below the issuer',
  });
}

function parseSignOutUrl(value: string): string {
  const text = notFlag('--sign-out-url', value);
  if (!text.startsWith('/')) return parseSecureUrl(text, '--sign-out-url').href;
  if (/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return text;
  throw new RolebookError('usage', '`--sign-out-url` takes an address or a path', { help: 'write `/oauth2/sign_out`' });
}

function parseClaim(value: string): string {
  const claim = notFlag('--oidc-subject-claim', value);
  if (/^[\x21-\x7e]{1,128}$/.test(claim)) return claim;
  throw new RolebookError('usage', '`--oidc-subject-claim` takes the name of a claim', {
    help: 'write `email` or `sub`',
  });
}

function parseScope(value: string): string {
  const scopes = notFlag('--oidc-scope', value).split(' ');
  // The characters of RFC 6749, section 3.3.
  const isWell = scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
  if (isWell && scopes.includes('openid')) return value;
  throw new RolebookError('usage', '`--oidc-scope` takes scopes with one blank between, `openid` among them', {
    help: 'write `--oidc-scope "openid email"`',
  });
}

// Not `parseValue` first: it would repeat what it was given.
function notFlag(flag: string, value: string): string {
  return value === '' || value.startsWith('--') ? parseValue(flag, value) : value;
}

function valueOf(flag: string): (value: string) => string {
  return (value) => parseValue(flag, value);
}
