import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a git server signed a body with a secret, in one of the ways that GitHub (docs.github.com, "Validating webhook
 * deliveries"), Gitea, Bitbucket and GitLab do. A header that is there must be right: a wrong one beside a right one is wrong.
 */
export function checkSignature(headers: IncomingHttpHeaders, body: Uint8Array, secret: string): boolean {
  const mac = createHmac('sha256', secret).update(body).digest('hex');
  const expected: readonly (readonly [header: string, value: string])[] = [
    ['x-hub-signature-256', `sha256=${mac}`],
    ['x-hub-signature', `sha256=${mac}`],
    ['x-gitea-signature', mac],
    ['x-gitlab-token', secret],
  ];
  // GitHub and Gitea send one of SHA-1 beside, under the second name.
  const sent = expected.filter(([name]) => headers[name] !== undefined && !isOlder(name, headers[name]));
  return sent.length > 0 && sent.every(([name, value]) => isSame(headers[name], value));
}

function isOlder(name: string, value: unknown): boolean {
  return name === 'x-hub-signature' && typeof value === 'string' && value.startsWith('sha1=');
}

// Of digests, which have one length: how long they take to compare tells nothing.
function isSame(sent: unknown, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof sent === 'string' && timingSafeEqual(digest(sent), digest(expected));
}
