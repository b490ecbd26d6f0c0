import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  Metadata,
  type CountryCode,
} from "libphonenumber-js/min";

/** Which telephone numbers belong to some countries, by their first digits; the longest prefix that fits decides. */
export type CountryPrefixes = { prefix: string; allowed: boolean }[];

export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code);

/**
 * Countries that share a calling code are told apart by the digits behind it, where the numbering plan does so: +1 876 is
 * Jamaica's. Those that no digits tell from their main country (Canada from the United States) go with it.
 *
 * @param countries ISO 3166-1, alpha-2
 */
export function prefixesOf(countries: readonly CountryCode[]): CountryPrefixes {
  const codes = new Set(countries.map((country) => getCountryCallingCode(country)));
  return Array.from(codes).flatMap((code) => {
    const sharing = getCountries().filter((country) => getCountryCallingCode(country) === code);
    const told = sharing.filter((country) => leadingDigitsOf(country) !== undefined);
    const others = sharing.filter((country) => !told.includes(country));
    const isMainAllowed = others.some((country) => countries.includes(country));
    const exceptions = told.filter((country) => countries.includes(country) !== isMainAllowed);
    const digits = exceptions.flatMap((country) => prefixesMatching(leadingDigitsOf(country)!));
    return [
      { prefix: `+${code}`, allowed: isMainAllowed },
      ...digits.map((each) => ({ prefix: `+${code}${each}`, allowed: !isMainAllowed })),
    ];
  });
}

/** Others that are allowed along with these, since their numbers look the same. */
export function indistinguishableFrom(countries: readonly CountryCode[]): CountryCode[] {
  const codes = new Set(
    countries
      .filter((country) => leadingDigitsOf(country) === undefined)
      .map((country) => getCountryCallingCode(country)),
  );
  return getCountries().filter(
    (country) =>
      codes.has(getCountryCallingCode(country)) &&
      leadingDigitsOf(country) === undefined &&
      !countries.includes(country),
  );
}

/** What a number of the country begins with behind the calling code: a regular expression's text; undefined where nothing tells it. */
function leadingDigitsOf(country: CountryCode): string | undefined {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  return metadata.numberingPlan?.leadingDigits() || undefined;
}

/** The shortest beginnings of numbers that the expression matches. */
function prefixesMatching(expression: string): string[] {
  const pattern = new RegExp(`^(?:${expression})`);
  const maxDigits = digitsIn(expression);
  const grow = (beginning: string): string[] => {
    if (pattern.test(beginning)) return [beginning];
    return beginning.length === maxDigits ? [] : Array.from("0123456789", (digit) => grow(beginning + digit)).flat();
  };
  return grow("");
}

/** How many digits the longest alternative has; metadata write digits, classes of digits, groups and alternatives alone. */
function digitsIn(expression: string): number {
  const longest = (alternatives: string): string =>
    "0".repeat(Math.max(...alternatives.split("|").map(({ length }) => length)));
  let digits = expression.replaceAll(/\[[^\]]*\]/g, "0");
  while (digits.includes("(")) digits = digits.replace(/\(\?:([0-9|]*)\)/, (_, inside: string) => longest(inside));
  return longest(digits).length;
}
