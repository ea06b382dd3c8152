import { Link } from "@tanstack/react-router";
import { PageHeading } from "../components/PageHeading.tsx";

export function NotFound() {
  return (
    <>
      <PageHeading>This page does not exist</PageHeading>
      <p>
        It may have moved. <Link to="/">Go to all products</Link>
      </p>
    </>
  );
}
