const after: Readonly<Record<string, string>> = { æ: '{', ä: '{', ø: '|', ö: '|', å: '}', đ: 'd', ŋ: 'n', ŧ: 't' };

/** A text that sorts, character by character, as the name does in Norwegian: æ, ø and å last, other accents ignored. */
export const sortKey = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[æäøöåđŋŧ]/g, (letter) => after[letter]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
