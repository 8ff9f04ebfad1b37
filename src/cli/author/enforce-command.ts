import type { Command } from 'commander';
import type { EnforceRequest } from '../../policy/decision.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { JsonObject } from '../../policy/text/json.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { exitCodes, printResult, type CommandIo } from '../command/command-io.ts';
import { addScope, readPermission, readSubject, requireText } from '../command/asked-names.ts';
import { atOption, formatOption, parseJsonOption, policyOption } from '../command/command-options.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { displayReason } from '../report/reason-text.ts';
import { requireSoundPolicy } from '../load/sound-policy.ts';

interface EnforceOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly scope?: readonly string[];
  readonly at?: number;
  readonly resource?: JsonObject;
  readonly context?: JsonObject;
  readonly organization?: string;
}

interface Question {
  readonly subject: string;
  /** One of the two. */
  readonly workspace?: string;
  readonly organization?: string;
  readonly permission: string;
}

const examples = `
SUBJECT is an id, or type:id for a subject of another type than the first in roles.yaml.
PERMISSION is resource:action, or resource:action@scope.
With --organization ORG in place of WORKSPACE a company itself is asked, about a permission that spans it.

Exit codes:
  0 allowed   1 denied, or the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook enforce bo@example.com support conversation:assign
  rolebook enforce dara@example.com support message:send@shared
  rolebook enforce dara@example.com support message:send --resource '{"owner": "dara@example.com"}'
  rolebook enforce olu@example.com billing:view --organization acme
  rolebook enforce user:dara@example.com support tag:edit --scope shared --at 2027-01-01 --format json
`;

export function addEnforceCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('enforce')
    .description('ask for one decision and its reason')
    .argument('<SUBJECT>', 'who asks')
    .usage('[options] <SUBJECT> <WORKSPACE> <PERMISSION>')
    .argument('<WORKSPACE>', 'where; left out with --organization')
    .argument('[PERMISSION]', 'what for')
    .option('--organization <ORG>', 'ask a company itself, in place of a workspace')
    .option('--scope <SCOPE>', 'a scope the request is in; may be given again (default: found from `when`)', addScope)
    .addOption(atOption('the time of the request'))
    .option('--resource <JSON>', 'what `when` looks up under resource', (value) => parseJsonOption('--resource', value))
    .option('--context <JSON>', 'what `when` looks up under context', (value) => parseJsonOption('--context', value))
    .addOption(policyOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (subject: string, second: string, third: string | undefined, options: EnforceOptions) =>
      finish(await enforce(readQuestion(subject, second, third, options), options, io)),
    );
}

async function enforce(question: Question, options: EnforceOptions, io: CommandIo): Promise<number> {
  const atMs = options.at ?? Date.now();
  const reading = await requireSoundPolicy(io, options, atMs);
  if (reading === undefined) return exitCodes.atFault;
  const request = createRequest(question, options, reading.policy);
  const { CasbinEngine } = await import('../../engine/casbin-engine.ts');
  const engine = await CasbinEngine.create(reading.policy);
  const answer = engine.explain(request, atMs);
  const reason = displayReason(answer.reason, reading.display);
  if (options.format === 'json') {
    printResult(io, JSON.stringify({ ...answer, reason, revision: reading.policy.revision }, undefined, 2));
  } else {
    const paint = paintFor(io, 'stdout');
    printResult(io, answer.decision ? paint.green('allow') : paint.red('deny'));
    printResult(io, printable(reason.message));
  }
  return answer.decision ? exitCodes.clean : exitCodes.atFault;
}

// SUBJECT WORKSPACE PERMISSION, or SUBJECT PERMISSION with an organization.
function readQuestion(
  subject: string,
  second: string,
  third: string | undefined,
  { organization }: EnforceOptions,
): Question {
  if (organization === undefined) {
    if (third !== undefined) return { subject, workspace: requireText('WORKSPACE', second), permission: third };
    throw new RolebookError('usage', 'missing required argument `PERMISSION`', {
      help: 'write `rolebook enforce SUBJECT WORKSPACE PERMISSION`, or `--organization ORG` in place of WORKSPACE',
    });
  }
  if (third === undefined) return { subject, organization: requireText('ORG', organization), permission: second };
  throw new RolebookError(
    'usage',
    `\`--organization ${organization}\` stands in place of the workspace \`${second}\``,
    {
      help: `leave out one of the two, as in \`rolebook enforce ${subject} ${third} --organization ${organization}\``,
    },
  );
}

function createRequest(question: Question, options: EnforceOptions, policy: PolicySet): EnforceRequest {
  const subject = readSubject(question.subject, policy.catalog.subjectTypes);
  const { permission, scopes: written } = readPermission(question.permission);
  const scopes = [...new Set([...written, ...(options.scope ?? [])])];
  return {
    subjectType: subject.type,
    subjectId: subject.id,
    workspace: question.workspace,
    organization: question.organization,
    permission: requireText('PERMISSION', permission),
    scopes: scopes.length === 0 ? undefined : scopes,
    resource: options.resource,
    context: options.context,
  };
}
