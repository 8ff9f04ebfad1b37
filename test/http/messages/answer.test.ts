import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { assert } from 'chai';
import { sendAnswer, textAnswer } from '../../../src/http/messages/answer.ts';
import { UnreadAnswers } from '../../../src/http/messages/unread-answers.ts';
import { limits } from '../../../src/policy/limits.ts';
import { waitFor } from '../../support/wait-for.ts';

const piece = limits.smallAnswerBytes;

/** Bodies around the length of a piece; of some a character of two halves stands where it would be cut. */
const bodies: Readonly<Record<string, string>> = {
  'one piece': 'a'.repeat(piece),
  'one piece and a letter': 'a'.repeat(piece + 1),
  'many pieces': 'abcdefg,'.repeat(piece),
  'a character across two pieces': `${'a'.repeat(piece - 1)}😀${'b'.repeat(piece)}`,
  'such characters across all of them': `a${'😀'.repeat(3 * piece)}`,
  'letters of two and three bytes': 'äжの'.repeat(piece),
  'half a character at the end': `${'a'.repeat(2 * piece)}\ud83d`,
};

describe('a long answer that is written a piece a turn', () => {
  const unread = new UnreadAnswers();
  let server: Server;
  let port: number;
  let body = '';
  let others = 0;
  before(async () => {
    server = createServer((asked, response) => {
      if (asked.url === '/other') response.end(String((others += 1)));
      else sendAnswer(response, textAnswer(200, 'text/plain', body), unread);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());

  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      })
        .on('error', reject)
        .end();
    });

  for (const [what, text] of Object.entries(bodies)) {
    it(`arrives whole: ${what}`, async () => {
      body = text;
      assert.isTrue((await get('/')) === text.toWellFormed());
      await waitFor('nothing held', () => unread.room.heldBytes === 0);
    });
  }

  it('lets others be answered before it is over', async () => {
    body = 'x'.repeat(limits.answerBytes);
    others = 0;
    const long = get('/').then(({ length }) => ({ length, othersBefore: others }));
    for (let count = 0; count < 5; count += 1) await get('/other');
    const { length, othersBefore } = await long;
    assert.equal(length, limits.answerBytes);
    assert.isAbove(othersBefore, 0);
  });

  it('holds nothing when its caller goes away in the middle, or has gone before', async () => {
    body = 'x'.repeat(limits.answerBytes);
    for (const wait of ['some', 'nothing']) {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3));
      if (wait === 'some') await new Promise((resolve) => socket.once('data', resolve));
      socket.destroy();
    }
    await waitFor('the next', async () => (await get('/other')) !== '');
    await waitFor('nothing held', () => unread.room.heldBytes === 0);
  });
});
