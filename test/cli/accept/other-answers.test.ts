import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert } from 'chai';
import { runCommand } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const token = 's3cret-'.repeat(6);

describe('a command that calls a sidecar', () => {
  let folder: PolicyFolder;
  const servers: Server[] = [];
  before(async () => (folder = await createPolicyFolder({ admins: `${token}\n` })));
  after(async () => {
    for (const server of servers) server.close();
    await folder.dispose();
  });

  it('takes what answers otherwise for no sidecar, and sends the token nowhere else', async () => {
    let isAskedElsewhere = false;
    const serve = async (answer: RequestListener): Promise<string> => {
      const server = createServer(answer);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const elsewhere = await serve((_request, response) => {
      isAskedElsewhere = true;
      response.end('{"revision": "000000000000", "budget": {"waiting": null}}');
    });
    const answers: Readonly<Record<string, readonly [answer: RequestListener, exitCode: number, says: string]>> = {
      'a page': [(_, response) => response.end('<html>'), 2, 'is no sidecar: status 200, and no JSON object'],
      'a list': [(_, response) => response.end('[]'), 2, 'is no sidecar'],
      'nothing at all': [(_, response) => response.end(), 2, 'is no sidecar'],
      'half of an object': [(_, response) => response.end('{"budget":'), 2, 'is no sidecar'],
      'another program': [(_, response) => response.end('{"budget": 7}'), 2, 'in words that are not known here'],
      'a redirect': [
        (_, response) => response.writeHead(307, { Location: `${elsewhere}/v1/policy` }).end(),
        2,
        'is no sidecar: status 307',
      ],
      'a redirect with an object': [
        (_, response) => response.writeHead(302, { Location: elsewhere }).end('{}'),
        3,
        'could not do it: status 302',
      ],
      'an answer without an end': [
        (_, response) => {
          const more = (): void => {
            while (!response.destroyed && response.write(' '.repeat(1024 * 1024)));
            response.once('drain', more);
          };
          more();
        },
        3,
        'the answer is too long',
      ],
      'an answer that is cut': [
        (_, response) => {
          response.writeHead(200, { 'Content-Length': 100 });
          response.write('{', () => response.destroy());
        },
        3,
        'no answer from',
      ],
      'a connection that is closed': [({ socket }) => socket.destroy(), 3, 'no answer from'],
      'no HTTP': [({ socket }) => socket.end('220 mail.acme.example ESMTP\r\n'), 3, 'no answer from'],
      'a problem that is none': [(_, response) => response.writeHead(500).end('{"detail": 7}'), 3, 'status 500'],
    };
    for (const [name, [answer, exitCode, says]] of Object.entries(answers)) {
      const at_ = await serve(answer);
      const result = await runCommand(['accept', '000000000000', '--server', at_, '--token-file', 'admins', '--yes'], {
        cwd: folder.root,
      });
      assert.strictEqual(result.exitCode, exitCode, `${name}: ${result.all}`);
      assert.include(result.stderr, says, name);
      assert.strictEqual(result.stdout, '', name);
      assert.notInclude(result.all, token, name);
    }
    assert.isFalse(isAskedElsewhere);
  });
});
