// Addresses as forms have them: every field a text.

import type { Address, AddressInput } from "../api.ts";

export const ADDRESS_FIELDS = [
  "name",
  "company",
  "street",
  "street2",
  "zip",
  "city",
  "state",
  "country",
  "phone",
] as const;

export type AddressField = (typeof ADDRESS_FIELDS)[number];
export type AddressDraft = Record<AddressField, string>;

/** The codes of ISO 3166-1. */
const COUNTRIES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split(
    " ",
  );

/** Returns all countries with their names in the language of the browser, sorted by name. */
export function countries(): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(undefined, { type: "region" });
  const all = COUNTRIES.map((code) => ({ code, name: names.of(code) ?? code }));
  return all.sort((one, other) => one.name.localeCompare(other.name));
}

/** Returns an empty address in the country of the browser. */
export function emptyAddress(name = ""): AddressDraft {
  const empty = Object.fromEntries(ADDRESS_FIELDS.map((name) => [name, ""])) as AddressDraft;
  const region = regionOf(navigator.language);
  return { ...empty, name, country: COUNTRIES.find((code) => code === region) ?? "US" };
}

/** Returns the likely region of a language. Some browsers name one that is no valid tag, such as `en-US@posix`. */
export function regionOf(language: string): string | undefined {
  try {
    return new Intl.Locale(language).maximize().region;
  } catch {
    return undefined;
  }
}

export function toDraft(address: Address): AddressDraft {
  return Object.fromEntries(ADDRESS_FIELDS.map((name) => [name, address[name] ?? ""])) as AddressDraft;
}

/** Returns the address for a request. Empty fields are null. */
export function toInput({ street, country, ...draft }: AddressDraft): AddressInput {
  const rest = Object.fromEntries(Object.entries(draft).map(([name, text]) => [name, text.trim() || null]));
  return { type: "shipping", street: street.trim(), country, ...rest };
}
