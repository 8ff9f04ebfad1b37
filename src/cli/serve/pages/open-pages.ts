import { resolve } from 'node:path';
import type { AccessControl } from '../../../http/access/access-control.ts';
import { formatListenAddress, isLocal, type ListenAddress } from '../../../http/access/listen-address.ts';
import { readSecretFile } from '../../../http/access/secret-file.ts';
import { ConsoleFiles } from '../../../http/console/console-files.ts';
import { signedInPath } from '../../../http/console/finish-sign-in-endpoint.ts';
import { consolePath } from '../../../http/console/serve-console.ts';
import type { Logger } from '../../../http/logging/log.ts';
import { OpenIdProvider } from '../../../http/openid/openid-provider.ts';
import { SessionKeys } from '../../../http/sessions/session-keys.ts';
import { Sessions } from '../../../http/sessions/sessions.ts';
import type { SidecarOptions } from '../../../http/sidecar.ts';
import { RolebookError } from '../../../policy/errors.ts';
import { processClock } from '../../../store/process-clock.ts';
import type { CommandIo } from '../../command/command-io.ts';
import { packagePath } from '../../command/package-folder.ts';
import type { PagesOptions } from './pages-options.ts';

export type ServedPages = NonNullable<SidecarOptions['console']>;

/** The things that the pages are opened with. */
export interface PagesSurroundings {
  readonly listen: ListenAddress;
  readonly access: AccessControl;
  readonly log: Logger;
}

type WhereFilesAre = Pick<CommandIo, 'cwd'>;

/** The pages, as the options say that people sign in to them; undefined: there are none. Throws a RolebookError. */
export async function openPages(
  options: PagesOptions,
  { listen, access, log }: PagesSurroundings,
  io: WhereFilesAre,
): Promise<ServedPages | undefined> {
  if (options.try !== true && options.publicUrl === undefined) return undefined;
  if (options.try === true && (listen.kind !== 'tcp' || !isLocal(listen))) {
    const message = `\`--try\` is for a browser on this machine, and cannot listen on \`${formatListenAddress(listen)}\``;
    throw new RolebookError('usage', message, { help: 'leave `--listen` out, or write `--listen 127.0.0.1:8181`' });
  }
  const files = await ConsoleFiles.read(packagePath('dist/console'));
  const { now } = processClock;
  const { publicUrl: address, proxyToken, signOutUrl } = options;
  if (options.try === true) return { files, sessions: new Sessions({ access, now }) };
  if (proxyToken !== undefined) {
    return { files, sessions: new Sessions({ access, now, address, way: { kind: 'proxy', signOutUrl } }) };
  }
  const path = pathOf(options.sessionKeyFile, io);
  const keys = path === undefined ? SessionKeys.ofThisProcess() : await SessionKeys.open(path);
  for (const warning of keys.warnings) log.warn(warning);
  const provider = await createProvider(options, io, log);
  const way = { kind: 'openid', provider, subjectType: options.oidcSubjectType } as const;
  return { files, sessions: new Sessions({ access, now, address, keys, way, realm: realmOf(options) }) };
}

/** Says at the start what holds for sessions; and begins to ask the provider what it is. */
export function startPages({ sessions }: ServedPages, options: PagesOptions, { log }: PagesSurroundings): void {
  if (sessions.way.kind !== 'openid') return;
  if (options.sessionKeyFile === undefined) {
    log.info('sessions of the pages end with this process, and are of no other one: `--session-key-file` shares them');
  }
  void sessions.way.provider.open();
}

async function createProvider(options: PagesOptions, io: WhereFilesAre, log: Logger): Promise<OpenIdProvider> {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcSubjectClaim: claim = 'sub', publicUrl } = options;
  if (!issuer || clientId === undefined || !publicUrl) throw new Error('the options were not looked at');
  const path = pathOf(options.oidcClientSecretFile, io);
  const readSecret = path === undefined ? undefined : (): Promise<string> => readClientSecret(path);
  // What is wrong with the file is told at the start.
  await readSecret?.();
  return new OpenIdProvider({
    issuer,
    clientId,
    readSecret,
    redirectUrl: `${publicUrl.origin}${signedInPath}`,
    signedOutUrl: `${publicUrl.origin}${consolePath}`,
    claim,
    scope: options.oidcScope,
    now: processClock.now,
    log,
  });
}

async function readClientSecret(path: string): Promise<string> {
  const { text } = await readSecretFile(path, { noun: 'client secret file' });
  const secret = text.trim();
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new RolebookError('configuration', `the client secret file \`${path}\` does not hold one line with a secret`);
}

/** A session is good where all of this is the same. */
function realmOf({ publicUrl, oidcIssuer, oidcClientId, oidcSubjectClaim, oidcSubjectType }: PagesOptions): string {
  return JSON.stringify([publicUrl?.origin, oidcIssuer?.href, oidcClientId, oidcSubjectClaim, oidcSubjectType]);
}

function pathOf(path: string | undefined, { cwd }: WhereFilesAre): string | undefined {
  return path === undefined ? undefined : resolve(cwd, path);
}
