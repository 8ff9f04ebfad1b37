import { request } from 'node:http';
import { again, type Attack, type Ground } from './attack.ts';
import { explainedBatch } from './connection-attacks.ts';

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
}

const explained: Attack = {
  name: 'batches of a thousand, explained',
  run: (ground) =>
    again(ground, 2000, async () => {
      const body = explainedBatch(ground.seen.tries);
      await send(ground, { path: '/v1/enforce/batch?explain', body });
    }),
};

const unknown: Attack = {
  name: 'names nobody has heard of, explained',
  run: (ground) =>
    again(ground, 2000, async () => {
      const requests = Array.from({ length: 1000 }, (_, index) => ({
        subject: `u${index}`,
        workspace: 'wide',
        permission: `resource-${index}.of.many:an-aXtion-${ground.seen.tries}`.padEnd(120, 'x'),
      }));
      await send(ground, { path: '/v1/enforce/batch?explain', body: JSON.stringify({ requests }) });
    }),
};

const sound = {
  subject: 'eve@acme.example',
  workspace: 'wide',
  permission: 'resource-0.of.many:an-action-with-a-name-0',
};

const odd: Attack = {
  name: 'odd bodies',
  run: (ground) =>
    again(ground, 20, async () => {
      const bodies = [
        '',
        '{',
        'null',
        '['.repeat(60_000),
        JSON.stringify({ ...sound, subject: { type: 'root', id: 'x' } }),
        JSON.stringify({ ...sound, scope: Array.from({ length: 5000 }, (_, index) => `s${index}`) }),
        `{"subject":"ana@acme.example","subject":"eve@acme.example",${JSON.stringify(sound).slice(1)}`,
        JSON.stringify(Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`k${index}`, index]))),
        JSON.stringify({ ...sound, resource: { deep: 'x'.repeat(60_000) } }),
      ];
      const body = bodies[ground.seen.tries % bodies.length] ?? '';
      const { status, text } = await send(ground, { path: '/v1/enforce', body });
      if (text.includes('"decision":true')) ground.seen.breaches.push(`${body.slice(0, 80)} was allowed`);
      if (status === 500) ground.seen.breaches.push(`${body.slice(0, 80)}: ${text.slice(0, 200)}`);
    }),
};

const strangers: Attack = {
  name: 'admin calls by strangers',
  run: (ground) =>
    again(ground, 100, async () => {
      const tokens = [
        undefined,
        'Bearer guessed-guessed-guessed',
        'Basic YTpi',
        'Bearer ',
        `Bearer ${'x'.repeat(4000)}`,
      ];
      const authorization = tokens[ground.seen.tries % tokens.length];
      const calls: readonly Sent[] = [
        { path: '/v1/policy/reload' },
        {
          method: 'PUT',
          path: '/v1/workspaces/wide/members/eve',
          body: '{"roles":["reader"],"actor":"ana@acme.example"}',
        },
        { method: 'DELETE', path: '/v1/workspaces/wide/members/ana@acme.example?actor=eve' },
      ];
      const call = calls[ground.seen.tries % calls.length] ?? { path: '/' };
      const { status } = await send(ground, { ...call, headers: authorization === undefined ? {} : { authorization } });
      if (status < 400) ground.seen.breaches.push(`${call.method ?? 'POST'} ${call.path} was done for a stranger`);
    }),
};

const pages: Attack = {
  name: 'calls as a page in a browser makes them',
  run: (ground) =>
    again(ground, 100, async () => {
      const headers: readonly Record<string, string>[] = [
        { host: 'evil.example' },
        { host: 'evil.example/.localhost' },
        { origin: 'https://evil.example' },
        { host: 'localhost.evil.example' },
      ];
      const given = headers[ground.seen.tries % headers.length] ?? {};
      const { status } = await send(ground, { path: '/v1/enforce', body: JSON.stringify(sound), headers: given });
      if (status === 200) ground.seen.breaches.push(`${JSON.stringify(given)} was answered`);
    }),
};

const listings: Attack = {
  name: 'every listing there is',
  run: (ground) =>
    again(ground, 300, async () => {
      const paths = [
        '/v1/workspaces/wide/roles',
        '/v1/workspaces/wide/members/ana@acme.example/permissions',
        '/v1/workspaces/wide/members',
        '/v1/policy',
        '/metrics',
        '/openapi.json',
        '/nothing/here',
      ];
      await send(ground, { method: 'GET', path: paths[ground.seen.tries % paths.length] ?? '/' });
    }),
};

/** Those that send whole requests. */
export const requestAttacks: readonly Attack[] = [explained, unknown, odd, strangers, pages, listings];

function send(
  { port }: Ground,
  { method = 'POST', path, headers, body }: Sent,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const options = { host: '127.0.0.1', port, method, path, headers: { ...type, ...headers }, agent: false as const };
    const sent = request({ ...options, timeout: 15_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += text.length < 10_000 ? chunk : ''));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(body);
  });
}
