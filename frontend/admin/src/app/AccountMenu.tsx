import { ok } from "@ferrocart/client";
import { useQuery } from "@tanstack/react-query";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Button } from "../components/Button.tsx";
import styles from "./AccountMenu.module.css";
import { useNotify } from "./notifications.tsx";
import { useSession, useShop } from "./services.tsx";

export function AccountMenu() {
  const shop = useShop();
  const session = useSession();
  const notify = useNotify();
  const { data: me } = useQuery({ queryKey: ["me"], queryFn: ({ signal }) => ok(shop.GET("/auth/me", { signal })) });

  async function signOut() {
    // The tokens are removed in any case.
    await session.logOut().catch(() => notify("You are signed out here. The shop could not be informed."));
  }

  return (
    <MenuTrigger>
      <Button variant="quiet" aria-label={me ? `Account of ${me.name}` : "Account"}>
        <span className={styles.name}>{me?.name ?? "Account"}</span> ▾
      </Button>
      <Popover className={styles.popover ?? ""} placement="bottom end">
        {me && <p className={styles.email}>{me.email}</p>}
        <Menu aria-label="Account" className={styles.menu ?? ""}>
          <MenuItem className={styles.item ?? ""} onAction={signOut}>
            Sign out
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
