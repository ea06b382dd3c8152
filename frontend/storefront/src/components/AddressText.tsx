import { addressLines } from "@ferrocart/ui/address-lines.ts";
import type { Address } from "../api.ts";

export function AddressText({ address }: { address: Address }) {
  return (
    <span>
      {addressLines(address).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be the same, and they never move.
        <span key={index}>
          {line}
          <br />
        </span>
      ))}
    </span>
  );
}
