import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Dialog, DialogTrigger, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "../components/Button.tsx";
import styles from "./Navigation.module.css";

const PAGES = [
  { to: "/", label: "Dashboard" },
  { to: "/attention", label: "Needs attention" },
  { to: "/orders", label: "Orders" },
  { to: "/products", label: "Products" },
  { to: "/import", label: "Import" },
  { to: "/users", label: "Users" },
] as const;

export function Navigation({ className, onChoose }: { className?: string | undefined; onChoose?: () => void }) {
  return (
    <nav className={className} aria-label="Pages">
      <ul className={styles.list}>
        {PAGES.map(({ to, label }) => (
          <li key={to}>
            <Link
              to={to}
              className={styles.link}
              activeOptions={{ exact: to === "/", includeSearch: false }}
              {...(onChoose && { onClick: onChoose })}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The same pages behind a button, on narrow screens. */
export function MobileNavigation() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className={styles.mobile}>
      <DialogTrigger isOpen={isOpen} onOpenChange={setIsOpen}>
        <Button variant="quiet" aria-label="Open the navigation">
          <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M2 5h16M2 10h16M2 15h16" stroke="currentColor" strokeWidth="2" />
          </svg>
        </Button>
        <ModalOverlay className={styles.overlay ?? ""} isDismissable>
          <Modal className={styles.drawer ?? ""}>
            <Dialog aria-label="Navigation" className={styles.dialog ?? ""}>
              <Navigation onChoose={() => setIsOpen(false)} />
            </Dialog>
          </Modal>
        </ModalOverlay>
      </DialogTrigger>
    </div>
  );
}
