import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A question whose answer is known from how the policy is written, not from any engine. */
export interface KnownQuestion {
  readonly body: string;
  readonly isAllowed: boolean;
}

const permissions = 300;
const roles = 200;

/** The workspace whose reasons are long: each permission is granted by two hundred roles. */
export function widePermission(index: number): string {
  return `resource-${index}.of.many:an-action-with-a-name-${index}`;
}

/**
 * A policy that costs as much as it may to explain, with a member whose rights never change and a file, `watched.yaml`,
 * that is edited during the siege.
 */
export async function writeSiegePolicy(root: string): Promise<void> {
  await mkdir(join(root, 'policies'), { recursive: true });
  const listed = Array.from({ length: permissions }, (_, index) => `    ${widePermission(index)}: Number ${index}`);
  const catalog = `permissions:\n  Things:\n${listed.join('\n')}\n`;
  const builtIn = `roles:\n  reader: { title: Reader, grants: ["${widePermission(0)}"] }\n  nobody: { title: Nobody, grants: [] }\n`;
  await writeFile(join(root, 'roles.yaml'), `${catalog}${builtIn}`);
  const custom = Array.from(
    { length: roles },
    (_, index) => `  a-custom-role-with-a-name-of-some-length-${index}:\n    title: Role\n    grants: ["*"]`,
  );
  const wide = `workspace: wide\nroles:\n${custom.join('\n')}\nmembers:\n  ana@acme.example: reader\n`;
  await writeFile(join(root, 'policies', 'wide.yaml'), wide);
  await writeFile(join(root, 'policies', 'watched.yaml'), watchedText('reader'));
}

export function watchedText(role: 'reader' | 'nobody'): string {
  return `workspace: watched\nmembers:\n  bo@acme.example: ${role}\n`;
}

/** What the good client asks, again and again. */
export const knownQuestions: readonly KnownQuestion[] = [
  question('ana@acme.example', 'wide', widePermission(0), true),
  question('ana@acme.example', 'wide', widePermission(1), false),
  question('eve@acme.example', 'wide', widePermission(0), false),
  question('ana@acme.example', 'watched', widePermission(0), false),
  question('ana@acme.example', 'nowhere', widePermission(0), false),
];

/** May Bo, whose role the siege takes away and gives back? */
export const watchedQuestion = JSON.stringify({
  subject: 'bo@acme.example',
  workspace: 'watched',
  permission: widePermission(0),
});

function question(subject: string, workspace: string, permission: string, isAllowed: boolean): KnownQuestion {
  return { body: JSON.stringify({ subject, workspace, permission }), isAllowed };
}
