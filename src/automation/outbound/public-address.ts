import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** What IANA's special-purpose registry does not call globally reachable, and multicast. */
const blocked = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  blocked.addSubnet(network, prefix, 'ipv4');
/** Special blocks within 2000::/3; those that carry an IPv4 address (6to4, Teredo) could reach a private one. */
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  blocked.addSubnet(network, prefix, 'ipv6');
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address belongs to the public internet: not to a private network, this machine or a cloud's metadata. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !blocked.check(address, 'ipv4');
  // Everything public is in 2000::/3: this leaves out mapped IPv4, NAT64, loopback, link-local and unique local ones.
  return isIPv6(address) && global6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

const PRIVATE_NAMES = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|arpa|onion)$/i;

/**
 * What is wrong with a URL as the address of somebody else's server, as far as the text tells; null when nothing is.
 * The names are looked up when a call is made, and the addresses judged then.
 */
export function urlProblem(url: string): string | null {
  const { hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return 'must not carry a user name or password';
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIPv4(host) || isIPv6(host)) return isPublicAddress(host) ? null : NOT_PUBLIC;
  return !host.includes('.') || PRIVATE_NAMES.test(host) ? NOT_PUBLIC : null;
}

const NOT_PUBLIC = 'must be a public address';
