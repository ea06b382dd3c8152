import { Link } from "@tanstack/react-router";
import styles from "./AccountNav.module.css";

const PAGES = [
  { to: "/account", label: "Profile" },
  { to: "/account/orders", label: "Orders" },
  { to: "/account/addresses", label: "Addresses" },
  { to: "/account/sessions", label: "Devices" },
] as const;

/** Links to the pages of the account. */
export function AccountNav() {
  return (
    <nav aria-label="Account" className={styles.nav}>
      {PAGES.map(({ to, label }) => (
        <Link key={to} to={to} activeOptions={{ exact: true }}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
