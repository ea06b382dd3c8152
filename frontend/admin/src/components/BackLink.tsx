import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

/** Leads to the list to which a page belongs. Unlike a link of the navigation it is never the current page. */
export function BackLink({ to, children }: { to: "/orders" | "/products"; children: ReactNode }) {
  return (
    <Link to={to} activeOptions={{ exact: true }}>
      {children}
    </Link>
  );
}
