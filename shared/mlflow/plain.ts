/** Whether nothing in it leads elsewhere, however often it is decoded. */
export function isPlain(source: string): boolean {
  let text = source;
  for (let times = 0; times < 10; times += 1) {
    if (text.includes('\0') || text.split(/[/\\?#]/).includes('..')) return false;
    const decoded = unquoted(text);
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}

function unquoted(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
