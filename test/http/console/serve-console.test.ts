import { assert } from 'chai';
import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { ConsoleFiles } from '../../../src/http/console/console-files.ts';
import { createPolicyFolder } from '../../support/policy-folder.ts';
import { runPages, type RunningPages } from '../../support/running-pages.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

describe('the files of the pages', () => {
  let pages: RunningPages;
  let script: string;
  before(async () => {
    pages = await runPages();
    const { text } = await pages.call('/console/');
    script = /src="([^"]+)"/.exec(text)?.[1] ?? '';
  });
  after(disposeSidecars);

  it('are one page at every address below /console', async () => {
    const paths = ['', '/', '/sign-in', '/workspaces/a/roles/b', '/workspaces/%zz', '/index.html', '/x.js', '?q=1'];
    for (const path of paths) {
      const { status, headers, text } = await pages.call(`/console${path}`);
      assert.strictEqual(status, 200, path);
      assert.strictEqual(headers['content-type'], 'text/html; charset=utf-8', path);
      assert.strictEqual(headers['cache-control'], 'no-cache', path);
      assert.include(text, '<div id="console">', path);
    }
  });

  it('load nothing from elsewhere, and have neither script nor style in the page', async () => {
    const { text } = await pages.call('/console/');
    assert.match(script, /^\/console\/assets\/index-[\w-]{8,}\.js$/);
    for (const [, address] of text.matchAll(/(?:src|href)="([^"]*)"/g)) assert.match(address ?? '', /^\/console\//);
    assert.notMatch(text, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });

  it('say to browsers that nothing else may run, nor frame them', async () => {
    for (const path of ['/console/', script]) {
      const { headers } = await pages.call(path);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /^default-src 'self';/);
      assert.notMatch(policy, /unsafe|https?:|\*|data:/);
      for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'none'"]) {
        assert.include(policy, part);
      }
      assert.strictEqual(headers['x-content-type-options'], 'nosniff');
      assert.strictEqual(headers['referrer-policy'], 'no-referrer');
      assert.strictEqual(headers['cross-origin-opener-policy'], 'same-origin');
      assert.strictEqual(headers['cross-origin-resource-policy'], 'same-origin');
      assert.strictEqual(headers['x-frame-options'], 'DENY');
    }
  });

  it('are kept for good where their names have a hash', async () => {
    const { status, headers } = await pages.call(script);
    assert.strictEqual(status, 200);
    assert.strictEqual(headers['content-type'], 'text/javascript; charset=utf-8');
    assert.strictEqual(headers['cache-control'], 'public, max-age=31536000, immutable');
  });

  it('are told by a tag, and not sent to who has them', async () => {
    for (const path of ['/console/', script]) {
      const tag = String((await pages.call(path)).headers.etag);
      assert.match(tag, /^"[0-9a-f]{24}"$/);
      for (const known of [tag, `"x", ${tag}`, `W/${tag}`, '*']) {
        const { status, text } = await pages.call(path, { headers: { 'If-None-Match': known } });
        assert.strictEqual(status, 304, known);
        assert.strictEqual(text, '');
      }
      for (const known of ['"x"', 'x', '']) {
        assert.strictEqual((await pages.call(path, { headers: { 'If-None-Match': known } })).status, 200, known);
      }
    }
  });

  it('are zipped for who takes that, under a tag of their own', async () => {
    const plain = await pages.call(script);
    const zipped = await bytesOf(pages, script, 'br, gzip');
    assert.strictEqual(zipped.encoding, 'gzip');
    assert.strictEqual(gunzipSync(zipped.bytes).toString('utf8'), plain.text);
    assert.notStrictEqual(zipped.tag, plain.headers.etag);
    for (const encodings of ['br', 'gzip;q=0', 'identity', '']) {
      assert.isUndefined((await bytesOf(pages, script, encodings)).encoding, encodings);
    }
  });

  it('are asked for by GET and HEAD alone', async () => {
    const { headers } = await pages.call('/console/');
    const head = await pages.call('/console/', { method: 'HEAD' });
    assert.strictEqual(head.status, 200);
    assert.strictEqual(head.headers['content-length'], headers['content-length']);
    assert.strictEqual(head.text, '');
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const reply = await pages.call('/console/', { method });
      assert.strictEqual(reply.status, 405, method);
      assert.strictEqual(reply.headers.allow, 'GET, HEAD');
    }
  });

  it('are not there under any other name, and no path leads out of them', async () => {
    const outside = [
      '..%2f..%2fpackage.json',
      '../../package.json',
      '..\\..\\package.json',
      '%2e%2e/%2e%2e/package.json',
    ];
    const names = [
      ...outside,
      'index-x.js',
      '',
      '.',
      '..',
      'constructor',
      '__proto__',
      `${script.split('/').at(-1) ?? ''}%00`,
    ];
    for (const name of names) {
      const { status, text } = await pages.call(`/console/assets/${name}`);
      assert.strictEqual(status, 404, name);
      assert.notInclude(text, 'dependencies', name);
    }
    for (const path of ['/consolex', '/Console', '/console%2f', '//console', '/assets/x.js']) {
      assert.strictEqual((await pages.call(path)).status, 404, path);
    }
  });

  it('answer to this machine alone', async () => {
    assert.strictEqual((await pages.call('/console/', { headers: { Host: 'evil.example' } })).status, 421);
  });

  it('are not there without pages', async () => {
    const bare = await runSidecar();
    for (const path of ['/console', '/console/', '/console/assets/x.js']) {
      assert.strictEqual((await bare.call(path)).status, 404, path);
    }
  });

  it('are counted, the page and its files as one', async () => {
    const { text } = await pages.call('/metrics');
    assert.match(text, /rolebook_http_requests_total\{route="console",status="2xx"\} \d+/);
  });

  it('have to be built', async () => {
    const folder = await createPolicyFolder({ 'x.css': '' });
    for (const root of [folder.root, `${folder.root}/nothing`]) {
      const failure = await ConsoleFiles.read(root).then(() => undefined, String);
      assert.match(String(failure), /the pages are not there/);
    }
    await folder.dispose();
  });
});

interface Bytes {
  readonly bytes: Buffer;
  readonly encoding: string | undefined;
  readonly tag: string | undefined;
}

function bytesOf({ port }: RunningPages, path: string, encodings: string): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, headers: { 'Accept-Encoding': encodings } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { 'content-encoding': encoding, etag: tag } = response.headers;
        resolve({ bytes: Buffer.concat(chunks), encoding, tag });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
