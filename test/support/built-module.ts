/**
 * A module of the built program, for a process that a test starts. Loading it from TypeScript would take that process
 * more than twice as long.
 */
export function builtModule(path: string): string {
  return new URL(`../../dist/${path}.js`, import.meta.url).href;
}
