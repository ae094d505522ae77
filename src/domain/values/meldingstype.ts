/** The versions of metadata, each with its type of message. `FORSENDELSE_V2` comes from SvarUt only. */
export const meldingstyper = {
  MAPPE_V1: 'mappe',
  JOURNALPOST_V1: 'journalpost',
  FAKTURA_V1: 'faktura',
  INNSENDT_SKJEMA_V1: 'innsendtskjema',
  SKJEMAKLADD_V1: 'skjemakladd',
  FORSENDELSE_V2: 'post',
} as const;
export type Meldingsversjon = keyof typeof meldingstyper;
export type Meldingstype = (typeof meldingstyper)[Meldingsversjon];
