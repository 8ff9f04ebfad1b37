import { Client, type ClientOptions } from './client.ts';
import { fetchTransport } from './transport/fetch-transport.ts';

/**
 * Makes a client of a sidecar, over `fetch`. The types that `rolebook types` writes make a misspelt permission an
 * error of the compiler. Throws a TypeError where `url` is none.
 */
export function createClient<
  Permission extends string = string,
  Scope extends string = string,
  Role extends string = string,
>(options: ClientOptions): Client<Permission, Scope, Role> {
  return new Client(options, fetchTransport);
}

export * from './exported.ts';
