import type { Command } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import type { PolicySet, Workspace } from '../../policy/policy-set.ts';
import { RoleMatrix } from '../../review/access/role-matrix.ts';
import { requireText } from '../command/asked-names.ts';
import { exitCodes, printResult, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseValue, policyOption } from '../command/command-options.ts';
import { requireSoundPolicy, type SoundReading } from '../load/sound-policy.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import { findAskedOrganization, findAskedWorkspace } from './find-asked.ts';
import { layOut } from './matrix-layout.ts';
import type { MatrixOutcome } from './matrix-words.ts';

const formats = ['text', 'json', 'markdown', 'html'] as const;

interface MatrixOptions {
  readonly policy: string;
  readonly organization?: string;
  readonly format: (typeof formats)[number];
}

const examples = `
Without WORKSPACE the built-in roles are shown; with --organization ORG these and the custom roles of the company. Scopes in which no role differs stand in one line.
The page of --format html works alone, from a file: rolebook matrix --format html > matrix.html

Exit codes:
  0 told   1 the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook matrix
  rolebook matrix support --format markdown
  rolebook matrix --organization example
  rolebook matrix support --format html
`;

export function addMatrixCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('matrix')
    .description('roles against permissions')
    .argument('[WORKSPACE]', 'the workspace whose roles are shown (default: the built-in roles)')
    .option('--organization <ORG>', 'the roles that all workspaces of a company have', (value) =>
      parseValue('--organization', value),
    )
    .addOption(policyOption())
    .addOption(formatOption(formats))
    .addHelpText('after', examples)
    .action(async (workspace: string | undefined, options: MatrixOptions) =>
      finish(await showMatrix(workspace, options, io)),
    );
}

async function showMatrix(workspace: string | undefined, options: MatrixOptions, io: CommandIo): Promise<number> {
  const asked = placeAsked(workspace, options);
  const told = { policy: options.policy, format: options.format === 'json' ? 'json' : 'text' } as const;
  const reading = await requireSoundPolicy(io, told, Date.now());
  if (reading === undefined) return exitCodes.atFault;
  printResult(io, await formatMatrix(asked, options.format, reading, io));
  return exitCodes.clean;
}

/** A finder of what is shown; undefined: the built-in roles. */
type PlaceAsked = (policy: PolicySet) => Workspace | undefined;

function placeAsked(workspace: string | undefined, { organization }: MatrixOptions): PlaceAsked {
  if (organization === undefined) {
    const id = workspace === undefined ? undefined : requireText('WORKSPACE', workspace);
    return (policy) => (id === undefined ? undefined : findAskedWorkspace(policy, id));
  }
  if (workspace === undefined) return (policy) => findAskedOrganization(policy, organization, `matrix ${organization}`);
  const help = 'a workspace belongs to one company, so leave out one of the two';
  throw new RolebookError('usage', 'WORKSPACE and `--organization` exclude each other', { help });
}

async function formatMatrix(
  asked: PlaceAsked,
  format: MatrixOptions['format'],
  { policy, display }: SoundReading,
  io: CommandIo,
): Promise<string> {
  const place = asked(policy);
  const { CasbinEngine } = await import('../../engine/casbin-engine.ts');
  const matrix = new RoleMatrix(await CasbinEngine.create(policy), place);
  const rows = [...matrix.rows()];
  const outcome: MatrixOutcome = { policy, place, roles: matrix.roles, categories: layOut(rows), display };
  switch (format) {
    case 'text':
      return (await import('./matrix-text.ts')).matrixAsText(outcome, surroundingsOf(io, 'stdout')).join('\n');
    case 'json':
      return (await import('./matrix-json.ts')).matrixAsJson(outcome, rows);
    case 'markdown':
      return (await import('./matrix-markdown.ts')).matrixAsMarkdown(outcome).join('\n');
    case 'html':
      return (await import('./matrix-html.ts')).matrixAsHtml(outcome);
  }
}
