import type { AccessControl } from '../../http/access/access-control.ts';
import type { Logger } from '../../http/logging/log.ts';
import { headerFrom } from './sample-call.ts';

/** The outcome of `--admin-token-file` at the start. */
export type AdminTokens = { readonly kind: 'none' } | { readonly kind: 'given' | 'created'; readonly path: string };

/** Says at the start what somebody should know of the tokens, and how the first admin token comes to be. */
export function adviseOnTokens(
  access: AccessControl,
  adminTokens: AdminTokens,
  { hasPages, log }: { readonly hasPages: boolean; readonly log: Logger },
): void {
  for (const warning of access.warnings) log.warn(warning);
  if (adminTokens.kind === 'none') {
    const offer = '`--admin-token-file FILE --create` makes an admin token';
    const others = hasPages
      ? 'reload here, and none but who signs in may change members'
      : 'reload or change members here';
    log.info(`nobody may ${others}: ${offer}`);
  }
  if (adminTokens.kind !== 'created') return;
  const { path } = adminTokens;
  const use = `${headerFrom(path)} | curl -H @- …`;
  log.info({ path }, `an admin token was made; to call with it: ${use}`);
}
