import { Navigate, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSessionUser } from "../app/services.tsx";

/** Shows its children to customers who are signed in. Others, also after their session has ended, sign in first. */
export function RequireUser({ children }: { children: ReactNode }) {
  const user = useSessionUser();
  const href = useRouterState({ select: ({ location }) => location.href });
  if (user) return children;
  // The page is being left already.
  if (href.startsWith("/login")) return null;
  return <Navigate to="/login" search={{ next: href }} replace />;
}
