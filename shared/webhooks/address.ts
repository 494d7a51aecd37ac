import ipaddr from 'ipaddr.js';

/** IPv6 that is anybody's: whatever else there is has a meaning to somebody near. */
const isGlobal = (address: ipaddr.IPv6): boolean => address.match(ipaddr.IPv6.parseCIDR('2000::/3'));

/** Where each machine of Azure reaches its host, in the midst of a public range. */
const AZURE_HOST = '168.63.129.16';

/** Whether an address is one of the public internet, and of nothing near the registry. */
export function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast' || address.toString() === AZURE_HOST) return false;
  return address.kind() === 'ipv4' || isGlobal(address as ipaddr.IPv6);
}
