import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { fieldErrors } from "@ferrocart/ui/problems.ts";
import { useState } from "react";
import type { StoredAddress } from "../../api.ts";
import { AddressFields } from "../../components/AddressFields.tsx";
import { emptyAddress, toDraft } from "../../components/address.ts";
import { Button } from "../../components/Button.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import { useFocusInvalid } from "../../components/use-focus-invalid.ts";
import { useSaveAddress } from "./queries.ts";

interface AddressFormProps {
  address?: StoredAddress;
  /** The name in a new address. */
  name?: string;
  onDone: () => void;
}

/** Changes a stored address, or adds one. */
export function AddressForm({ address, name, onDone }: AddressFormProps) {
  const [draft, setDraft] = useState(() => (address ? toDraft(address) : emptyAddress(name)));
  const save = useSaveAddress(address, onDone);
  const element = useFocusInvalid(save.error);
  return (
    <form
      ref={element}
      className={`${form.card} ${form.form}`}
      aria-label={address ? "Change the address" : "New address"}
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate(draft);
      }}
    >
      <AddressFields value={draft} onChange={setDraft} errors={fieldErrors(save.error)} />
      {save.isError && (
        <Notice kind="danger">
          <ErrorMessage error={save.error} />
        </Notice>
      )}
      <div className={form.actions}>
        <Button type="submit" kind="primary" isBusy={save.isPending}>
          Save address
        </Button>
        <Button kind="link" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
