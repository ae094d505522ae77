import { maxNamedOrganisations } from '../../../application/innsyn/egen-innsynslogg.js';
import { innsynsresultater } from '../../../application/ports/innsynslogg.js';
import { Field, Listing } from '../server/shape.js';

export class Integrasjonsnavn {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ required: false, example: 'Min side Bergen', description: 'Navnet på integrasjonen. Feltet mangler når integrasjonen er slettet.' })
  navn?: string;
}
export class Organisasjonsnavn {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'Bergen' })
  visningsnavn!: string;
}
/** One search on behalf of the citizen, or look-up about them. The log stores neither the search terms nor the hits. */
export class InnsynsloggLinje {
  @Field({ format: 'date-time' })
  tidspunkt!: string;
  @Field({ type: Integrasjonsnavn, description: 'Systemet som søkte' })
  integrasjon!: Integrasjonsnavn;
  @Field({ type: Organisasjonsnavn, isArray: true, description: `Organisasjonene systemet søkte for, høyst ${maxNamedOrganisations} av dem. Listen er tom når systemet ikke fikk søke.` })
  organisasjoner!: Organisasjonsnavn[];
  @Field({ example: 1, description: 'Antall organisasjoner systemet søkte for' })
  antallOrganisasjoner!: number;
  @Field({ required: false, example: '910753614', description: 'Virksomheten innbyggeren opptrådte for' })
  onBehalfOf?: string;
  @Field({ example: 'mappe', description: 'Søket eller oppslaget som systemet brukte. matrikkel/finn-eiendommer: eiendommene dine. matrikkel/finn-eiere: eierne av eiendommer, der du er én.' })
  sok!: string;
  @Field({ description: 'Formålet med søket, og hjemmelen' })
  formal!: string;
  @Field({ enum: innsynsresultater, description: 'OK: systemet fikk treff. TOMT: systemet fikk ingen treff. AVSLATT: systemet fikk ikke søke.' })
  resultat!: string;
  @Field()
  requestId!: string;
}
export class InnsynsloggListe extends Listing {
  @Field({ type: InnsynsloggLinje, isArray: true })
  treff!: InnsynsloggLinje[];
}
