import { parseFodselsnummer, type Fodselsnummer } from '../../domain/values/fodselsnummer.js';

/**
 * The fødselsnumre that this process accepts. Synthetic persons count only after `acceptSynthetic`, which the room
 * of stand-ins calls outside production. State of the process, because request schemas exist before the configuration is read.
 */
class Fodselsnumre {
  private syntetiske = false;

  acceptSynthetic(accept: boolean): void {
    this.syntetiske = accept;
  }

  /** Parses a number from outside. The refusal (`invalid`) never repeats it. */
  readonly parse = (text: string): Fodselsnummer => parseFodselsnummer(text, { syntetiske: this.syntetiske });
}

export const fodselsnumre = new Fodselsnumre();
