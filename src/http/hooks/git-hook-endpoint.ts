import { limits } from '../../policy/limits.ts';
import { isJsonObject } from '../../policy/text/json.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { anything, flag, record } from '../openapi/openapi-words.ts';
import { checkSignature } from './hook-signature.ts';
import { SeenDeliveries } from './seen-deliveries.ts';

/** A push is told. What it says is a hint alone: the repository is looked at, and that decides. */
export const gitHookEndpoint: ServedEndpoint = {
  route: 'git-hook',
  method: 'POST',
  path: '/v1/hooks/git',
  access: { need: 'open', extent: 'whole' },
  body: {
    maximumBytes: limits.hook.bodyBytes,
    schema: named('ToldPush', anything('What the git server says of a push.')),
  },
  operation: {
    id: 'tellPush',
    tag: 'Policy',
    summary: 'A push is told by the git server, with the secret of `--hook-secret-file`',
    query: {},
    headers: {
      'X-Hub-Signature-256': 'Of GitHub, Gitea and Bitbucket Cloud: `sha256=` and the HMAC of the body, in hex.',
      'X-Hub-Signature': 'Of Bitbucket: the same.',
      'X-Gitea-Signature': 'Of Gitea: the HMAC alone.',
      'X-Gitlab-Token': 'Of GitLab: the secret itself.',
    },
    answer: named('HookAnswer', record({ heard: { ...flag, description: 'Whether it is looked at for that.' } })),
    accepted: 'Heard, or not meant for this sidecar',
    problems: ['unauthenticated', 'hooks-off'],
  },
  serve: ({ gitHook, access }) => {
    const seen = new SeenDeliveries(limits.hook.deliveries);
    return async ({ url, headers }, body) => {
      readQuery(url, {});
      if (gitHook === undefined) {
        throw new ApiProblem(
          'hooks-off',
          'this sidecar takes no hooks; start it with `--git URL --hook-secret-file FILE`',
        );
      }
      if (!checkSignature(headers, body, await gitHook.readSecret())) {
        throw access.refused.refuse('hook', 'unauthenticated', 'the call is not signed with the secret of the hook');
      }
      const isHeard = isOfBranch(body, gitHook.ref) && seen.isNew(headers);
      if (isHeard) gitHook.hear();
      return jsonAnswer(202, { heard: isHeard });
    };
  },
};

// What is no push, or is not understood, is looked at: that costs a look.
function isOfBranch(body: Buffer, ref: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return true;
  }
  const named = isJsonObject(value) ? value['ref'] : undefined;
  return typeof named !== 'string' || named === ref;
}
