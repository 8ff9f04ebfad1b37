import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { modelText } from '../../compile/casbin/casbin-model.ts';
import { compareText } from '../../policy/position.ts';
import { packagePath } from '../command/package-folder.ts';

/** The files of a template by their path, sorted: its policies, the schemas that editors complete from, the model. */
export async function readTemplate(name: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  files.set('model.conf', new TextEncoder().encode(modelText));
  await addFolder(files, packagePath('schemas'), 'schemas');
  await addFolder(files, packagePath(`templates/${name}`), '');
  return new Map([...files].sort(([left], [right]) => compareText(left, right)));
}

async function addFolder(files: Map<string, Uint8Array>, folder: string, below: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const relativePath = join(below, path.slice(folder.length + 1)).replaceAll(sep, '/');
    files.set(relativePath, await readFile(path));
  }
}
