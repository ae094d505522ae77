/** Whether a text has eleven digits in a row, as a fødselsnummer has. Addresses end up in logs, so the pages send none. */
export const namesAPerson = (text: string): boolean => /(^|\D)\d{6}[ .]?\d{5}(\D|$)/.test(text);
