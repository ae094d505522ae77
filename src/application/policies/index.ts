import { WhenIntegrationDeletedThenDetach } from './when-integration-deleted-then-detach.js';

/** The policies that are run. */
export const policies = [WhenIntegrationDeletedThenDetach];
