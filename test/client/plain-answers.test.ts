import { assert } from 'chai';
import * as fc from 'fast-check';
import type { ServerResponse } from 'node:http';
import { PlainAnswer, unusual } from '../../packages/client/src/transport/plain-answer.ts';
import { createClient, UnavailableError } from '../../packages/client/src/node.ts';
import { OddServer, say } from '../support/odd-server.ts';
import { anyText } from '../support/any-text.ts';

const answerOf = (status: string, headers: readonly string[], body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n'), 'latin1'), body]);

const plain = (text: string, more: readonly string[] = []): Buffer => {
  const body = Buffer.from(text);
  return answerOf('200 OK', ['Content-Type: application/json', `Content-Length: ${body.length}`, ...more], body);
};

describe('an answer of the plain form', () => {
  it('is the same however its bytes come', () => {
    const law = fc.property(anyText(), fc.array(fc.nat(200), { maxLength: 12 }), (text, cuts) => {
      const bytes = plain(text, ['Retry-After: 2']);
      const ends = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((left, right) => left - right);
      const answer = new PlainAnswer();
      let start = 0;
      for (const end of ends.filter((one) => one < bytes.length)) {
        if (end > start) assert.isUndefined(answer.take(bytes.subarray(start, end)));
        start = Math.max(start, end);
      }
      const expected = { status: 200, retryAfter: 2, text: Buffer.from(text).toString('utf8') };
      assert.deepEqual(answer.take(bytes.subarray(start)), expected);
    });
    fc.assert(law);
  });

  it('is left to others where it has another form, and so is what comes beside it', () => {
    const wrong: Readonly<Record<string, Buffer>> = {
      'two answers': Buffer.concat([plain('{}'), plain('{}')]),
      'a byte more': Buffer.concat([plain('{}'), Buffer.from(' ')]),
      'no length': answerOf('200 OK', [], Buffer.alloc(0)),
      'two lengths': plain('{}', ['Content-Length: 2']),
      'other lengths': plain('{}', ['content-length: 3']),
      'a length in words': answerOf('200 OK', ['Content-Length: two'], Buffer.from('{}')),
      'a length with a sign': answerOf('200 OK', ['Content-Length: +2'], Buffer.from('{}')),
      'a length with a list': answerOf('200 OK', ['Content-Length: 2, 2'], Buffer.from('{}')),
      'a length beyond all': answerOf('200 OK', ['Content-Length: 999999999'], Buffer.alloc(0)),
      chunks: answerOf('200 OK', ['Transfer-Encoding: chunked'], Buffer.from('0\r\n\r\n')),
      'chunks and a length': plain('{}', ['Transfer-Encoding: chunked']),
      'a zipped body': plain('{}', ['Content-Encoding: gzip']),
      'an end': plain('{}', ['Connection: close']),
      'an older version': Buffer.from('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}'),
      'a later version': Buffer.from('HTTP/2 200\r\nContent-Length: 2\r\n\r\n{}'),
      'more to come': answerOf('100 Continue', [], Buffer.alloc(0)),
      'early hints': answerOf('103 Early Hints', ['Content-Length: 0'], Buffer.alloc(0)),
      'no HTTP': Buffer.from('SSH-2.0-OpenSSH\r\n\r\n'),
      'a head without end': Buffer.alloc(20_000, 'x'),
    };
    for (const [name, bytes] of Object.entries(wrong)) assert.strictEqual(new PlainAnswer().take(bytes), unusual, name);
  });
});

describe('a client of something that answers in another form', () => {
  it('asks once more in the way of Node, and in that way from then on', async () => {
    const allow = JSON.stringify({ decision: true, revision: '81e61c315014' });
    const chunked = await OddServer.open((response) => response.writeHead(200).end(allow));
    const client = createClient({ url: chunked.url });
    const may = { subject: 'ana', workspace: 'support', permission: 'tag:create' };
    assert.isTrue(await client.can(may));
    assert.lengthOf(chunked.asked, 2);
    assert.isTrue(await client.can(may));
    assert.lengthOf(chunked.asked, 3);
    client.close();
    await chunked.close();
  });

  it('is never an allow in the way of Node where the answer breaks off, does not end, or is too long', async () => {
    const begin = '{"decision":true,"revision":"81e61c315014"';
    const may = { subject: 'ana', workspace: 'support', permission: 'tag:create' };
    const wrong: readonly ((response: ServerResponse) => void)[] = [
      (response) => {
        response.write(begin);
        setTimeout(() => response.destroy(), 5);
      },
      (response) => response.write(begin),
      (response) => response.end(`${begin},"more":"${'x'.repeat(16 * 1024 * 1024)}"}`),
    ];
    for (const answer of wrong) {
      const server = await OddServer.open((response, turn) => {
        if (turn > 2) answer(response);
        else response.writeHead(200).end(`${begin}}`);
      });
      const client = createClient({ url: server.url, timeoutMs: 10_000 });
      assert.isTrue(await client.can(may));
      const found = await client.can(may, { timeoutMs: 400 }).catch((error: unknown) => error);
      assert.instanceOf(found, UnavailableError);
      client.close();
      await server.close();
    }
  });

  it('sends no line that somebody else wrote', async () => {
    const server = await OddServer.open((response) => say(response, 200, { decision: false, revision: 'x' }));
    const may = { subject: 'ana\r\nX: 1', workspace: 'support\r\n\r\n', permission: 'tag:create' };
    const client = createClient({ url: server.url });
    assert.isFalse(await client.can(may));
    assert.deepInclude(JSON.parse(server.asked[0]?.body ?? ''), may);
    const lines = 'secret\r\nX-Rolebook-Actor: olu';
    const calls = [
      () => createClient({ url: server.url, token: lines }).can(may),
      () => client.roles({ workspace: 'support' }, { actor: { type: lines, id: 'ana' } }),
      () => client.changes.make([], { actor: 'ana', idempotencyKey: lines }),
      () => client.members.set({ workspace: 'support' }, 'bo', [], { actor: 'ana', ifMatch: lines }),
    ];
    for (const call of calls) {
      const error = await call().catch((found: unknown) => found);
      assert.instanceOf(error, TypeError);
      assert.notInclude(error.message, 'secret');
    }
    assert.lengthOf(server.asked, 1);
    const strange = await client
      .roles({ workspace: '../a\r\n?b#c' }, { actor: 'ä\r\nX: 1' })
      .catch((found: unknown) => found);
    assert.notInstanceOf(strange, TypeError);
    assert.strictEqual(server.asked[1]?.path, '/v1/workspaces/..%2Fa%0D%0A%3Fb%23c/roles');
    const dots = [
      client.roles({ workspace: '..' }),
      client.permissions('..', { workspace: 'support' }),
      client.members.remove({ organization: '.' }, 'bo', { actor: 'ana' }),
      client.members.set({ workspace: 'support' }, '', [], { actor: 'ana' }),
      client.changes.revert('..', { actor: 'ana' }),
    ];
    for (const call of dots) assert.instanceOf(await call.catch((found: unknown) => found), TypeError);
    assert.lengthOf(server.asked, 2);
    client.close();
    await server.close();
  });
});
