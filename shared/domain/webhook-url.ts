/** How long the address of a receiver may be. */
export const URL_CHARACTERS_MAX = 2_048;

const PORTS = ['', '8443'];

/**
 * What is wrong with the address of a receiver, or nothing. It is a public https name: what the name leads to is looked
 * at again on every connection, since whoever owns a name may let it lead elsewhere at any time. `trusted` are origins
 * that whoever runs the registry has named, which may be any.
 */
export function urlTrouble(text: string, trusted: ReadonlySet<string>): string | undefined {
  // The parser would pass over tabs and ends of lines.
  const url = /[\s\p{Cc}]/u.test(text) || !URL.canParse(text) ? undefined : new URL(text);
  if (!url) return 'expected a URL such as https://receiver.example/signet';
  if (url.username !== '' || url.password !== '') return 'expected no user name and no password in the URL';
  if (url.hash !== '' || text.includes('#')) return 'expected no # in the URL';
  if (trusted.has(url.origin)) return undefined;
  if (url.protocol !== 'https:') return 'expected a URL that begins with https://';
  if (!PORTS.includes(url.port)) return 'expected the port 443 or 8443';
  if (isAddress(url.hostname)) return 'expected the name of a host, not its address';
  if (!url.hostname.replace(/\.$/, '').includes('.')) return 'expected the public name of a host, with a dot in it';
  return undefined;
}

/** Of a parsed URL: every spelling of an IPv4 address is four numbers by now, and one of IPv6 is in brackets. */
const isAddress = (hostname: string): boolean => hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
