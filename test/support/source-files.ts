import type { SourceFile } from '../../src/compile/file/policy-files.ts';

export function pathsOf(files: readonly SourceFile[]): string[] {
  return files.map((file) => file.path);
}

function find(files: readonly SourceFile[], path: string): SourceFile {
  const found = files.find((file) => file.path === path);
  if (!found) throw new Error(`no ${path} among ${pathsOf(files).join(', ')}`);
  return found;
}

export function contentOf(files: readonly SourceFile[], path: string): Uint8Array {
  const found = find(files, path);
  if ('fault' in found) throw new Error(`${path} ${found.fault}`);
  return found.content;
}

export function textOf(files: readonly SourceFile[], path: string): string {
  return Buffer.from(contentOf(files, path)).toString();
}

export function describeFile(file: SourceFile): string {
  return 'fault' in file ? `${file.path} ${file.fault}` : Buffer.from(file.content).toString();
}

export function faultOf(files: readonly SourceFile[], path: string): string | undefined {
  const found = find(files, path);
  return 'fault' in found ? found.fault : undefined;
}
