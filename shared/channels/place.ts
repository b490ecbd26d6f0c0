/** A place that a customer sent, as their provider gives it. */
export interface Place {
  /** degrees, WGS 84 */
  latitude: number;
  longitude: number;
  accuracyMeters?: number | undefined;
  name?: string | undefined;
  address?: string | undefined;
}

/** What a person would read: the place's name and address, and where it is as a `geo:` URI (RFC 5870), each on a line. */
export const placeText = ({ name, address, ...position }: Place): string =>
  [name, address, geoUri(position)].filter((line) => line !== undefined && line.trim() !== "").join("\n");

function geoUri({ latitude, longitude, accuracyMeters }: Place): string {
  const uncertainty = accuracyMeters === undefined ? "" : `;u=${plain(accuracyMeters)}`;
  return `geo:${plain(latitude)},${plain(longitude)}${uncertainty}`;
}

/** Never with an exponent, and with all the decimals that providers give: the seventh of a degree is 1 cm. */
const plain = (value: number): string => value.toFixed(7).replace(/\.?0+$/, "");
