import { PlainBrowser, runProviderPages, signInUpToCallback } from '../../support/provider-pages.ts';
import { cookieOf, pageCall, pageHeaders, runPages } from '../../support/running-pages.ts';
import type { Call, Reply, RunningSidecar } from '../../support/running-sidecar.ts';

/** Makes a call and holds its answer against what the document says of that path. */
type Check = (running: Pick<RunningSidecar, 'call'>, template: string, path: string, call?: Call) => Promise<Reply>;

/** Signs in to the pages and out again. */
export async function checkPages(check: Check): Promise<void> {
  const pages = await runPages();
  const paths = ['/v1/session', '/v1/session/actors'] as const;
  for (const path of paths) await check(pages, path, path, { headers: pageHeaders(pages) });
  await check(pages, '/v1/session', '/v1/session', pageCall(pages, 'POST', { token: 'x' }));
  const begun = await check(pages, '/v1/session', '/v1/session', pageCall(pages, 'POST', { token: pages.link() }));
  const cookie = cookieOf(begun);
  for (const path of paths) await check(pages, path, path, { headers: pageHeaders(pages, cookie) });
  const actor = 'ana@acme.example';
  const chosen = await check(pages, '/v1/session', '/v1/session', pageCall(pages, 'PUT', { actor }, cookie));
  const people = ['/v1/workspaces/{workspace}/people', '/v1/workspaces/support/people'] as const;
  await check(pages, ...people, { headers: pageHeaders(pages, cookieOf(chosen)) });
  await check(pages, '/v1/session', '/v1/session', pageCall(pages, 'DELETE', undefined, cookieOf(chosen)));
  await checkProvider(check);
}

/** Signs in at a provider, badly and well, and out. */
async function checkProvider(check: Check): Promise<void> {
  const pages = await runProviderPages();
  const [begin, callback] = ['/v1/sign-in', '/v1/sign-in/callback'];
  await check(pages, begin, `${begin}?to=//evil.example`);
  await check(pages, begin, `${begin}?x`);
  await check(pages, begin, begin);
  await check(pages, callback, callback);
  const browser = new PlainBrowser();
  const answer = new URL(await signInUpToCallback(pages, browser));
  const headers = { Cookie: browser.cookie(pages.address, /sign-in/) };
  const begun = await check(pages, callback, `${answer.pathname}${answer.search}`, { headers });
  await check(pages, '/v1/session', '/v1/session', { headers: pageHeaders(pages) });
  await check(pages, '/v1/session', '/v1/session', { headers: pageHeaders(pages, cookieOf(begun)) });
  await check(pages, '/v1/session', '/v1/session', pageCall(pages, 'POST', { token: 'x' }, cookieOf(begun)));
  await check(pages, '/v1/session', '/v1/session', pageCall(pages, 'DELETE', undefined, cookieOf(begun)));
  await pages.dispose();
}
