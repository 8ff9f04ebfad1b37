import { call } from './call.ts';

interface Sent {
  readonly method: 'POST' | 'DELETE';
  readonly body?: object;
}

/** Sends what changes something, and gives what was answered; a refusal is that of `call`. */
export type Send = <Answer>(path: string, sent: Sent) => Promise<Answer>;

/**
 * A way to send of one form, dialog or message. What is sent again because it was not answered has the key that it had, so that it
 * is done once. A key is forgotten when something else is sent: after that the same is meant anew.
 */
export function newSend(): Send {
  let last = { text: '', key: '' };
  return async <Answer>(path: string, sent: Sent): Promise<Answer> => {
    const text = JSON.stringify([path, sent]);
    if (last.text !== text) last = { text, key: crypto.randomUUID() };
    const answer = await call<Answer>(path, { ...sent, headers: { 'Idempotency-Key': last.key } });
    last.text = '';
    return answer;
  };
}
