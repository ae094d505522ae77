import { ListEndringerHandler } from './endringer.js';
import { GetPastSideHandler } from './past-side.js';
import { ListPastTilgangerHandler } from './past-tilganger.js';
import { Replay } from './replay.js';
import { GetTilstandHandler } from './tilstand.js';
import { TimeMachine } from './time-machine.js';

/** The time machine, the replay, and the handlers of all queries on the past. */
export const past = [TimeMachine, Replay, GetPastSideHandler, ListPastTilgangerHandler, GetTilstandHandler, ListEndringerHandler];
