import { assert } from 'chai';
import { OneTimeToken } from '../../../src/http/sessions/one-time-token.ts';
import { readCookie, writeCookie } from '../../../src/http/sessions/session-cookie.ts';
import { SessionSeal } from '../../../src/http/sessions/session-seal.ts';

const session = { id: 'one', actor: { type: 'user', id: 'ana@acme.example' }, endsAtMs: 1000 };

describe('a sealed session', () => {
  it('comes out as it went in, with an actor and without', () => {
    const seal = new SessionSeal();
    assert.deepEqual(seal.open(seal.close(session)), session);
    assert.deepEqual(seal.open(seal.close({ ...session, actor: undefined })), { ...session, actor: undefined });
  });

  it('tells nothing to whoever reads it, and is another text each time', () => {
    const seal = new SessionSeal();
    const [one, other] = [seal.close(session), seal.close(session)];
    assert.notStrictEqual(one, other);
    assert.notInclude(Buffer.from(one, 'base64url').toString('latin1'), 'ana');
  });

  it('is none once a bit of it is another, or it is cut, or written in another way', () => {
    const seal = new SessionSeal();
    const sealed = seal.close(session);
    const bytes = Buffer.from(sealed, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.isUndefined(seal.open(changed.toString('base64url')), `byte ${at}`);
    }
    for (const wrong of [
      '',
      'x',
      sealed.slice(0, -2),
      `${sealed}AA`,
      `${sealed}=`,
      ` ${sealed}`,
      sealed.replace(/./, '*'),
    ]) {
      assert.isUndefined(seal.open(wrong), wrong);
    }
  });

  it('is none under another key, as after a new start', () => {
    assert.isUndefined(new SessionSeal().open(new SessionSeal().close(session)));
  });
});

describe('the cookie of a session', () => {
  it('is not for scripts, and is sent along from no other site', () => {
    assert.strictEqual(writeCookie('s', 'v', 60), 's=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict');
  });

  it('is found among others, by its whole name', () => {
    assert.strictEqual(readCookie('a=1; s=v; b=2', 's'), 'v');
    assert.strictEqual(readCookie('s=v=w', 's'), 'v=w');
    for (const header of [undefined, '', 's', 'ss=v', 'S=v', 'a=s=v']) {
      assert.notStrictEqual(readCookie(header, 's'), 'v', header);
    }
  });

  it('is none when there are two: one may be of somebody else', () => {
    assert.isUndefined(readCookie('s=v; s=w', 's'));
    assert.isUndefined(readCookie('s=v; s=v', 's'));
  });
});

describe('the token of a link', () => {
  it('lets in once', () => {
    const token = new OneTimeToken(() => 0);
    const made = token.make();
    assert.isTrue(token.take(made));
    assert.isFalse(token.take(made));
  });

  it('lets nobody in with another one, nor with none before one was made', () => {
    const token = new OneTimeToken(() => 0);
    assert.isFalse(token.take(''));
    const made = token.make();
    for (const wrong of ['', made.slice(1), `${made}x`, made.toUpperCase()]) assert.isFalse(token.take(wrong), wrong);
    assert.isTrue(token.take(made));
  });

  it('is over after ten minutes, and when another one was made', () => {
    let nowMs = 0;
    const token = new OneTimeToken(() => nowMs);
    const first = token.make();
    const second = token.make();
    assert.isFalse(token.take(first));
    nowMs = 10 * 60_000;
    assert.isFalse(token.take(second));
    const third = token.make();
    nowMs += 10 * 60_000 - 1;
    assert.isTrue(token.take(third));
  });
});
