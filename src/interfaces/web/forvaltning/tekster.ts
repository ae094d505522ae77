import { useSprak } from '../shell/sprak.js';
import { forvaltning as nb } from '../texts/nb-forvaltning.js';
import { forvaltning as nn } from '../texts/nn-forvaltning.js';

/** The texts of Fiks forvaltning in the language of the pages. They are apart from the others, because citizens never load them. */
export const useTekster = (): typeof nb => ({ nb, nn })[useSprak().sprak];
