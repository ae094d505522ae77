/** The first kommune of the fylker that do not begin with 01, by fylkesnummer. */
const firstKommuner: Readonly<Record<string, string>> = { '15': '05', '18': '04' };

interface Omrade {
  readonly kommunenummer?: string | null;
  readonly fylkesnummer?: string | null;
}

/** A property of the organisation to try links with. A fylkeskommune's is in the first kommune of the fylke. */
export function proveeiendomOf({ kommunenummer, fylkesnummer }: Omrade = {}): string {
  const number = kommunenummer ?? (fylkesnummer ? fylkesnummer + (firstKommuner[fylkesnummer] ?? '01') : '0301');
  return `${number}-60/38`;
}
