import type { PolicyEdit } from '../../../src/compile/edit/policy-edit.ts';
import { parseSubject } from '../../../src/policy/subject.ts';
import { listOf, type Plain, type PlainFile, type PlainPolicy } from './plain-policy.ts';
import { addPlainWaiver, endPlainWaiver, renameInWaivers } from './plain-waivers.ts';

/** What an edit is on plain data, said once more and as simply as can be: where layouts do not matter. */
export function editPlainly(before: PlainPolicy, edit: PolicyEdit): PlainPolicy {
  const policy = structuredClone(before);
  const file = fileOf(policy, edit);
  switch (edit.edit) {
    case 'role.create': {
      const { role, title, spans, grants } = edit;
      const span = spans === undefined || spans === 'workspace' ? {} : { spans };
      entryIn(file, 'roles')[role] = { ...(title && { title }), ...span, ...(grants && { grants: [...grants] }) };
      return policy;
    }
    case 'role.duplicate': {
      const { role, from, title } = edit;
      entryIn(file, 'roles')[role] = { title: title ?? '', extends: from };
      return policy;
    }
    case 'role.rename': {
      const rename = (word: Plain): Plain => (word === edit.role ? edit.to : word);
      const roles = Object.entries(entryIn(file, 'roles')).map(([id, role]) => [rename(id) as string, role] as const);
      file['roles'] = Object.fromEntries(roles);
      for (const reached of reachedBy(policy, edit)) {
        for (const role of Object.values(entryOrNone(reached, 'roles'))) {
          renameIn(role as PlainFile, ['extends', 'assigns'], rename);
        }
        replaceRole(reached, edit.role, edit.to);
      }
      entryIn(file, 'retired')[edit.role] = edit.to;
      renameInWaivers(policy, 'role', { from: edit.role, to: edit.to }, reachedBy(policy, edit));
      for (const test of testsOf(policy, edit)) {
        for (const as of listOf(test['as'])) if (typeof as === 'object') renameIn(as as PlainFile, ['role'], rename);
      }
      return policy;
    }
    case 'role.delete': {
      Reflect.deleteProperty(entryIn(file, 'roles'), edit.role);
      for (const reached of reachedBy(policy, edit)) replaceRole(reached, edit.role, edit.to ?? '');
      entryIn(file, 'retired')[edit.role] = edit.to ?? '';
      const isIt = (as: Plain): boolean => listOf((as as PlainFile)['role']).includes(edit.role);
      leaveTests(policy, edit, (as) => typeof as === 'object' && isIt(as));
      return policy;
    }
    case 'member.set': {
      const members = entryIn(file, 'members');
      const known = keyOf(members, edit.subject);
      const there = members[known];
      const roles = edit.roles.map((one) => (Object.keys(one).length === 1 ? one.role : { ...one })) as Plain[];
      const isMapping = typeof there === 'object' && !Array.isArray(there);
      members[known] = isMapping ? { ...there, roles } : roles;
      return policy;
    }
    case 'member.remove': {
      const members = entryIn(file, 'members');
      Reflect.deleteProperty(members, keyOf(members, edit.subject));
      return policy;
    }
    case 'group.set':
      entryIn(file, 'groups')[edit.group] = [...new Set(edit.subjects)];
      return policy;
    case 'group.rename': {
      const rename = (from: string, to: string, entries: PlainFile): PlainFile =>
        Object.fromEntries(Object.entries(entries).map(([id, entry]) => [id === from ? to : id, entry]));
      file['groups'] = rename(edit.group, edit.to, entryIn(file, 'groups'));
      for (const reached of reachedBy(policy, edit)) {
        if (reached['members'])
          reached['members'] = rename(`group:${edit.group}`, `group:${edit.to}`, entryIn(reached, 'members'));
      }
      const former = Object.entries(entryIn(file, 'formerGroups')).filter(([id]) => id !== edit.to);
      const moved = former.map(([id, now]) => [id, now === edit.group ? edit.to : now] as const);
      file['formerGroups'] = Object.fromEntries([...moved, [edit.group, edit.to]]);
      return policy;
    }
    case 'group.remove': {
      Reflect.deleteProperty(entryIn(file, 'groups'), edit.group);
      const former = Object.entries(entryOrNone(file, 'formerGroups')).filter(([, now]) => now !== edit.group);
      if (former.length > 0) file['formerGroups'] = Object.fromEntries(former);
      else Reflect.deleteProperty(file, 'formerGroups');
      return policy;
    }
    case 'workspace.rename':
      if (edit.to === edit.workspace) return policy;
      for (const test of testsOf(policy, edit)) test['workspace'] = edit.to;
      renameInWaivers(policy, 'workspace', { from: edit.workspace, to: edit.to });
      file['formerly'] = file['workspace'] ?? '';
      file['workspace'] = edit.to;
      return policy;
    case 'workspace.create': {
      const { workspace, title, members = [] } = edit;
      const held = Object.fromEntries(members.map(({ subject, roles }) => [subject, roles.map(({ role }) => role)]));
      policy[`policies/${workspace}.yaml`] = {
        workspace,
        ...(title === undefined ? {} : { title }),
        ...(members.length > 0 && { members: held }),
      };
      return policy;
    }
    case 'organization.create':
      policy[`policies/${edit.organization}/organization.yaml`] = {
        organization: edit.organization,
        ...(edit.title === undefined ? {} : { title: edit.title }),
      };
      return policy;
    case 'organization.change': {
      if (edit.title !== undefined) file['title'] = edit.title;
      if (edit.plan !== undefined) file['plan'] = edit.plan;
      for (const [name, value] of Object.entries(edit.properties ?? {})) {
        if (value !== null) entryIn(file, 'properties')[name] = value as Plain;
        else if (file['properties']) Reflect.deleteProperty(entryIn(file, 'properties'), name);
      }
      return policy;
    }
    case 'permission.rename':
      renamePermission(policy, edit.permission, edit.to, edit.keeps);
      return policy;
    case 'test.leave':
      leaveTests(policy, edit, (as) => as === edit.subject);
      return policy;
    case 'test.expect': {
      const test = testsOf(policy, edit).find(({ name }) => name === edit.test) ?? {};
      const [to, from] = edit.expect === 'can' ? ['can', 'cannot'] : ['cannot', 'can'];
      if (!listOf(test[to]).includes(edit.permission)) test[to] = [...listOf(test[to]), edit.permission];
      const left = listOf(test[from]).filter((word) => word !== edit.permission);
      if (left.length > 0) test[from] = left;
      else Reflect.deleteProperty(test, from);
      return policy;
    }
    case 'waiver.add':
      addPlainWaiver(policy, edit);
      return policy;
    case 'waiver.end':
      endPlainWaiver(policy, edit);
      return policy;
    case 'role.change':
      throw new Error('its data is what `apply-edits-laws.test.ts` asks of each cell');
  }
}

/** Whether plain data can tell, without knowing the catalog, what becomes of a file. */
export function isSaidPlainly(edit: PolicyEdit): boolean {
  return edit.edit !== 'role.change' && !(edit.edit === 'role.duplicate' && edit.as === 'copy');
}

/** The same with what order and writing leave open: members and groups as sets, one role as a list of one. */
export function inOneForm(policy: PlainPolicy): unknown {
  const sorted = (list: Plain | undefined): string[] =>
    listOf(list)
      .map((one) => JSON.stringify(formOf(one)))
      .sort();
  return Object.fromEntries(
    Object.entries(policy).map(([path, file]) => {
      const members = Object.entries((file['members'] ?? {}) as PlainFile).map(([key, entry]) => {
        const isMapping = typeof entry === 'object' && entry !== null && !Array.isArray(entry);
        const name = JSON.stringify(parseSubject(key, 'user'));
        return [name, isMapping ? { ...entry, roles: sorted(entry['roles']) } : sorted(entry)] as const;
      });
      const groups = Object.entries((file['groups'] ?? {}) as PlainFile).map(
        ([key, list]) => [key, sorted(list)] as const,
      );
      return [path, { ...file, members: Object.fromEntries(members), groups: Object.fromEntries(groups) }];
    }),
  );
}

function formOf(one: Plain): Plain {
  return typeof one === 'object' && one !== null && !Array.isArray(one) && Object.keys(one).length === 1
    ? (one['role'] ?? one)
    : one;
}

function fileOf(policy: PlainPolicy, edit: PolicyEdit): PlainFile {
  const [key, id] =
    'workspace' in edit && edit.workspace !== undefined
      ? (['workspace', edit.workspace] as const)
      : (['organization', 'organization' in edit ? edit.organization : undefined] as const);
  return Object.values(policy).find((file) => id !== undefined && file[key] === id && !file['tests']) ?? {};
}

function entryIn(file: PlainFile, key: string): PlainFile {
  return (file[key] ??= {}) as PlainFile;
}

function entryOrNone(file: PlainFile, key: string): PlainFile {
  return (file[key] ?? {}) as PlainFile;
}

/** The files in which a role of the place may be named. There is one organization, and all workspaces are of it. */
function reachedBy(policy: PlainPolicy, edit: PolicyEdit): PlainFile[] {
  const isCompany = 'organization' in edit && edit.organization !== undefined;
  const places = Object.values(policy).filter(
    (file) => file['tests'] === undefined && file['permissions'] === undefined,
  );
  return isCompany ? places : [fileOf(policy, edit)];
}

function keyOf(members: PlainFile, subject: string): string {
  const wanted = JSON.stringify(parseSubject(subject, 'user'));
  return Object.keys(members).find((key) => JSON.stringify(parseSubject(key, 'user')) === wanted) ?? subject;
}

function renameIn(entry: PlainFile, keys: readonly string[], rename: (word: Plain) => Plain): void {
  for (const key of keys) {
    const value = entry[key];
    if (Array.isArray(value)) entry[key] = value.map((one) => (Array.isArray(one) ? one.map(rename) : rename(one)));
    else if (value !== undefined) entry[key] = rename(value);
  }
}

function replaceRole(file: PlainFile, role: string, to: string): void {
  const retired = entryOrNone(file, 'retired');
  for (const [id, heir] of Object.entries(retired)) if (heir === role) retired[id] = to;
  const members = (file['members'] ?? {}) as PlainFile;
  for (const [key, entry] of Object.entries(members)) {
    const isMapping = typeof entry === 'object' && entry !== null && !Array.isArray(entry);
    const held = listOf(isMapping ? entry['roles'] : entry);
    const isTimeless = (one: Plain): boolean =>
      one === to || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify({ role: to }));
    const roleOf = (one: Plain): Plain => (typeof one === 'string' ? one : ((one as PlainFile)['role'] ?? ''));
    const now = held
      .filter((one) => roleOf(one) !== role || !held.some(isTimeless))
      .map((one) => (roleOf(one) !== role ? one : typeof one === 'string' ? to : { ...(one as PlainFile), role: to }));
    members[key] = isMapping ? { ...entry, roles: now } : now;
  }
}

function testsOf(policy: PlainPolicy, edit: PolicyEdit): PlainFile[] {
  const { workspace } = edit as { readonly workspace?: string };
  const tests = Object.values(policy).flatMap((file) => listOf(file['tests'])) as PlainFile[];
  return workspace === undefined ? tests : tests.filter((test) => test['workspace'] === workspace);
}

function leaveTests(policy: PlainPolicy, edit: PolicyEdit, isGone: (as: Plain) => boolean): void {
  for (const test of testsOf(policy, edit)) {
    const left = listOf(test['as']).filter((as) => !isGone(as));
    if (left.length < listOf(test['as']).length) test['as'] = left;
  }
  for (const file of Object.values(policy)) {
    if (file['tests'])
      file['tests'] = listOf(file['tests']).filter((test) => listOf((test as PlainFile)['as']).length > 0);
  }
}

function renamePermission(policy: PlainPolicy, id: string, to: string, keeps: 'was' | 'nothing'): void {
  const rename = (word: Plain): Plain => {
    const [name, scope] = (word as string).split('@');
    return name === id ? (scope === undefined ? to : `${to}@${scope}`) : word;
  };
  for (const file of Object.values(policy)) {
    for (const role of Object.values((file['roles'] ?? {}) as PlainFile)) {
      renameIn(role as PlainFile, ['grants', 'without', 'denies'], rename);
    }
    for (const test of listOf(file['tests'])) renameIn(test as PlainFile, ['can', 'cannot'], rename);
    renameIn(file, ['baseline', 'exclusive'], rename);
    if (file['customRoles']) renameIn(file['customRoles'] as PlainFile, ['without'], rename);
    for (const [category, some] of Object.entries((file['permissions'] ?? {}) as PlainFile)) {
      const entries = Object.entries(some as PlainFile).map(([key, entry]) => {
        if (key !== id || keeps === 'nothing') return [rename(key) as string, entry] as const;
        return [
          to,
          typeof entry === 'string' ? { title: entry, was: id } : { ...(entry as PlainFile), was: id },
        ] as const;
      });
      (file['permissions'] as PlainFile)[category] = Object.fromEntries(entries);
    }
  }
}
