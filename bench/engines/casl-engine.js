import { createMongoAbility } from '@casl/ability';

/*
 * CASL as an application would have it: an ability is made once for each role of a workspace, and kept. `found` looks up
 * who asks, as rolebook does; `kept` is handed the ability, as where it is kept with a session.
 */

/** `rolesOf` tells the permissions of each role of a workspace; `roleOf` which role a member has. */
export function createCaslEngine({ workspaces, members, rolesOf, roleOf }) {
  const abilities = new Map();
  for (let workspace = 0; workspace < workspaces; workspace += 1) {
    const ofRoles = rolesOf(workspace).map((permissions) =>
      createMongoAbility(
        permissions.map((permission) => {
          const [subject, action] = permission.split(':');
          return { action, subject };
        }),
      ),
    );
    const ofMembers = new Map();
    for (let member = 0; member < members; member += 1) {
      ofMembers.set(`user-${workspace}-${member}@acme.example`, ofRoles[roleOf(member)]);
    }
    abilities.set(`ws-${workspace}`, ofMembers);
  }
  return {
    found: ({ subject, workspace, resource, action }) =>
      abilities.get(workspace)?.get(subject)?.can(action, resource) === true,
    abilityOf: (workspace, member) => abilities.get(`ws-${workspace}`).get(`user-${workspace}-${member}@acme.example`),
    kept: ({ ability, resource, action }) => ability.can(action, resource),
  };
}
