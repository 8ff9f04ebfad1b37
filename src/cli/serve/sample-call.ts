import { listPermissions } from '../../engine/permission-listing.ts';
import { effectiveMembers } from '../../policy/membership/effective-members.ts';
import type { Workspace } from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { LoadedPolicy } from '../../store/live/policy-source.ts';

export interface SampleCallOptions {
  /** As the sidecar says it: `http://127.0.0.1:8181` or `unix:/path`. */
  readonly address: string;
  readonly tokenFile: string | undefined;
  readonly atMs: number;
}

/** A call to paste into a shell which is allowed by this very policy; without any member, one that shows the policy. */
export function formatSampleCall(policy: LoadedPolicy, options: SampleCallOptions): string {
  const body = findAllowedRequest(policy, options.atMs);
  const { address, tokenFile } = options;
  const isSocket = address.startsWith('unix:');
  const base = isSocket ? 'http://localhost' : address;
  const parts = [tokenFile === undefined ? 'curl -s' : `${headerFrom(tokenFile)} | curl -s`];
  if (isSocket) parts.push(`--unix-socket ${shellQuote(address.slice('unix:'.length))}`);
  // The token itself is never printed: the shell reads it from its file.
  // And given through a pipe: everybody on a machine sees the words of its commands.
  if (tokenFile !== undefined) parts.push('-H @-');
  if (body === undefined) return [...parts, `${base}/v1/policy`].join(' ');
  const json = shellQuote(JSON.stringify(body));
  return [...parts, `${base}/v1/enforce`, `-H 'Content-Type: application/json'`, `-d ${json}`].join(' ');
}

/** The first in the order of workspace, member and catalog, so that the same policy always prints the same call. */
function findAllowedRequest(policy: LoadedPolicy, atMs: number): object | undefined {
  const { catalog, workspaces } = policy.engine.policy;
  for (const workspace of sortById([...workspaces.values()])) {
    for (const subject of sortById(subjectsOf(workspace))) {
      const { permissions } = listPermissions(policy.engine, workspace, subject, atMs);
      const allowed = permissions.find((permission) => permission.decision);
      if (allowed === undefined) continue;
      const scope = Object.entries(allowed.scopes ?? {}).find(([, decision]) => decision)?.[0];
      return {
        subject: subject.type === catalog.subjectTypes[0] ? subject.id : { type: subject.type, id: subject.id },
        workspace: workspace.id,
        permission: allowed.permission,
        ...(scope === undefined ? {} : { scope }),
      };
    }
  }
  return undefined;
}

function subjectsOf(workspace: Workspace): SubjectId[] {
  return [...effectiveMembers(workspace)].map((member) => member.subject);
}

function sortById<Item extends { readonly id: string }>(items: Item[]): Item[] {
  return items.sort((left, right) => compareText(left.id, right.id));
}

/** A command that writes the header with the first token of a file. */
export function headerFrom(tokenFile: string): string {
  return `awk '$1 ~ /^[^#]/ { print "Authorization: Bearer " $1; exit }' ${shellQuote(tokenFile)}`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
