const after: Readonly<Record<string, string>> = { æ: '{', ä: '{', ø: '|', ö: '|', å: '}', đ: 'd', ŋ: 'n', ŧ: 't' };

/** A key whose character order is the Norwegian order of the name: æ, ø and å come last. Other accents are ignored. */
export const sortKey = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[æäøöåđŋŧ]/g, (letter) => after[letter]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
