import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import styles from "./SearchBox.module.css";

/** The time without a key press after which results are requested, in milliseconds. */
const PAUSE = 250;

/** Searches as the customer types. The query is in the URL; the results are those of the catalogue page. */
export function SearchBox() {
  const navigate = useNavigate();
  const { pathname, q } = useRouterState({
    select: ({ location }) => ({ pathname: location.pathname, q: String(location.search.q ?? "") }),
    structuralSharing: true,
  });
  const [text, setText] = useState(q);
  const timer = useRef<number>(undefined);
  const submitted = useRef(q);

  // Back, forward and links change the query without the box.
  useEffect(() => {
    if (q === submitted.current) return;
    submitted.current = q;
    setText(q);
  }, [q]);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  function search(value: string) {
    window.clearTimeout(timer.current);
    const query = value.trim();
    if (query === submitted.current && (pathname === "/" || query === "")) return;
    // Words of one search are one step back.
    const replace = pathname === "/" && submitted.current !== "";
    submitted.current = query;
    void navigate({ to: "/", search: query === "" ? {} : { q: query }, replace });
  }

  function onType(value: string) {
    setText(value);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => search(value), PAUSE);
  }

  return (
    <search>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          search(text);
        }}
      >
        <input
          type="search"
          name="q"
          aria-label="Search products"
          placeholder="Search products"
          autoComplete="off"
          maxLength={200}
          value={text}
          onChange={(event) => onType(event.target.value)}
        />
      </form>
    </search>
  );
}
