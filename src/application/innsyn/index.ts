import { ListEgenInnsynsloggHandler } from './egen-innsynslogg.js';
import { SearchEiendommerHandler } from './eiendom.js';
import { Innsyn } from './innsyn.js';
import { SearchAltHandler } from './multi.js';
import { LookUpDokumentHandler, LookUpForelderHandler, LookUpKorrelasjonHandler } from './oppslag.js';
import { Oversikter } from './oversikt.js';
import { SearchInnsynHandler } from './sok.js';

/** The services and query handlers for citizens' searches, lookups and innsynslogg. */
export const innsynSok = [
  Innsyn,
  Oversikter,
  SearchInnsynHandler,
  SearchEiendommerHandler,
  SearchAltHandler,
  LookUpDokumentHandler,
  LookUpKorrelasjonHandler,
  LookUpForelderHandler,
  ListEgenInnsynsloggHandler,
];
