import { ok } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useShop } from "../../app/services.tsx";
import { AccountNav } from "../../components/AccountNav.tsx";
import { Button } from "../../components/Button.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { Notice } from "../../components/Notice.tsx";
import { dateTime } from "../../components/order-words.ts";
import { PageHeading } from "../../components/PageHeading.tsx";
import { RequireUser } from "../../components/RequireUser.tsx";
import { deviceName } from "./device-name.ts";
import styles from "./sessions.module.css";

const KEY = ["own", "sessions"];

/** Where the account is signed in. */
export function SessionsPage() {
  return (
    <RequireUser>
      <AccountNav />
      <PageHeading>Your devices</PageHeading>
      <p>Your account is signed in on these devices. Sign out those that you do not know.</p>
      <Sessions />
    </RequireUser>
  );
}

function Sessions() {
  const shop = useShop();
  const queryClient = useQueryClient();
  const sessions = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) =>
      ok(shop.GET("/auth/sessions", { params: { query: { limit: 100 } }, signal, cache: "no-store" })),
  });
  const end = useMutation({
    mutationFn: (id: string) => ok(shop.DELETE("/auth/sessions/{id}", { params: { path: { id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <>
      {end.isError && (
        <Notice kind="danger">
          <ErrorMessage error={end.error} />
        </Notice>
      )}
      <Loaded query={sessions}>
        {({ items }) => (
          <ul className={styles.sessions}>
            {items.map(({ id, device, current, last_used_at }) => (
              <li key={id}>
                <p>
                  <strong>{deviceName(device)}</strong> {current && "(this device)"}
                  <span className={styles.details}>Last used {dateTime(last_used_at)}</span>
                </p>
                {!current && (
                  <Button
                    isBusy={end.isPending}
                    aria-label={`Sign out ${deviceName(device)}, last used ${dateTime(last_used_at)}`}
                    onClick={() => end.mutate(id)}
                  >
                    Sign out
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}
