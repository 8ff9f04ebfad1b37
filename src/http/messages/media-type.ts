import type { IncomingHttpHeaders } from 'node:http';
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

const jsonPattern = /^application\/json[ \t]*(?:;[ \t]*charset=(?:"utf-8"|utf-8)[ \t]*)?$/i;

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && jsonPattern.test(contentType.trim());
}
