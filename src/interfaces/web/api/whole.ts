/** The most things that one answer of a list has. */
const antall = 500;
type AskPage<T> = (page: { readonly fra: number; readonly antall: number }) => Promise<readonly T[]>;

/** All things of a list, of which the first are known. @param total how many there are, when that is known */
export async function whole<T>(first: readonly T[], ask: AskPage<T>, total = Infinity): Promise<T[]> {
  const all = [...first];
  while (all.length < total) {
    const page = await ask({ fra: all.length, antall });
    all.push(...page);
    if (page.length < antall) break;
  }
  return all;
}
