import { Link, Outlet } from "@tanstack/react-router";
import { useCart } from "../data/cart.ts";
import styles from "./Layout.module.css";
import { SearchBox } from "./SearchBox.tsx";
import { useConfig, useSessionUser } from "./services.tsx";

/** What surrounds every page. */
export function Layout() {
  const { name } = useConfig();
  const user = useSessionUser();
  return (
    <>
      <a href="#main" className={styles.skip}>
        Skip to the content
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.name}>
          {name}
        </Link>
        <SearchBox />
        <nav aria-label="Account and cart" className={styles.links}>
          {user ? <Link to="/account">Account</Link> : <Link to="/login">Sign in</Link>}
          <CartLink />
        </nav>
      </header>
      <main id="main" tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <footer className={styles.footer}>
        <p>{name}</p>
        <nav aria-label="More pages">
          <Link to="/">All products</Link>
          <Link to="/account/orders">Your orders</Link>
        </nav>
      </footer>
    </>
  );
}

function CartLink() {
  const { data: cart } = useCart();
  const count = cart?.item_count ?? 0;
  return (
    <Link to="/cart" aria-label={`Cart, ${count === 1 ? "1 item" : `${count} items`}`}>
      Cart{" "}
      {count > 0 && (
        <span className={styles.count} aria-hidden>
          {count}
        </span>
      )}
    </Link>
  );
}
