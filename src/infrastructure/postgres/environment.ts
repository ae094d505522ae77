import type { Database } from './database.js';

/** The database has been used by a service of the other kind. The message is Norwegian, for the operator. */
export class AnotherEnvironment extends Error {
  constructor(production: boolean) {
    super(
      production
        ? 'DATABASEN_ER_TIL_UTVIKLING: Databasen er brukt av en tjeneste til utvikling, der hvem som helst kan ha logget inn som hvem som helst, så den kan ikke brukes i produksjon.'
        : 'DATABASEN_ER_I_PRODUKSJON: Databasen er brukt i produksjon, så bare en tjeneste med NODE_ENV=production kan bruke den.',
    );
    this.name = 'AnotherEnvironment';
  }
}

/**
 * Binds a database to production, or to everything else: the first service that uses it decides. Throws `AnotherEnvironment`. The
 * database must be bound to its master key.
 */
export async function bindEnvironment(database: Database, environment: string): Promise<void> {
  const production = environment === 'production';
  const [bound] = await database.query<{ production: boolean }>({ name: 'bind_environment', text: 'update master_key set production = coalesce(production, $1) returning production' }, [production]);
  if (bound!.production !== production) throw new AnotherEnvironment(production);
}
