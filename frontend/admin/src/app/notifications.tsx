// Short messages about what an action has done.

import { createContext, type ReactNode, use, useCallback, useEffect, useState } from "react";
import { Button } from "../components/Button.tsx";
import styles from "./notifications.module.css";

const NotifyContext = createContext<(message: string) => void>(() => {});

/** Returns a function that shows a message, and reads it to users of a screen reader. */
export const useNotify = () => use(NotifyContext);

const VISIBLE_MS = 8000;

export function NotificationsProvider({ children }: { children: ReactNode }) {
  const [latest, setLatest] = useState<{ message: string } | null>(null);
  const notify = useCallback((message: string) => setLatest({ message }), []);
  useEffect(() => {
    if (latest === null) return;
    const timer = setTimeout(() => setLatest(null), VISIBLE_MS);
    return () => clearTimeout(timer);
  }, [latest]);
  return (
    <NotifyContext value={notify}>
      {children}
      <div className={styles.region} role="status">
        {latest && (
          <div className={styles.message}>
            <span>{latest.message}</span>
            <Button variant="quiet" onPress={() => setLatest(null)} aria-label="Close the message">
              ×
            </Button>
          </div>
        )}
      </div>
    </NotifyContext>
  );
}
