import { WhenIntegrationDeletedThenDetach } from './when-integrasjon-deleted-then-detach.js';
import { WhenPersonForgottenThenDeleteMeldinger } from './when-person-forgotten-then-delete-meldinger.js';
import { WhenTjenestevedleggReplacedOrDeletedThenDestroyKeys } from './when-tjenestevedlegg-replaced-or-deleted-then-destroy-keys.js';

/** All policies that the pump runs. */
export const policies = [WhenIntegrationDeletedThenDetach, WhenPersonForgottenThenDeleteMeldinger, WhenTjenestevedleggReplacedOrDeletedThenDestroyKeys];
