/** The statuses of an invoice that is not paid. */
export const unpaid: readonly string[] = ['IKKE_BETALT', 'INKASSOVARSEL', 'SENDT_INKASSO', 'INKASSO'];
