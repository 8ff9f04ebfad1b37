import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ApiProblem } from './api-problem.ts';

/**
 * Refuses every body that is not plain JSON. It also closes a door: a page in a browser may send text/plain or a form
 * to any address without asking, but not application/json.
 */
export function checkMediaType(headers: IncomingHttpHeaders): void {
  const contentType = headers['content-type'];
  if (contentType !== 'application/json' && !isJson(contentType)) {
    throw new ApiProblem('unsupported-media-type', 'the body must be application/json, in UTF-8');
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ApiProblem('unsupported-media-type', 'the body must not be compressed', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
}

/**
 * Reads a body and calls back once, with it or with the problem that it is too large. A client that goes away in the
 * middle is simply never heard of again.
 */
export function readBody(
  request: IncomingMessage,
  maximumBytes: number,
  callBack: (body: Buffer | ApiProblem) => void,
): void {
  if (Number(request.headers['content-length']) > maximumBytes) return callBack(tooLarge(maximumBytes));
  // Nearly every body comes in one piece.
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > maximumBytes) {
      request.removeListener('data', onData);
      request.removeListener('end', onEnd);
      return callBack(tooLarge(maximumBytes));
    }
    if (first === undefined) first = chunk;
    else (rest ??= []).push(chunk);
  };
  const onEnd = (): void => {
    if (first === undefined) callBack(Buffer.alloc(0));
    else callBack(rest === undefined ? first : Buffer.concat([first, ...rest], size));
  };
  request.on('data', onData);
  request.on('end', onEnd);
}

function tooLarge(maximumBytes: number): ApiProblem {
  return new ApiProblem('body-too-large', `the body may have at most ${maximumBytes} bytes`);
}

const jsonPattern = /^application\/json[ \t]*(?:;[ \t]*charset=(?:"utf-8"|utf-8)[ \t]*)?$/i;

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && jsonPattern.test(contentType.trim());
}
