import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import { failureAnswer, sendAnswerUnread } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { parseEntityTags } from '../messages/entity-tags.ts';
import { type ConsoleFile, type ConsoleFiles, isOfFile } from './console-files.ts';

/** The path below which the pages are. */
export const consolePath = '/console';

/**
 * What a browser may do with the pages: run and load what comes from here, and nothing else. No other page may hold them
 * in a frame, where somebody would click on what they do not see.
 */
const guards: OutgoingHttpHeaders = {
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; " +
    "require-trusted-types-for 'script'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const foreverSeconds = 31_536_000;

/** Serves the pages: their files by name, and the page itself at every other address below `/console`. */
export function serveConsole(context: SidecarContext, files: ConsoleFiles): RequestHandler {
  const requests = context.metrics.requestsOf('console');
  return (request, response, next) => {
    const name = nameBelowConsole(request.url);
    if (name === undefined) {
      next();
      return;
    }
    if (context.lifecycle.isStopping) response.setHeader('Connection', 'close');
    let file: ConsoleFile;
    try {
      context.access.checkHost(request);
      file = findFile(files, request.method, name);
    } catch (error) {
      const answer = failureAnswer(error, context.log);
      requests.count(answer.status);
      sendAnswerUnread(request, response, answer, context.ceilings.answers);
      return;
    }
    const { status, headers, body } = answerFile(file, request.headers);
    requests.count(status);
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
    context.ceilings.answers.watch(response, response.writableLength);
  };
}

/** Undefined: it is none of the pages. */
function nameBelowConsole(url: string): string | undefined {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  if (path === consolePath) return '';
  return path.startsWith(`${consolePath}/`) ? path.slice(consolePath.length + 1) : undefined;
}

function findFile(files: ConsoleFiles, method: string, name: string): ConsoleFile {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new ApiProblem('method-not-allowed', 'the pages take GET, HEAD', { headers: { Allow: 'GET, HEAD' } });
  }
  const file = isOfFile(name) ? files.find(name) : files.page;
  if (file) return file;
  throw new ApiProblem('not-found', 'the pages have no such file; after an update, load them anew');
}

interface FileAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | undefined;
}

function answerFile(file: ConsoleFile, asked: NodeJS.Dict<string | string[]>): FileAnswer {
  const isZipped = /(?:^|,)\s*gzip\s*(?:,|;\s*q=(?:1|0\.[0-9]*[1-9])|$)/.test(String(asked['accept-encoding'] ?? ''));
  const tag = isZipped ? `${file.tag}-gzip` : file.tag;
  const kept = {
    ...guards,
    ETag: `"${tag}"`,
    Vary: 'Accept-Encoding',
    'Cache-Control': file.isHashed ? `public, max-age=${foreverSeconds}, immutable` : 'no-cache',
  };
  const known = parseEntityTags(String(asked['if-none-match'] ?? ''));
  if (known === 'any' || known?.some((one) => one.tag === tag)) return { status: 304, headers: kept, body: undefined };
  const body = isZipped ? file.zipped : file.body;
  const headers = {
    ...kept,
    'Content-Type': file.type,
    'Content-Length': body.length,
    ...(isZipped && { 'Content-Encoding': 'gzip' }),
  };
  return { status: 200, headers, body };
}
