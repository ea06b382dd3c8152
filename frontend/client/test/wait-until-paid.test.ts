// Waiting for a payment ends when its result is known.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createShop, isProblem, UnpaidError, type UnpaidReason, waitUntilPaid } from "../src/index.ts";
import { baseUrl, fakeFetch, json, problem, settle } from "./fake-shop.ts";

const declined = { code: "card_declined", message: "Your card was declined." };
const pending = { status: "pending", order_number: "FC-1", payment: { status: "requires_payment", failure: null } };
const failed = { ...pending, payment: { status: "failed", failure: declined } };
const paid = { ...pending, status: "processing", payment: { status: "succeeded", failure: null } };
const cancelled = { ...pending, status: "cancelled", payment: { status: "canceled", failure: null } };

/** Waits for an order that is in these states in turn, and afterwards in the last one. Time passes by ticks. */
function waiting(context: TestContext, states: object[], options: { signal?: AbortSignal; timeout?: number } = {}) {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { fetch, requests } = fakeFetch(() => json(states[Math.min(requests.length, states.length) - 1]));
  const result = waitUntilPaid(createShop({ baseUrl, fetch }), "o1", options);
  result.catch(() => {});
  const pass = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 100) {
      await settle();
      context.mock.timers.tick(100);
    }
    await settle();
  };
  return { result, requests, pass };
}

function isUnpaid(reason: UnpaidReason["reason"]) {
  return (error: unknown) => error instanceof UnpaidError && error.details.reason === reason;
}

test("a paid order is returned", async (context) => {
  const { result, requests, pass } = waiting(context, [pending, pending, pending, paid]);
  await pass(3_000);
  assert.equal((await result).status, "processing");
  assert.equal(requests.length, 4);
  assert.equal(requests[0], "GET /orders/o1");
});

test("waits become longer, up to five seconds", async (context) => {
  const { result, requests, pass } = waiting(context, [pending], { timeout: 60_000 });
  await pass(1_300);
  assert.equal(requests.length, 3);
  await pass(60_000);
  await assert.rejects(result, isUnpaid("timeout"));
  assert.ok(requests.length > 12 && requests.length < 22, `${requests.length}`);
});

test("a declined card and a cancelled order are reported at once", async (context) => {
  const declinedOrder = waiting(context, [pending, failed]);
  await declinedOrder.pass(600);
  await assert.rejects(declinedOrder.result, (error) => {
    assert.ok(error instanceof UnpaidError && error.details.reason === "failed");
    assert.equal(error.details.failure.code, "card_declined");
    return true;
  });
  context.mock.timers.reset();
  const cancelledOrder = waiting(context, [cancelled]);
  await assert.rejects(cancelledOrder.result, isUnpaid("cancelled"));
  assert.equal(cancelledOrder.requests.length, 1);
});

test("the failure of an earlier attempt does not end the wait for the next one", async (context) => {
  const { result, pass } = waiting(context, [failed, failed, failed, paid]);
  await pass(3_000);
  assert.equal((await result).payment.status, "succeeded");
});

test("the failure of an earlier attempt counts after ten seconds", async (context) => {
  const { result, pass } = waiting(context, [failed]);
  await pass(16_000);
  await assert.rejects(result, isUnpaid("failed"));
});

test("another failure than that of an earlier attempt counts at once", async (context) => {
  const expired = { code: "expired_card", message: "Your card has expired." };
  const again = { ...pending, payment: { status: "failed", failure: expired } };
  const { result, pass } = waiting(context, [failed, again]);
  await pass(600);
  await assert.rejects(result, isUnpaid("failed"));
});

test("an abort ends the wait, and leaves no request", async (context) => {
  const controller = new AbortController();
  const { result, requests, pass } = waiting(context, [pending], { signal: controller.signal });
  await pass(200);
  controller.abort(new Error("left the page"));
  await assert.rejects(result, /left the page/);
  await pass(10_000);
  assert.equal(requests.length, 1);
});

test("a failed request ends the wait", async () => {
  const { fetch } = fakeFetch(() => problem(404, "not_found"));
  await assert.rejects(waitUntilPaid(createShop({ baseUrl, fetch }), "o1"), (error) => isProblem(error, "not_found"));
});
