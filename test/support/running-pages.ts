import { fileURLToPath } from 'node:url';
import { AccessControl } from '../../src/http/access/access-control.ts';
import { parseListenAddress } from '../../src/http/access/listen-address.ts';
import { ConsoleFiles } from '../../src/http/console/console-files.ts';
import { Sessions } from '../../src/http/sessions/sessions.ts';
import { runSidecar, type Call, type Reply, type RunningSidecar, type SidecarSetup } from './running-sidecar.ts';

/** A sidecar with the pages, as `serve --try` starts it. */
export interface RunningPages extends RunningSidecar {
  readonly sessions: Sessions;
  /** The token of a new link. */
  readonly link: () => string;
}

const built = fileURLToPath(new URL('../../dist/console', import.meta.url));

export interface PagesSetup extends SidecarSetup {
  readonly now?: () => number;
}

export async function runPages(setup: PagesSetup = {}): Promise<RunningPages> {
  const { now = Date.now } = setup;
  const listen = parseListenAddress(setup.listenText ?? '127.0.0.1:0');
  const access = await AccessControl.open({ listen, unauthenticated: 'refuse' });
  const sessions = new Sessions({ access, now });
  const files = await ConsoleFiles.read(built);
  const running = await runSidecar({
    adminTokens: 'none',
    isChanged: true,
    ...setup,
    access,
    console: { files, sessions },
  });
  return { ...running, sessions, link: () => sessions.trial.make() };
}

/** What every call of a page sends; the browser adds the last two. */
export function pageHeaders({ address }: RunningSidecar, cookie?: string): Record<string, string> {
  return {
    'X-Rolebook-Session': 'page',
    Origin: address,
    'Sec-Fetch-Site': 'same-origin',
    ...(cookie !== undefined && { Cookie: cookie }),
  };
}

export function pageCall(running: RunningSidecar, method: string, body?: object, cookie?: string): Call {
  return { method, headers: pageHeaders(running, cookie), ...(body && { body }) };
}

/** The cookie that an answer sets, as a browser sends it back. */
export function cookieOf({ headers }: Reply): string {
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** Signs in with a new link, and acts as somebody; the result is the cookie. */
export async function signInAs(running: RunningPages, actor: string | object): Promise<string> {
  const begun = await running.call('/v1/session', pageCall(running, 'POST', { token: running.link() }));
  const chosen = await running.call('/v1/session', pageCall(running, 'PUT', { actor }, cookieOf(begun)));
  return cookieOf(chosen);
}
