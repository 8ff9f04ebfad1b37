import { limits } from '../../policy/limits.ts';

/** Asks a provider, and reads no more than it may say. Redirects are not followed: they lead to where nobody meant to ask. */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'manual' });
  const { status, statusText, headers, body } = response;
  if (!body) return response;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    bytes += piece.byteLength;
    if (bytes > limits.provider.bytes) throw new TypeError('the provider says too much');
    pieces.push(piece);
  }
  return new Response(Buffer.concat(pieces), { status, statusText, headers });
}
