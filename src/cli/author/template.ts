import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { modelText } from '../../compile/casbin/casbin-model.ts';
import { compilePolicy } from '../../compile/compile-policy.ts';
import { classifyPath } from '../../compile/file/policy-files.ts';
import { compareText } from '../../policy/position.ts';
import { packagePath } from '../command/package-folder.ts';
import { schemaFolder, schemaTexts } from './written-schemas.ts';

/** The files of a template by their path, sorted: its policies, the schemas that editors complete from, the model. */
export async function readTemplate(name: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  files.set('model.conf', encode(modelText));
  await addFolder(files, packagePath(`templates/${name}`), '');
  const deciding = [...files].filter(([path]) => classifyPath(path) !== 'test');
  const { policy } = compilePolicy(
    sorted(deciding).map(([path, content]) => ({ path, content })),
    Date.now(),
  );
  if (policy) for (const [file, text] of schemaTexts(policy)) files.set(`${schemaFolder}/${file}`, encode(text));
  return new Map(sorted(files));
}

function sorted(files: Iterable<[string, Uint8Array]>): [string, Uint8Array][] {
  return [...files].sort(([left], [right]) => compareText(left, right));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function addFolder(files: Map<string, Uint8Array>, folder: string, below: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const relativePath = join(below, path.slice(folder.length + 1)).replaceAll(sep, '/');
    files.set(relativePath, await readFile(path));
  }
}
