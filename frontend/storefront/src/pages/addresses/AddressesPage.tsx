import { useState } from "react";
import type { StoredAddress } from "../../api.ts";
import { AccountNav } from "../../components/AccountNav.tsx";
import { AddressText } from "../../components/AddressText.tsx";
import { Button } from "../../components/Button.tsx";
import form from "../../components/form.module.css";
import { Loaded } from "../../components/Loaded.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { RequireUser } from "../../components/RequireUser.tsx";
import { useUser } from "../../data/user.ts";
import { AddressForm } from "./AddressForm.tsx";
import styles from "./addresses.module.css";
import { useRemoveAddress } from "./queries.ts";

export function AddressesPage() {
  return (
    <RequireUser>
      <AccountNav />
      <PageHeading>Your addresses</PageHeading>
      <Addresses />
    </RequireUser>
  );
}

function Addresses() {
  const user = useUser();
  // The id of the address in the form, or `new`.
  const [edited, setEdited] = useState<string>();
  const close = () => setEdited(undefined);
  return (
    <Loaded query={user}>
      {({ addresses, name }) => (
        <>
          {addresses.length === 0 && <p>You have not stored an address yet.</p>}
          <div className={styles.list}>
            {addresses.map((address) =>
              edited === address.id ? (
                <AddressForm key={address.id} address={address} onDone={close} />
              ) : (
                <Stored key={address.id} address={address} onEdit={() => setEdited(address.id)} />
              ),
            )}
          </div>
          {edited === "new" ? (
            <AddressForm name={name} onDone={close} />
          ) : (
            <Button kind="primary" onClick={() => setEdited("new")}>
              Add an address
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

function Stored({ address, onEdit }: { address: StoredAddress; onEdit: () => void }) {
  const remove = useRemoveAddress();
  const place = address.street ?? "";
  return (
    <section className={form.card} aria-label={place}>
      <p>
        <AddressText address={address} />
      </p>
      {remove.isError && <Notice kind="danger">The address could not be removed. Please try again.</Notice>}
      <div className={form.actions}>
        <Button kind="link" aria-label={`Change ${place}`} onClick={onEdit}>
          Change
        </Button>
        <Button
          kind="link"
          aria-label={`Remove ${place}`}
          isBusy={remove.isPending}
          onClick={() => remove.mutate(address.id)}
        >
          Remove
        </Button>
      </div>
    </section>
  );
}
