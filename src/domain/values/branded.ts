declare const brand: unique symbol;

/** A value whose type proves that it has been parsed. At run time it is the plain value. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
