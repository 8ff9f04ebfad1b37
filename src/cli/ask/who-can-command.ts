import type { Command } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import type { PolicySet, Workspace } from '../../policy/policy-set.ts';
import { isAtOrganization } from '../../policy/policy-set.ts';
import { addScope, readPermission, requireText } from '../command/asked-names.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { atOption, formatOption, parseValue, policyOption } from '../command/command-options.ts';
import { requireSoundPolicy, type SoundReading } from '../load/sound-policy.ts';
import { printable } from '../report/printable.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import type { AskedPermission } from '../../review/access/allowed-permission.ts';
import { findAskedOrganization, findAskedPermission, findAskedWorkspace, requireScopes } from './find-asked.ts';
import type { WhoCanOutcome } from './who-can-report.ts';

interface WhoCanOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly scope?: readonly string[];
  readonly workspace?: string;
  readonly organization?: string;
  readonly at?: number;
}

const examples = `
PERMISSION is resource:action, or resource:action@scope; a former id means what it has become.
Without --scope it is told in which scopes somebody may. A scope that is named is taken at its word, as enforce does.
With --organization ORG the company itself is asked about, and all of its workspaces.

Exit codes:
  0 told, also when nobody can   1 the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook who-can conversation:assign
  rolebook who-can message:send --scope shared --workspace support
  rolebook who-can message:send@personal --at 2027-01-01 --format json
`;

export function addWhoCanCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('who-can')
    .description('who can use a permission, and where')
    .argument('<PERMISSION>', 'what for')
    .option('--scope <SCOPE>', 'a scope that a request is in; may be given again', addScope)
    .option('--workspace <WORKSPACE>', 'in one workspace only', (value) => parseValue('--workspace', value))
    .option('--organization <ORG>', 'in one company only', (value) => parseValue('--organization', value))
    .addOption(atOption('the time that is asked about'))
    .addOption(policyOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (permission: string, options: WhoCanOptions) => finish(await whoCan(permission, options, io)));
}

async function whoCan(permission: string, options: WhoCanOptions, io: CommandIo): Promise<number> {
  requireOnePlace(options);
  const atMs = options.at ?? Date.now();
  const reading = await requireSoundPolicy(io, options, atMs);
  if (reading === undefined) return exitCodes.atFault;
  const asked = readAsked(permission, options, reading.policy);
  const outcome = await findHolders(reading, asked, placeFilter(options, reading.policy), atMs);
  const { whoCanAsJson, whoCanAsText, summarizeWhoCan } = await import('./who-can-report.ts');
  if (options.format === 'json') printResult(io, whoCanAsJson(outcome));
  else printResult(io, whoCanAsText(outcome, surroundingsOf(io, 'stdout')).join('\n'));
  say(io, printable(summarizeWhoCan(outcome)));
  return exitCodes.clean;
}

function requireOnePlace({ workspace, organization }: WhoCanOptions): void {
  if (workspace === undefined || organization === undefined) return;
  const help = 'a workspace belongs to one company, so leave out one of the two';
  throw new RolebookError('usage', '`--workspace` and `--organization` exclude each other', { help });
}

function readAsked(text: string, options: WhoCanOptions, policy: PolicySet): AskedPermission {
  const { permission, scopes: written } = readPermission(requireText('PERMISSION', text));
  const scopes = [...new Set([...written, ...(options.scope ?? [])])];
  const name = findAskedPermission(policy, requireText('PERMISSION', permission));
  requireScopes(name, scopes);
  return scopes.length === 0 ? { name } : { name, scopes };
}

function placeFilter({ workspace, organization }: WhoCanOptions, policy: PolicySet): (place: Workspace) => boolean {
  if (workspace !== undefined) {
    const found = findAskedWorkspace(policy, workspace);
    return (place) => place.id === found.id && !isAtOrganization(place);
  }
  if (organization === undefined) return () => true;
  const found = findAskedOrganization(policy, organization, `--workspace ${organization}`);
  return (place) => place.organization === found.organization;
}

async function findHolders(
  { policy, display }: SoundReading,
  asked: AskedPermission,
  isWanted: (place: Workspace) => boolean,
  atMs: number,
): Promise<WhoCanOutcome> {
  const { CasbinEngine } = await import('../../engine/casbin-engine.ts');
  const { groundOfFiles } = await import('../../review/access/access-ground.ts');
  const { accessPlaces } = await import('../../review/access/access-places.ts');
  const { HolderFinder } = await import('../../review/access/permission-holders.ts');
  const finder = new HolderFinder(groundOfFiles(await CasbinEngine.create(policy), atMs), asked);
  const holders: WhoCanOutcome['holders'][number][] = [];
  for (const place of accessPlaces(policy)) {
    if (!isWanted(place)) continue;
    const steps = finder.at(place);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    for (const found of step.value) holders.push({ place, found });
  }
  return { policy, asked, atMs, holders, display };
}
