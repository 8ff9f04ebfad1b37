import { Client, type ClientOptions } from './client.ts';
import { nodeTransport } from './transport/node-transport.ts';

/**
 * Makes a client of a sidecar, over connections that are kept. The types that `rolebook types` writes make a misspelt permission an
 * error of the compiler. Throws a TypeError where `url` is none.
 */
export function createClient<
  Permission extends string = string,
  Scope extends string = string,
  Role extends string = string,
>(options: ClientOptions): Client<Permission, Scope, Role> {
  return new Client(options, nodeTransport);
}

export * from './exported.ts';
