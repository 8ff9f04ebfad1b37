import { quote } from '../../compile/words/describe-value.ts';
import { formatEscalation, listSome, type PlainEscalation } from '../../compile/escalation/escalation-words.ts';

/** The shortest way from some roles to more than they hold, as plain data. docs/escalation.md has the model. */
export interface EscalationPath extends PlainEscalation {
  /**
   * The same for the same start in another revision: `support-emea/team-lead`, `organization:acme/team-lead` for every
   * workspace of one, or `*` for every workspace.
   */
  readonly key: string;
  /** Absent: by what there is in every workspace. */
  readonly workspace?: string;
  /** By what there is in every workspace of an organization that defines roles. */
  readonly organization?: string;
  /** Cells held at the end and not at the start: `tag:edit`, `message:send@shared`. */
  readonly gained: readonly string[];
  /** Whether nothing is left to gain: the end holds what a role with `*` holds. */
  readonly reachesEverything: boolean;
  /** Members who hold the start and for whom the way is open, as they are written in YAML; each once. */
  readonly members: readonly string[];
  /** Ids of the workspaces in which they do. */
  readonly workspaces: readonly string[];
}

/** One sentence: 3 members with `team-lead` in `support-emea` can make themselves `workspace-admin`: … */
export function formatEscalationPath(path: EscalationPath): string {
  const help = path.help === 'assigning' ? ' once somebody hands out the role they make' : '';
  return `${formatWho(path)} ${formatDeed(path)}${help}: ${formatEscalation(path)}`;
}

function formatWho({ roles, members, workspaces, workspace, organization }: EscalationPath): string {
  const [only] = workspace === undefined ? workspaces : [workspace];
  const where =
    workspace !== undefined || workspaces.length === 1
      ? ` in ${quote(only ?? '')}`
      : workspaces.length === 0
        ? organization === undefined
          ? ''
          : ` in organization ${quote(organization)}`
        : ` in ${workspaces.length} workspaces`;
  const what = `${roles.map(quote).join(' and ')}${where}`;
  if (members.length === 0) return `whoever is given ${what} can`;
  return `${members.length} ${members.length === 1 ? 'member' : 'members'} with ${what} can`;
}

function formatDeed({ steps, reachesEverything, gained }: EscalationPath): string {
  const last = steps.at(-1);
  if (last?.does === 'assign' && last.role !== undefined) {
    return `make themselves ${quote(last.role)}${reachesEverything ? '' : ` and gain ${listSome(gained)}`}`;
  }
  return reachesEverything ? 'give themselves everything' : `give themselves ${listSome(gained)}`;
}
