// Where the user's own settings lie, which say whose repositories they trust (`safe.directory`).
const kept: ReadonlySet<string> = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);

/**
 * The environment for git: this one, without any variable of git's own. Set by a hook that started us, or by whoever
 * could, they name other repositories, settings and commands to run.
 */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const isForeign = (name: string): boolean => name.toUpperCase().startsWith('GIT_') && !kept.has(name);
  const rest = Object.entries(process.env).filter(([name]) => !isForeign(name));
  return { ...Object.fromEntries(rest), ...always };
}

const always: Readonly<Record<string, string>> = {
  // Messages in English, whatever the language of the machine.
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // A partial clone would fetch what it lacks, by commands that its configuration names. Older versions of git know the
  // second one only.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_ATTR_NOSYSTEM: '1',
};
