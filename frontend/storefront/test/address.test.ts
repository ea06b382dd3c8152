// Addresses as forms have them.

import { equal } from "node:assert/strict";
import { test } from "node:test";
import { regionOf } from "../src/components/address.ts";

test("the region of a language is the one where most of its speakers live", () => {
  equal(regionOf("de-CH"), "CH");
  equal(regionOf("de"), "DE");
});

test("a language that is no valid tag has no region", () => {
  for (const language of ["en-US@posix", "", "C"]) equal(regionOf(language), undefined);
});
