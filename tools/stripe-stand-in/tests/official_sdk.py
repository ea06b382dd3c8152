"""Tests the stand-in with Stripe's official SDK.

official_sdk.rs runs it, and passes the URL and the keys of the stand-in as
environment variables.
"""

import http.server
import json
import os
import queue
import threading
import unittest
import urllib.request
import uuid

import stripe

BASE_URL = os.environ["STAND_IN_URL"]
SECRET_KEY = os.environ["STAND_IN_SECRET_KEY"]
PUBLISHABLE_KEY = os.environ["STAND_IN_PUBLISHABLE_KEY"]
WEBHOOK_SECRET = "whsec_local"
# The version that the stand-in implements. The SDK is generated for a later one.
API_VERSION = "2025-09-30.clover"


def client(key=SECRET_KEY):
    return stripe.StripeClient(
        key,
        base_addresses={"api": BASE_URL},
        max_network_retries=0,
        stripe_version=API_VERSION,
    )


def control(method, path, body):
    """Sends a request to the control API of the stand-in."""
    request = urllib.request.Request(
        f"{BASE_URL}/_stand-in/{path}", method=method, data=json.dumps(body).encode()
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


class Intents(unittest.TestCase):
    def setUp(self):
        self.intents = client().v1.payment_intents
        self.order_id = uuid.uuid4().hex

    def create(self, **options):
        params = {
            "amount": 2000,
            "currency": "usd",
            "automatic_payment_methods": {"enabled": True},
            "metadata": {"order_id": self.order_id},
        }
        return self.intents.create(params, options)

    def confirm(self, intent, card="pm_card_visa"):
        params = {"payment_method": card, "return_url": "https://shop.example/return"}
        return self.intents.confirm(intent.id, params)

    def test_create_and_retrieve(self):
        created = self.create()
        self.assertEqual(created.status, "requires_payment_method")
        self.assertEqual(created.metadata["order_id"], self.order_id)
        self.assertTrue(created.automatic_payment_methods.enabled)
        self.assertEqual(self.intents.retrieve(created.id).to_dict(), created.to_dict())
        self.assertTrue(created.last_response.request_id.startswith("req_"))

    def test_confirm_and_expand(self):
        paid = self.confirm(self.create())
        self.assertEqual((paid.status, paid.amount_received), ("succeeded", 2000))
        self.assertIsInstance(paid.latest_charge, str)
        expanded = self.intents.retrieve(paid.id, {"expand": ["latest_charge"]})
        self.assertIsInstance(expanded.latest_charge, stripe.Charge)
        self.assertTrue(expanded.latest_charge.paid)
        self.assertEqual(client().v1.charges.retrieve(paid.latest_charge).amount, 2000)

    def test_a_browser_confirms_with_the_client_secret(self):
        intent = self.create()
        browser = client(PUBLISHABLE_KEY).v1.payment_intents
        secret = {"client_secret": intent.client_secret}
        self.assertEqual(browser.retrieve(intent.id, secret).status, "requires_payment_method")
        paid = browser.confirm(
            intent.id, {"payment_method": "pm_card_visa", "use_stripe_sdk": True, **secret}
        )
        self.assertEqual(paid.status, "succeeded")

    def test_a_declined_card_is_a_card_error(self):
        intent = self.create()
        with self.assertRaises(stripe.CardError) as raised:
            self.confirm(intent, "pm_card_visa_chargeDeclinedInsufficientFunds")
        error = raised.exception
        self.assertEqual((error.http_status, error.code), (402, "card_declined"))
        self.assertEqual(error.user_message, "Your card has insufficient funds.")
        self.assertEqual(error.error.decline_code, "insufficient_funds")
        self.assertEqual(error.error.payment_intent.status, "requires_payment_method")
        intent_after = self.intents.retrieve(intent.id)
        self.assertEqual(intent_after.last_payment_error.decline_code, "insufficient_funds")
        self.assertEqual(self.confirm(intent).status, "succeeded")

    def test_cancel(self):
        intent = self.create()
        canceled = self.intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
        self.assertEqual((canceled.status, canceled.cancellation_reason), ("canceled", "abandoned"))
        with self.assertRaises(stripe.InvalidRequestError) as raised:
            self.intents.cancel(intent.id)
        self.assertEqual(raised.exception.code, "payment_intent_unexpected_state")
        self.assertEqual(raised.exception.error.payment_intent.id, intent.id)

    def test_refund_in_parts(self):
        paid = self.confirm(self.create())
        refunds = client().v1.refunds
        part = refunds.create({"payment_intent": paid.id, "amount": 500})
        self.assertEqual((part.status, part.amount), ("succeeded", 500))
        with self.assertRaises(stripe.InvalidRequestError) as raised:
            refunds.create({"payment_intent": paid.id, "amount": 1501})
        self.assertEqual(raised.exception.param, "amount")
        rest = refunds.create({"charge": paid.latest_charge})
        self.assertEqual(rest.amount, 1500)
        self.assertEqual(refunds.retrieve(rest.id).to_dict(), rest.to_dict())
        listed = refunds.list({"payment_intent": paid.id})
        self.assertEqual([refund.id for refund in listed.data], [rest.id, part.id])
        with self.assertRaises(stripe.InvalidRequestError) as raised:
            refunds.create({"payment_intent": paid.id})
        self.assertEqual(raised.exception.code, "charge_already_refunded")

    def test_list_with_automatic_paging(self):
        created = [self.create().id for _ in range(5)]
        pages = self.intents.list({"limit": 2}).auto_paging_iter()
        self.assertEqual([next(pages).id for _ in created], created[::-1])

    def test_search(self):
        created = [self.create().id for _ in range(3)]
        control("POST", "clock/advance", {"seconds": 60})
        query = f"metadata['order_id']:'{self.order_id}'"
        found = self.intents.search({"query": query, "limit": 2})
        self.assertEqual([intent.id for intent in found.auto_paging_iter()], created[::-1])

    def test_invalid_requests_are_invalid_request_errors(self):
        for params, code, param in [
            ({"currency": "usd"}, "parameter_missing", "amount"),
            ({"amount": "19.99", "currency": "usd"}, "parameter_invalid_integer", "amount"),
            ({"amount": 2000, "currency": "xxx"}, None, "currency"),
        ]:
            with self.assertRaises(stripe.InvalidRequestError) as raised:
                self.intents.create(params)
            error = raised.exception
            self.assertEqual((error.http_status, error.code, error.param), (400, code, param))
        with self.assertRaises(stripe.InvalidRequestError) as raised:
            self.intents.retrieve("pi_none")
        self.assertEqual(
            (raised.exception.http_status, raised.exception.code), (404, "resource_missing")
        )

    def test_an_invalid_key_is_an_authentication_error(self):
        for key in ["sk_test_of_another", PUBLISHABLE_KEY]:
            with self.assertRaises(stripe.AuthenticationError):
                client(key).v1.payment_intents.list()

    def test_idempotency(self):
        key = uuid.uuid4().hex
        first = self.create(idempotency_key=key)
        again = self.create(idempotency_key=key)
        self.assertEqual(again.id, first.id)
        self.assertEqual(again.last_response.headers["Idempotent-Replayed"], "true")
        with self.assertRaises(stripe.IdempotencyError):
            self.intents.create({"amount": 1, "currency": "usd"}, {"idempotency_key": key})

    def test_faults_raise_the_errors_of_the_sdk(self):
        for action, error in [
            ("rate_limit", stripe.RateLimitError),
            ("error_before", stripe.APIError),
            ("drop_before", stripe.APIConnectionError),
        ]:
            control("POST", "faults", {"path": "/v1/payment_intents", "action": action})
            with self.assertRaises(error):
                self.create()

    def test_the_sdk_retries_a_lost_response_without_a_second_intent(self):
        control("POST", "faults", {"path": "/v1/payment_intents", "action": "drop_after"})
        retrying = stripe.StripeClient(
            SECRET_KEY,
            base_addresses={"api": BASE_URL},
            max_network_retries=1,
            stripe_version=API_VERSION,
        )
        metadata = {"order_id": self.order_id}
        created = retrying.v1.payment_intents.create(
            {"amount": 2000, "currency": "usd", "metadata": metadata}
        )
        control("POST", "clock/advance", {"seconds": 60})
        found = self.intents.search({"query": f"metadata['order_id']:'{self.order_id}'"})
        self.assertEqual([intent.id for intent in found.data], [created.id])


class Webhooks(unittest.TestCase):
    def setUp(self):
        received = queue.Queue()

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                received.put((raw, self.headers["Stripe-Signature"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.received = received
        self.receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=self.receiver.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{self.receiver.server_address[1]}/"
        control("PUT", "webhook", {"url": url, "secret": WEBHOOK_SECRET})

    def tearDown(self):
        self.receiver.shutdown()
        self.receiver.server_close()

    def test_the_sdk_accepts_a_webhook_and_rejects_a_forged_one(self):
        created = client().v1.payment_intents.create({"amount": 2000, "currency": "usd"})
        raw, signature = self.received.get(timeout=20)
        event = stripe.Webhook.construct_event(raw, signature, WEBHOOK_SECRET)
        self.assertEqual(event.type, "payment_intent.created")
        self.assertIsInstance(event.data.object, stripe.PaymentIntent)
        self.assertEqual(event.data.object.id, created.id)
        listed = client().v1.events.retrieve(event.id)
        self.assertEqual(listed.to_dict(), event.to_dict())
        for forged in [
            (raw.replace(b"2000", b"2001"), signature, WEBHOOK_SECRET),
            (raw, signature, "whsec_of_another"),
            (raw, signature.replace("t=1", "t=2"), WEBHOOK_SECRET),
        ]:
            with self.assertRaises(stripe.SignatureVerificationError):
                stripe.Webhook.construct_event(*forged)


if __name__ == "__main__":
    unittest.main(verbosity=2)
