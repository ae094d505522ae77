import { WhenIntegrationDeletedThenDetach } from './when-integrasjon-deleted-then-detach.js';
import { WhenPersonForgottenThenDeleteMeldinger } from './when-person-forgotten-then-delete-meldinger.js';

/** The policies that are run. */
export const policies = [WhenIntegrationDeletedThenDetach, WhenPersonForgottenThenDeleteMeldinger];
