import { BlockList, isIP } from 'node:net';

/** Networks of IP addresses, each as RFC 4632 and RFC 4291 write them: `10.0.0.0/8`, `2001:db8::/32`, or one address. */
export class Networks {
  readonly #list = new BlockList();

  /** Undefined: one of the texts is no network. */
  static parse(texts: readonly string[]): Networks | undefined {
    const networks = new Networks();
    return texts.every((text) => networks.#add(text)) ? networks : undefined;
  }

  /**
   * Whether an address is in one of them; undefined: the text is no address. One of IPv4 that is written as one of IPv6
   * (`::ffff:10.0.0.1`) is the one of IPv4.
   */
  has(address: string): boolean | undefined {
    const family = familyOf(address);
    return family && this.#list.check(address, family);
  }

  #add(text: string): boolean {
    const [address = '', length, ...more] = text.split('/');
    const family = familyOf(address);
    if (!family || more.length > 0) return false;
    const most = family === 'ipv4' ? 32 : 128;
    if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > most)) return false;
    this.#list.addSubnet(address, length === undefined ? most : Number(length), family);
    return true;
  }
}

// An address with a zone (`fe80::1%eth0`) means another thing on each machine.
function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
