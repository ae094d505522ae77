import { ListEndringerHandler } from './endringer.js';
import { GetSideThenHandler } from './side-then.js';
import { Replay } from './replay.js';
import { ListTilgangerThenHandler } from './tilganger-then.js';
import { GetTilstandHandler } from './tilstand.js';
import { TimeMachine } from './time-machine.js';

/** The time machine, the replay, and the handlers of all queries on the past. */
export const history = [TimeMachine, Replay, GetSideThenHandler, ListTilgangerThenHandler, GetTilstandHandler, ListEndringerHandler];
