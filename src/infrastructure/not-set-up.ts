import type { Provider } from '@nestjs/common';
import { Eiendomsregister } from '../application/ports/eiendomsregister.js';
import { NotSetUp, type Del } from '../application/ports/not-set-up.js';
import { Representasjon } from '../application/ports/representasjon.js';
import { Signing } from '../application/ports/signing.js';
import { SvarUtAccounts } from '../application/ports/svarut-accounts.js';

class NotSetUpSigning extends Signing {
  readonly start = () => refuse('Signering');
  readonly outcome = () => refuse('Signering');
}
class NotSetUpEiendomsregister extends Eiendomsregister {
  readonly ownedBy = () => refuse('Eiendomsregisteret');
  readonly find = () => refuse('Eiendomsregisteret');
}
class NotSetUpRepresentasjon extends Representasjon {
  readonly organisationsOf = () => refuse('Rolleregisteret');
}
class NotSetUpSvarUt extends SvarUtAccounts {
  readonly list = () => refuse('SvarUt');
  readonly find = () => refuse('SvarUt');
  readonly ofSender = () => refuse('SvarUt');
  readonly organisation = () => refuse('SvarUt');
}

const refuse = (del: Del): Promise<never> => Promise.reject(new NotSetUp(del));

/** The adapters of the parts of the world that the service has none for: they reject with `NotSetUp`. */
export const notSetUp: Readonly<Record<Del, Provider>> = {
  Signering: { provide: Signing, useValue: new NotSetUpSigning() },
  Eiendomsregisteret: { provide: Eiendomsregister, useValue: new NotSetUpEiendomsregister() },
  Rolleregisteret: { provide: Representasjon, useValue: new NotSetUpRepresentasjon() },
  SvarUt: { provide: SvarUtAccounts, useValue: new NotSetUpSvarUt() },
};
