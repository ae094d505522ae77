import { WhenIntegrationDeletedThenDetach } from './when-integrasjon-deleted-then-detach.js';
import { WhenPersonForgottenThenDeleteMeldinger } from './when-person-forgotten-then-delete-meldinger.js';
import { WhenTjenestevedleggEndedThenDestroyKeys } from './when-tjenestevedlegg-ended-then-destroy-keys.js';

/** All policies that the pump runs. */
export const policies = [WhenIntegrationDeletedThenDetach, WhenPersonForgottenThenDeleteMeldinger, WhenTjenestevedleggEndedThenDestroyKeys];
