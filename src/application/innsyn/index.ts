import { ListEgenInnsynsloggHandler } from './egen-innsynslogg.js';
import { SearchEiendommerHandler } from './eiendom.js';
import { Innsyn } from './innsyn.js';
import { FindEiendommerHandler, FindEiereHandler, Matrikkeloppslag } from './matrikkeloppslag.js';
import { SearchAltHandler, SearchListeHandler, SearchNyttHandler } from './multi.js';
import { LookUpDokumentHandler, LookUpForelderHandler, LookUpKorrelasjonHandler } from './oppslag.js';
import { Oversikter } from './oversikt.js';
import { SearchInnsynHandler } from './sok.js';

/** The services and query handlers for citizens' searches, lookups and innsynslogg, and for lookups in the matrikkel. */
export const innsynSok = [
  Innsyn,
  Oversikter,
  SearchInnsynHandler,
  SearchEiendommerHandler,
  SearchAltHandler,
  SearchListeHandler,
  SearchNyttHandler,
  LookUpDokumentHandler,
  LookUpKorrelasjonHandler,
  LookUpForelderHandler,
  ListEgenInnsynsloggHandler,
  Matrikkeloppslag,
  FindEiendommerHandler,
  FindEiereHandler,
];
