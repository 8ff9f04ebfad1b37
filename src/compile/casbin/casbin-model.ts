/**
 * The one Casbin model that rolebook writes rows for; the repository's `model.conf` holds the same definitions.
 *
 * The comparisons of plain words stand before `g`, because Casbin's role manager adds an entry for every domain it is
 * asked about, for ever. A user never writes a matcher: in Casbin's expressions a misspelt name compares undefined with
 * undefined, which is true.
 */
export const modelText = `# The Casbin model that rolebook writes its rows for. It is fixed: \`rolebook lint\` refuses any other.
[request_definition]
r = sub, dom, obj, act, scope

[policy_definition]
p = sub, dom, obj, act, scope, eft, id

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = (p.dom == "*" || r.dom == p.dom) && r.obj == p.obj && r.act == p.act && r.scope == p.scope && g(r.sub, p.sub, r.dom)
`;
