/** The texts of the buttons that copy a value. They are the same in both forms of Norwegian. */
export const kopiering = {
  kopier: 'Kopier',
  kopier_: (hva: string) => `Kopier ${hva}`,
  kopiert: 'Kopiert',
};
