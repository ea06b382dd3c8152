import { addressLines } from "@ferrocart/ui/address-lines.ts";
import type { StoredAddress } from "../../api.ts";
import { AddressFields } from "../../components/AddressFields.tsx";
import form from "../../components/form.module.css";
import styles from "./checkout.module.css";
import type { CheckoutDraft } from "./draft.ts";

interface AddressChoiceProps {
  /** Those of the account; undefined for guests. */
  addresses: StoredAddress[] | undefined;
  choice: string;
  draft: CheckoutDraft;
  errors: Record<string, string>;
  onChange: (change: Partial<CheckoutDraft>) => void;
}

/** One of the stored addresses, or a new one. */
export function AddressChoice({ addresses, choice, draft, errors, onChange }: AddressChoiceProps) {
  return (
    <>
      {addresses && addresses.length > 0 && (
        <fieldset className={styles.choices}>
          <legend className={styles.legend}>Ship to</legend>
          {addresses.map((address) => (
            <label key={address.id}>
              <input
                type="radio"
                name="choice"
                checked={choice === address.id}
                onChange={() => onChange({ choice: address.id })}
              />
              <span>{addressLines(address).join(", ")}</span>
            </label>
          ))}
          <label>
            <input type="radio" name="choice" checked={choice === "new"} onChange={() => onChange({ choice: "new" })} />
            <span>Another address</span>
          </label>
        </fieldset>
      )}
      {choice === "new" && (
        <div className={form.form}>
          <AddressFields value={draft.address} errors={errors} onChange={(address) => onChange({ address })} />
          {addresses && (
            <label className={form.check}>
              <input
                type="checkbox"
                checked={draft.isStored}
                onChange={(event) => onChange({ isStored: event.target.checked })}
              />
              Keep this address in my account
            </label>
          )}
        </div>
      )}
    </>
  );
}
