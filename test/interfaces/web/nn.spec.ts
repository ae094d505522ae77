import { forvaltning } from '../../../src/interfaces/web/texts/nn-forvaltning.js';
import { nn } from '../../../src/interfaces/web/texts/nn.js';

const sentences = (texts: unknown): readonly string[] => {
  if (typeof texts === 'string') return [texts];
  return typeof texts === 'object' && texts !== null ? Object.values(texts).flatMap(sentences) : [];
};

it.each([['the shell', nn], ['Fiks forvaltning', forvaltning]])('The texts of %s in nynorsk have no word that only bokmål has', (_, texts) => {
  const all = sentences(texts);
  expect(all.length).toBeGreaterThan(100);
  const bokmal = /\b(ikke|jeg|hun|henne|noen|noe|hva|hvem|hvor|være|gjøre|mye|allerede|finnes|kommer|forsvinner|begynner|skriver|gjelder|velger)\b/i;
  expect(all.filter((sentence) => bokmal.test(sentence))).toEqual([]);
});
