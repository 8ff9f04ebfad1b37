import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { problemAnswer, sendAnswerAndCut } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';

/** What never becomes a request: garbage on the socket, headers without end, a client that is too slow. */
export function answerClientErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (canBeAnswered(error, socket)) socket.end(formatResponse(toProblem(error)), () => socket.destroy());
    else socket.destroy();
  });
  server.on('checkExpectation', (request, response) => {
    // Nothing follows it on its connection, so nobody sends another ahead in good faith.
    if (response.socket === null) {
      request.socket.destroy();
      return;
    }
    const problem = new ApiProblem('expectation-failed', 'the only expectation that can be met is 100-continue');
    sendAnswerAndCut(request, response, problemAnswer(problem));
  });
}

function canBeAnswered(error: NodeJS.ErrnoException, socket: Duplex): boolean {
  // A pool opens connections before it needs them; it would take an answer to nothing for that to its next request.
  const isSilent = socket instanceof Socket && socket.bytesRead === 0;
  // In the middle of another answer there is no place for this one.
  const current = (socket as { _httpMessage?: ServerResponse })._httpMessage;
  return socket.writable && error.code !== 'ECONNRESET' && !isSilent && current?.headersSent !== true;
}

function toProblem(error: NodeJS.ErrnoException): ApiProblem {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ApiProblem('request-timeout', 'the request was not complete in time');
  }
  if (error.code === 'HPE_HEADER_OVERFLOW') return new ApiProblem('headers-too-large', 'the headers are too large');
  // What stands beside the chunks of a body: Node reads sixteen kilobytes of it.
  if (error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return new ApiProblem('headers-too-large', 'the chunk extensions are too large');
  }
  return new ApiProblem('malformed-http', 'what came is not an HTTP/1.1 request');
}

// There is no response object here, so the answer is written by hand.
function formatResponse(problem: ApiProblem): string {
  const { status, headers, body } = problemAnswer(problem);
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${String(value)}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}
