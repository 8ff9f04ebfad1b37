import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Comment {
  readonly id: number;
  body: string | null;
  readonly user: { readonly login: string; readonly type: string } | null;
}

/** What GitHub would answer otherwise than it does to the token of a workflow. */
interface Conditions {
  /** Who the token belongs to; undefined for a workflow, which may not ask. */
  readonly person?: string;
  /** The status of whatever would write: 403 for a pull request from a fork. */
  readonly refusesToWriteWith?: number;
  /** Answers anything with this. */
  readonly saysAlways?: { readonly status: number; readonly body: string };
  readonly delayMs?: number;
}

/** The part of GitHub's REST API that the action uses, over HTTP, for pull request 7 of `acme/access`. */
export interface GithubApi {
  readonly url: string;
  readonly comments: Comment[];
  /** `GET /user` and so on, in the order in which they came. */
  readonly requests: string[];
  readonly stop: () => Promise<void>;
}

export const bot = { login: 'github-actions[bot]', type: 'Bot' };
const token = 'ghs_secret';

export async function startGithubApi(conditions: Conditions = {}): Promise<GithubApi> {
  const comments: Comment[] = [];
  const requests: string[] = [];
  const author = conditions.person === undefined ? bot : { login: conditions.person, type: 'User' };

  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const { method = '', url = '', headers } = request;
    requests.push(`${method} ${url}`);
    const sent = await readBody(request);
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: { message: 'Bad credentials' } };
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname === '/user') {
      if (conditions.person !== undefined) return { status: 200, body: { login: conditions.person } };
      return { status: 403, body: { message: 'Resource not accessible by integration' } };
    }
    if (method === 'GET' && pathname === '/repos/acme/access/issues/7/comments') {
      const size = Number(searchParams.get('per_page') ?? 30);
      const start = (Number(searchParams.get('page') ?? 1) - 1) * size;
      return { status: 200, body: comments.slice(start, start + size) };
    }
    const refusal = conditions.refusesToWriteWith;
    if (refusal !== undefined) return { status: refusal, body: { message: 'Resource not accessible by integration' } };
    const { body } = JSON.parse(sent) as { body: string };
    if (body.length > 65_536) return { status: 422, body: { message: 'body is too long' } };
    if (method === 'POST' && pathname === '/repos/acme/access/issues/7/comments') {
      const comment = { id: comments.length + 1, body, user: author };
      comments.push(comment);
      return { status: 201, body: comment };
    }
    const known = comments.find(({ id }) => pathname === `/repos/acme/access/issues/comments/${id}`);
    if (method !== 'PATCH' || !known) return { status: 404, body: { message: 'Not Found' } };
    known.body = body;
    return { status: 200, body: known };
  };

  const server = createServer((request, response) => {
    void (async () => {
      const { status, body } = await answer(request);
      if (conditions.delayMs !== undefined) await sleep(conditions.delayMs);
      const always = conditions.saysAlways;
      response.writeHead(always?.status ?? status, { 'Content-Type': 'application/json' });
      response.end(always?.body ?? JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}
