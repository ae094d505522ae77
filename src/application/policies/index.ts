import { WhenIntegrationDeletedThenDetach } from './when-integrasjon-deleted-then-detach.js';
import { WhenPersonForgottenThenDeleteMeldinger } from './when-person-forgotten-then-delete-meldinger.js';

/** All policies that the pump runs. */
export const policies = [WhenIntegrationDeletedThenDetach, WhenPersonForgottenThenDeleteMeldinger];
