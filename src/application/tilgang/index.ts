import { ExpireTilgangerHandler } from './expire-tilganger.js';
import { ReviewTilgangerHandler } from './review-tilganger.js';
import { GetTilgangsgjennomgangHandler, ListRollerHandler } from './tilgangsgjennomgang.js';

/** The handlers of the use, the end and the review of tilganger. */
export const tilgangHandlers = [ExpireTilgangerHandler, GetTilgangsgjennomgangHandler, ListRollerHandler, ReviewTilgangerHandler];
