import { WhenIntegrationDeletedThenDetach } from './when-integrasjon-deleted-then-detach.js';
import { WhenPersonForgottenThenDeleteMeldinger } from './when-person-forgotten-then-delete-meldinger.js';
import { WhenTjenestevedleggSignedThenDestroyKeys } from './when-tjenestevedlegg-signed-then-destroy-keys.js';

/** All policies that the pump runs. */
export const policies = [WhenIntegrationDeletedThenDetach, WhenPersonForgottenThenDeleteMeldinger, WhenTjenestevedleggSignedThenDestroyKeys];
