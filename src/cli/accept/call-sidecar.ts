import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { isJsonObject, type JsonObject } from '../../policy/text/json.ts';
import type { SidecarAddress } from './sidecar-address.ts';

/** A call of a sidecar's API. */
export interface SidecarCall {
  readonly method: 'GET' | 'POST';
  /** As `/v1/policy`. */
  readonly path: string;
  readonly body?: object;
  /** How long it may take, in milliseconds; as long as a reload where nobody says. */
  readonly withinMs?: number;
}

/** The answer, or the problem: an object of JSON either way. */
export interface SidecarAnswer {
  readonly status: number;
  readonly json: JsonObject;
}

/** Calls a sidecar. Throws `unavailable` where it does not answer, and `configuration` where what answers is none. */
export async function callSidecar(address: SidecarAddress, token: string, call: SidecarCall): Promise<SidecarAnswer> {
  const { status, text } = await exchange(address, token, call).catch((cause: unknown) => {
    const message = `no answer from ${address.shown}: ${messageOf(cause)}`;
    throw new RolebookError('unavailable', message, { cause, help: 'look whether the sidecar runs there' });
  });
  const json = parseObject(text);
  if (json) return { status, json };
  const message = `what answers at ${address.shown} is no sidecar: status ${status}, and no JSON object`;
  throw new RolebookError('configuration', message);
}

async function exchange(
  address: SidecarAddress,
  token: string,
  { method, path, body, withinMs = limits.sourceAnswerMs + answerMs }: SidecarCall,
): Promise<{ readonly status: number; readonly text: string }> {
  const content = body && JSON.stringify(body);
  const headers = {
    Authorization: `Bearer ${token}`,
    ...(content === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) }),
  };
  const signal = AbortSignal.timeout(withinMs);
  const request = await open(address, path, { method, headers, signal, agent: false });
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    request.end(content);
  });
}

/** A sidecar that reloads answers when that is over, or after its own time for it. */
const answerMs = 10_000;

async function open(address: SidecarAddress, path: string, options: RequestOptions): Promise<ClientRequest> {
  if (address.kind === 'unix') return httpRequest({ ...options, socketPath: address.path, path });
  const url = new URL(`${address.url.pathname.replace(/\/$/, '')}${path}`, address.url);
  if (address.kind === 'http') return httpRequest(url, options);
  const { request } = await import('node:https');
  return request(url, options);
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** More than any status or problem has. */
const mostBytes = 16 * 1024 * 1024;

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
