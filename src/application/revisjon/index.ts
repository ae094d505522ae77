import { Revisjonsadgang } from './adgang.js';
import { Aktornavn } from './aktornavn.js';
import { Hendelser } from './hendelser.js';
import { Innsynsrevisjon } from './innsynsrevisjon.js';
import { LastChanges } from './last-changes.js';

/** The readings for auditors, beside the search of KS Fiks. */
export const revisjonslesning = [Revisjonsadgang, Aktornavn, LastChanges, Hendelser, Innsynsrevisjon];
