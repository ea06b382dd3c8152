// Addresses as on a parcel.

import type { components } from "@ferrocart/client";

type Address = components["schemas"]["PostalAddress"];

/** Countries that write the postal code behind the city, as in mails: `Country::is_city_first`. */
const CITY_FIRST = ["AU", "CA", "GB", "IE", "IN", "NZ", "US"];

/** Returns the lines of an address. */
export function addressLines({ name, company, street, street2, zip, city, state, country }: Address): string[] {
  const isCityFirst = CITY_FIRST.includes(country);
  const place = (isCityFirst ? [city, state, zip] : [zip, city, state]).filter(Boolean).join(" ");
  const countryName = new Intl.DisplayNames(undefined, { type: "region" }).of(country) ?? country;
  return [name, company, street, street2, place, countryName].filter((line): line is string => Boolean(line));
}
