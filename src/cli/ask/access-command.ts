import type { Command } from 'commander';
import { nearest } from '../../compile/words/suggest.ts';
import { RolebookError } from '../../policy/errors.ts';
import { allMembers, groupType, type PolicySet } from '../../policy/policy-set.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import type { PlaceAccess } from '../../review/access/subject-access.ts';
import { readSubject, requireText } from '../command/asked-names.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { atOption, formatOption, policyOption } from '../command/command-options.ts';
import { requireSoundPolicy } from '../load/sound-policy.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import type { AccessOutcome } from './access-report.ts';

interface AccessOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly at?: number;
}

const examples = `
SUBJECT is an id, or type:id for a subject of another type than the first in roles.yaml.
A role that has ended or is yet to begin is told, too, and gives nothing.

Exit codes:
  0 told, also when there is nothing   1 the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook access bo@example.com
  rolebook access bo@example.com --format json
  rolebook access dara@example.com --at 2027-01-01
`;

export function addAccessCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('access')
    .description('all that one subject may do, everywhere, and where it comes from')
    .argument('<SUBJECT>', 'who')
    .addOption(atOption('the time that is asked about'))
    .addOption(policyOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (subject: string, options: AccessOptions) => finish(await access(subject, options, io)));
}

async function access(text: string, options: AccessOptions, io: CommandIo): Promise<number> {
  requireText('SUBJECT', text);
  const atMs = options.at ?? Date.now();
  const reading = await requireSoundPolicy(io, options, atMs);
  if (reading === undefined) return exitCodes.atFault;
  const { policy, display } = reading;
  const subject = readAsked(text, policy.catalog.subjectTypes);
  const { CasbinEngine } = await import('../../engine/casbin-engine.ts');
  const { groundOfFiles } = await import('../../review/access/access-ground.ts');
  const { SubjectAccess } = await import('../../review/access/subject-access.ts');
  const { accessAsJson, accessAsText, summarizeAccess } = await import('./access-report.ts');
  const found = new SubjectAccess(groundOfFiles(await CasbinEngine.create(policy), atMs), subject);
  const places: PlaceAccess[] = [];
  for (const place of found.everywhere()) if (place) places.push(place);
  const outcome: AccessOutcome = { policy, subject, atMs, places, display };
  if (options.format === 'json') printResult(io, accessAsJson(outcome));
  else printResult(io, accessAsText(outcome, surroundingsOf(io, 'stdout')).join('\n'));
  say(io, printable(summarizeAccess(outcome)));
  const meant = places.length === 0 ? nearestSubject(policy, subject) : undefined;
  if (meant !== undefined) say(io, `${paintFor(io, 'stderr').cyan('help:')} did you mean \`${printable(meant)}\`?`);
  return exitCodes.clean;
}

function readAsked(text: string, types: PolicySet['catalog']['subjectTypes']): SubjectId {
  if (!text.startsWith(`${groupType}:`) || types.includes(groupType)) return readSubject(text, types);
  const help = 'ask about somebody who is in it';
  throw new RolebookError('usage', `\`${text}\` is a group, not a subject`, { help });
}

// Nobody says which subjects there are, so one that has nothing is no mistake for certain.
function nearestSubject(policy: PolicySet, subject: SubjectId): string | undefined {
  const [firstType] = policy.catalog.subjectTypes;
  return nearest(formatSubject(subject, firstType), subjectNames(policy, firstType));
}

function* subjectNames(policy: PolicySet, firstType: string): Generator<string> {
  const listed = [policy.staff, ...[...policy.organizations, ...policy.workspaces.values()].map((one) => one.members)];
  for (const members of listed) {
    for (const { subject } of allMembers(members)) yield formatSubject(subject, firstType);
  }
  for (const { groups } of policy.organizations) {
    for (const { subjects } of groups.byId.values()) {
      for (const [type, byId] of subjects) for (const id of byId.keys()) yield formatSubject({ type, id }, firstType);
    }
  }
}
