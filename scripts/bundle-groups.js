/*
 * Which modules lie in one file of the bundle. esbuild makes a file for each set of modules that the same ones load late, and
 * there are hundreds of such sets. To find and read a file takes Node.js longer than to compile it, so what the commands that
 * are run most load anyway is joined: modules that the same of them load and that load the same packages. Whatever else
 * loads one of these loads a few modules more by it, and no package more.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What commands are made of: the program itself, what compiles, what decides, what judges a change, and what serves. */
const hubs = [
  'dist/cli/main.js',
  'dist/cli/load/load-policy.js',
  'dist/engine/casbin-engine.js',
  'dist/cli/diff/diff-judgement.js',
  'dist/cli/serve/serve-alone.js',
];

/** What nearly every command loads. */
const everybody = new Set(hubs.slice(0, 2));

/** What begins to serve: in this process, in the one above the workers, or in one of them. */
const serving = /^dist\/cli\/serve\/serve-/;

/** Packages of one small file each; the others are worth a file of the bundle of their own. */
const small = new Set(['commander', 'fastest-levenshtein']);

/** For each module that something loads late, the groups of modules that it loads, as lists of paths. */
export function groupsOf(inputs, entries) {
  const closures = hubs.map((hub) => closureOf(inputs, [hub]));
  const usersOf = usersIn(inputs, entries);
  const groups = new Map();
  // What begins a process or a thread runs until that ends, so nothing may wait for it.
  for (const path of Object.keys(inputs).filter((each) => !entries.includes(each))) {
    const by = closures.map((closure) => (closure.has(path) ? 'x' : '-')).join('');
    if (!by.includes('x')) continue;
    const key = `${by} ${usersOf(path, by)} ${packagesOf(inputs, path)}`;
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  const all = [...groups.values()].filter((group) => group.length > 1);
  const loaded = Object.values(inputs).flatMap(({ imports }) => imports.filter(isLate).map(({ path }) => path));
  return new Map([...new Set([...entries, ...loaded])].map((entry) => [entry, groupsIn(inputs, all, entry)]));
}

/**
 * Who loads a module beside those hubs: commands as they begin, the library and threads as they begin, whoever loads it late,
 * or nobody. What needs one small module is not to load all that serves with it.
 */
function usersIn(inputs, entries) {
  const [, ...others] = entries;
  const commands = Object.keys(inputs).filter((path) => path.endsWith('-command.js'));
  const users = [commands, others].map((paths) => paths.map((path) => closureOf(inputs, [path])));
  const reached = hubs.map((hub) => reachedWithout(inputs, entries, hub));
  return (path, by) => {
    const own = hubs.filter((_, at) => by[at] === 'x');
    if (own.some((hub) => everybody.has(hub))) return 'everybody';
    const isUser = (closure) => closure.has(path) && !own.some((hub) => closure.has(hub));
    const kinds = users.map((closures) => (closures.some(isUser) ? 'x' : '-')).join('');
    if (kinds.includes('x')) return kinds;
    return hubs.every((_, at) => by[at] === '-' || reached[at].has(path)) ? 'late' : 'nobody';
  };
}

/** What can be loaded, at once or late, where this hub is not. */
function reachedWithout(inputs, entries, hub) {
  const isHub = (path) => path === hub || (serving.test(hub) && serving.test(path));
  const reached = new Set(entries);
  for (const path of reached) {
    for (const { path: other, external } of inputs[path].imports) if (!external && !isHub(other)) reached.add(other);
  }
  return reached;
}

/** Those groups, and what they load in turn. */
function groupsIn(inputs, groups, entry) {
  let found = [];
  for (;;) {
    const closure = closureOf(inputs, [entry, ...found.flat()]);
    const more = groups.filter((group) => group.some((path) => closure.has(path)));
    if (more.length === found.length) return found;
    found = more;
  }
}

/** Has esbuild see that whatever loads a module of a group loads all of it; it then puts them into one file. */
export function joinGroups(groupsByEntry) {
  return {
    name: 'join-groups',
    setup({ initialOptions: { absWorkingDir: root }, onLoad }) {
      onLoad({ filter: /\.js$/ }, async ({ path }) => {
        const groups = groupsByEntry.get(path.slice(root.length).replaceAll('\\', '/'));
        if (!groups) return undefined;
        const imports = groups.flat().map((each) => `import ${JSON.stringify(join(root, each))};\n`);
        return { contents: `${await readFile(path, 'utf8')}\n${imports.join('')}` };
      });
    },
  };
}

const isLate = ({ kind, external }) => kind === 'dynamic-import' && !external;

function closureOf(inputs, from) {
  const closure = new Set(from);
  for (const path of closure) {
    for (const { path: other, kind, external } of inputs[path].imports) {
      if (kind === 'import-statement' && !external) closure.add(other);
    }
  }
  return closure;
}

function packagesOf(inputs, path) {
  const imports = [...closureOf(inputs, [path])].flatMap((each) => inputs[each].imports);
  const names = imports
    .filter(({ kind, external }) => kind === 'import-statement' && external)
    .map((each) => each.path);
  return [...new Set(names)].filter((name) => !name.startsWith('node:') && !small.has(name)).sort();
}
