import { resolve } from 'node:path';
import type { Command } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { parseRevision } from '../../policy/text/revision-text.ts';
import { describeOverBudget } from '../../review/budget/over-budget.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseValue } from '../command/command-options.ts';
import { askWhether } from '../releases/ask.ts';
import { printable } from '../report/printable.ts';
import { readAdminToken } from './admin-token.ts';
import { callSidecar, type SidecarAnswer } from './call-sidecar.ts';
import { readAcceptance, readBudgetStatus, type KeptBack } from './kept-back.ts';
import { parseSidecarAddress, type SidecarAddress } from './sidecar-address.ts';

interface AcceptOptions {
  readonly format: 'text' | 'json';
  readonly server: SidecarAddress;
  readonly tokenFile: string;
  readonly reason?: string;
  readonly yes?: true;
}

const examples = `
What the policy changes is told first, as the sidecar counted it. Then you are asked; --yes answers beforehand, and
without a terminal nothing is done without it.
A policy that waits goes live at once. A change over HTTP that was refused may be written then: send it again.
Each sidecar is told by itself. It takes the first token of the file, which must be one of --admin-token-file.

Exit codes:
  0 it is live, or may be written
  1 you did not say yes, or the policy has problems by now
  2 wrong usage, not let in, nothing is kept back there, or the revision does not wait
  3 no answer, or another policy came in its place

Examples:
  rolebook accept faf1c4423bfb --server http://127.0.0.1:8181 --token-file admin-tokens
  rolebook accept faf1c4423bfb --server unix:/run/rolebook.sock --token-file admin-tokens --yes --reason 'tags move'
`;

export function addAcceptCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('accept')
    .description('let a policy go live that changes more than `serve --max-changed`')
    .argument('<REVISION>', 'the one that waits, as the log and GET /v1/policy tell it')
    .requiredOption('--server <URL>', 'the sidecar', (value: string) =>
      parseSidecarAddress(parseValue('--server', value)),
    )
    .requiredOption('--token-file <FILE>', 'a file with an admin token', (value: string) =>
      parseValue('--token-file', value),
    )
    .option('--reason <TEXT>', 'why, for the log of the sidecar', parseReason)
    .option('--yes', 'accept it without asking')
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (revision: string, options: AcceptOptions) => finish(await accept(revision, options, io)));
}

function parseReason(value: string): string {
  const reason = parseValue('--reason', value);
  const most = limits.reasonCharacters;
  if (reason.length <= most) return reason;
  throw new RolebookError('usage', `\`--reason\` has ${reason.length} characters, and ${most} is the most`);
}

async function accept(given: string, options: AcceptOptions, io: CommandIo): Promise<number> {
  const revision = parseRevision(given)?.policy;
  if (revision === undefined) {
    // What was found is not repeated: it may be the token.
    const help = 'the log of the sidecar and `GET /v1/policy` say which one waits';
    throw new RolebookError('usage', 'REVISION begins with twelve hex digits', { help });
  }
  if (!options.yes && io.answers === undefined) {
    const help = '`--yes` accepts it without asking';
    throw new RolebookError('usage', 'there is no terminal to ask whether to accept it; nothing was done', { help });
  }
  const token = await readAdminToken(resolve(io.cwd, options.tokenFile));
  const status = await callSidecar(options.server, token, { method: 'GET', path: '/v1/policy' });
  if (status.status !== 200) throw refusalOf(status, options.server);
  const budget = readBudgetStatus(status.json);
  if (!budget) throw keepsNothing(options.server);
  const found = [budget.waiting, ...budget.refused].find((one) => one?.revision === revision);
  // One that is live already is for the sidecar to tell.
  if (found) say(io, printable(describeOverBudget(found)));
  else if (budget.live !== revision) throw notWaiting(revision, budget.waiting);
  if (found && !options.yes && !(await askWhether(io, `accept it at ${printable(options.server.shown)}?`))) {
    say(io, 'nothing was accepted');
    return exitCodes.atFault;
  }
  return tellOutcome(await send(revision, token, options), revision, options, io);
}

function send(revision: string, token: string, { server, reason }: AcceptOptions): Promise<SidecarAnswer> {
  const body = { revision, ...(reason !== undefined && { reason }) };
  return callSidecar(server, token, { method: 'POST', path: '/v1/policy/accept', body });
}

function tellOutcome(
  answer: SidecarAnswer,
  revision: string,
  { format, server }: AcceptOptions,
  io: CommandIo,
): number {
  const { status, json } = answer;
  const isLiveAlready = json['code'] === 'already-live';
  if (status !== 200 && !isLiveAlready) {
    const refusal = refusalOf(answer, server);
    if (json['code'] !== 'invalid-policy') throw refusal;
    say(io, printable(refusal.message));
    return exitCodes.atFault;
  }
  const { outcome, revision: told } = isLiveAlready
    ? ({ outcome: 'already-live', revision } as const)
    : readAcceptance(json);
  if (format === 'json') printResult(io, JSON.stringify({ outcome, revision: told }, undefined, 2));
  else printResult(io, wordsOf[outcome](printable(told)));
  return exitCodes.clean;
}

const wordsOf: Readonly<Record<'live' | 'already-live' | 'allowed', (revision: string) => string>> = {
  live: (revision) => `policy ${revision} is live`,
  'already-live': (revision) => `policy ${revision} was live already`,
  allowed: (revision) => `policy ${revision} may be written; send the change again`,
};

const refusedCodes: readonly unknown[] = ['unauthenticated', 'forbidden', 'misdirected-request', 'not-found'];

/** The words of the sidecar, and which exit code they come to. */
function refusalOf({ status, json }: SidecarAnswer, { shown }: SidecarAddress): RolebookError {
  const { code, detail } = json;
  const said = typeof detail === 'string' ? detail : `status ${status}`;
  if (code === 'budget-off' || code === 'not-waiting' || refusedCodes.includes(code)) {
    const help = code === 'unauthenticated' || code === 'forbidden' ? { help: 'it takes an admin token' } : {};
    return new RolebookError('configuration', `${shown} refuses it: ${said}`, help);
  }
  return new RolebookError('unavailable', `${shown} could not do it: ${said}`);
}

function keepsNothing({ shown }: SidecarAddress): RolebookError {
  return new RolebookError('configuration', `${shown} keeps nothing back`, {
    help: 'start the sidecar with `--max-changed 1%`',
  });
}

function notWaiting(revision: string, waiting: KeptBack | undefined): RolebookError {
  const then = waiting === undefined ? 'none waits' : `${waiting.revision} waits`;
  return new RolebookError('configuration', `policy ${revision} does not wait to be accepted; ${then}`);
}
