import { useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { Button } from "./Button.tsx";
import styles from "./Pager.module.css";

interface PagerProps {
  /** The position of this page; undefined on the first one. */
  cursor: string | undefined;
  /** The position of the next page; null on the last one. */
  next: string | null;
}

/** Leads through the pages of a list. Each page is an entry of the browser's history. */
export function Pager({ cursor, next }: PagerProps) {
  const router = useRouter();
  const navigate = useNavigate();
  const page = useRouterState({ select: (state) => state.location.state.page });
  if (cursor === undefined && next === null) return null;
  const goTo = (cursor: string | undefined, page: number) =>
    navigate({ to: ".", search: (search: object) => ({ ...search, cursor }), state: { page } });
  return (
    <nav className={styles.pager} aria-label="Pages of the list">
      <Button isDisabled={cursor === undefined} onPress={() => void goTo(undefined, 1)}>
        First page
      </Button>
      {page !== undefined && page > 1 && <Button onPress={() => router.history.back()}>Previous page</Button>}
      {(cursor === undefined || page !== undefined) && <span className={styles.page}>Page {page ?? 1}</span>}
      <Button isDisabled={next === null} onPress={() => next !== null && void goTo(next, (page ?? 1) + 1)}>
        Next page
      </Button>
    </nav>
  );
}
