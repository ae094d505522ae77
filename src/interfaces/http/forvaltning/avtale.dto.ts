import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { commandIdNamespace } from '../../../application/commands/decision.js';
import { hovedavtale } from '../../../application/use-cases/register-avtale.js';
import type { OrganisasjonView } from '../../../application/views/organisasjon.js';
import { tjenestekode } from '../../../domain/tjeneste.js';
import { uuid } from '../server/input.js';
import { Field, shape } from '../server/shape.js';

export const KodeParam = z.string().max(50);
export const StartQuery = z.strictObject({ landingssideUrl: z.string().max(2000).optional() });
export type StartQuery = z.output<typeof StartQuery>;
export const MottakQuery = z.strictObject({
  signeringId: z.string().max(100),
  status: z.string().max(500),
  landingssideUrl: z.string().max(2000).optional(),
});
export type MottakQuery = z.output<typeof MottakQuery>;

export const PaperBody = z.strictObject({
  avtaleUuid: uuid('Id-en til avtalen i avtalearkivet. For tjenestevedlegget står den i kunder/{fiksOrgId}/tjenester.'),
  tjenestekode: z.enum([hovedavtale, tjenestekode]).meta({ description: 'Avtaletypen: hovedavtalen, eller tjenestevedlegget for Min kommune' }),
  fiksOrgId: uuid('Organisasjonen som har signert'),
  signeringsdato: z.iso.date().optional().meta({ description: 'Datoen avtalen ble signert. Dagens dato gjelder når feltet mangler.', examples: ['2026-11-23'] }),
});
export type PaperBody = z.output<typeof PaperBody>;

/** A signed agreement, with the fields of KS Fiks' avtale-api v1. */
export class AvtaleSignert {
  @Field({ format: 'uuid' })
  uuid!: string;
  @Field({ format: 'uuid' })
  avtaleUuid!: string;
  @Field({ example: tjenestekode })
  tjenestekode!: string;
  @Field({ example: 'Min kommune' })
  tjenestenavn!: string;
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  fiksOrgNavn!: string;
  @Field({ format: 'date' })
  signeringsdato!: string;
  @Field({ required: false, description: 'Navnet på personen som signerte' })
  signertAv?: string;
  @Field({ example: '1.0' })
  signertVersjon!: string;
  @Field()
  godkjentSignering!: boolean;
  @Field({ example: '1.0', description: 'Gjeldende versjon av avtalen. Organisasjonen må signere på nytt når den er nyere enn signertVersjon.' })
  gjeldendeVersjon!: string;
}
export class TjenesteEnkel {
  @Field()
  navn!: string;
  @Field({ example: tjenestekode })
  tjenestekode!: string;
  @Field({ example: 'KS Digital' })
  tjenesteeier!: string;
  @Field()
  aktivert!: boolean;
  @Field({ example: '1.0' })
  gjeldendeVersjon!: string;
  @Field({ format: 'uuid', description: 'Id-en til tjenestevedlegget som gjelder, til bruk når en signatur på papir registreres' })
  avtaleUuid!: string;
  @Field()
  ressursType!: string;
}
export class TjenesteAvtaleSignert {
  @Field({ type: TjenesteEnkel })
  tjeneste!: TjenesteEnkel;
  @Field({ type: AvtaleSignert, required: false })
  avtaleSignert?: AvtaleSignert;
}

export const hovedavtaleAnswer = ({ fiksOrgId, navn, hovedavtale: registered }: OrganisasjonView, avtaleUuid: string) =>
  shape(AvtaleSignert, {
    uuid: uuidv5(`${fiksOrgId}/${hovedavtale}`, commandIdNamespace),
    avtaleUuid,
    tjenestekode: hovedavtale,
    tjenestenavn: 'Hovedavtale',
    fiksOrgId,
    fiksOrgNavn: navn,
    signeringsdato: registered?.signeringsdato,
    signertVersjon: '1.0',
    godkjentSignering: true,
    gjeldendeVersjon: '1.0',
  });
