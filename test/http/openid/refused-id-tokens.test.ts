import { createHmac } from 'node:crypto';
import { assert } from 'chai';
import { expectFailedSignIn, type ProviderPages, runProviderPages, signIn } from '../../support/provider-pages.ts';
import {
  type Between,
  clientSecret,
  type ReadToken,
  type SigningKeys,
  writeToken,
} from '../../support/running-provider.ts';

const seconds = (): number => Math.floor(Date.now() / 1000);

/** The ID token of the provider with other claims, signed with its own key. */
const claiming =
  (claims: object) =>
  ({ header, claims: told }: ReadToken, { own }: SigningKeys): string =>
    writeToken({ header, claims: { ...told, ...claims } }, own);

// The real provider would not send these: what stands between changes its tokens on their way.
describe('an ID token that was changed on its way', () => {
  let pages: ProviderPages;
  before(async () => (pages = await runProviderPages()));
  afterEach(() => Object.assign(pages.provider.between, { idToken: undefined }));
  after(() => pages.dispose());

  const wrong: readonly [name: string, token: NonNullable<Between['idToken']>][] = [
    ['another audience', claiming({ aud: 'other' })],
    ['several audiences, none of them the party it is for', claiming({ aud: ['other', 'more'] })],
    ['another nonce', claiming({ nonce: 'x' })],
    ['no nonce', claiming({ nonce: undefined })],
    ['expired beyond what a clock may be off', claiming({ exp: seconds() - 40 })],
    ['no end', claiming({ exp: undefined })],
    ['not before a minute', claiming({ nbf: seconds() + 60 })],
    ['another issuer', claiming({ iss: 'https://evil.example' })],
    ['no subject', claiming({ sub: undefined })],
    ['signed by another key', ({ header, claims }, { other }) => writeToken({ header, claims }, other)],
    [
      'a key that nobody knows',
      ({ header, claims }, { other }) => writeToken({ header: { ...header, kid: 'x' }, claims }, other),
    ],
    ['alg none', ({ claims }) => writeToken({ header: { alg: 'none' }, claims })],
    ['alg none in other letters', ({ claims }) => writeToken({ header: { alg: 'nOnE' }, claims })],
    ['no signature', ({ header, claims }) => writeToken({ header, claims })],
    ['the secret as key', ({ claims }) => hmacToken(claims)],
    ['no token at all', () => 'eyJ'],
    [
      'an extension that has to be understood',
      ({ header, claims }, { own }) => writeToken({ header: { ...header, crit: ['x'], x: 1 }, claims }, own),
    ],
  ];
  for (const [name, idToken] of wrong) {
    it(`lets nobody in: ${name}`, async () => {
      Object.assign(pages.provider.between, { idToken });
      await expectFailedSignIn(pages, name, 'untrusted');
    });
  }

  it('lets in where the clocks differ by a little', async () => {
    Object.assign(pages.provider.between, { idToken: claiming({ exp: seconds() - 5, nbf: seconds() + 10 }) });
    assert.notStrictEqual((await signIn(pages)).cookie, '');
  });
});

function hmacToken(claims: object): string {
  const text = [{ alg: 'HS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', clientSecret).update(text).digest('base64url')}`;
}
