import { problemAnswer, sendAnswerAndCut } from '../messages/answer.ts';
import type { AccessControl } from '../access/access-control.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { BodyRequest, Listener } from './body-request.ts';
import type { Connections } from '../connections/connections.ts';
import type { Metrics } from '../metrics/metrics.ts';

/**
 * Answers as `listener` does, except on a connection for which there is no place: that is told so, unless it is an
 * admin who calls. Whoever takes away somebody's rights must get through when everybody else does not.
 */
export function refuseBeyond(
  listener: Listener,
  connections: () => Connections,
  { access, metrics }: { readonly access: AccessControl; readonly metrics: Metrics },
): Listener {
  return (request, response) => {
    const open = connections();
    if (!open.isBeyond || open.hasPlace(request.socket)) {
      listener(request, response);
      return;
    }
    // It has a spare place, for one answer.
    response.setHeader('Connection', 'close');
    if (mustGetThrough(request, access)) {
      open.letThrough(request.socket);
      listener(request, response);
      return;
    }
    open.noteAnswered();
    metrics.strangers.count(overloaded.status);
    sendAnswerAndCut(request, response, problemAnswer(overloaded));
  };
}

const overloaded = new ApiProblem('overloaded', 'all connections that this process may have are in use', {
  headers: { 'Retry-After': '1' },
});

// A probe of liveness too: a sidecar that is started again because it is busy helps nobody.
function mustGetThrough(request: BodyRequest, access: AccessControl): boolean {
  return (request.method === 'GET' && request.url === '/healthz') || access.bearsAdminToken(request.headers);
}
