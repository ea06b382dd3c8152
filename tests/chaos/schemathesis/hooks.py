"""Signs webhook requests as Stripe does, so that the shop does not reject all of them for their signature."""

import hashlib
import hmac
import os
import time

import requests
import schemathesis

SECRET = os.environ["STRIPE_WEBHOOK_SECRET"].encode()


class SignedByStripe(requests.auth.AuthBase):
    """Adds a valid signature to two of three requests. It runs when the body is final."""

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        if isinstance(body, bytes) and len(body) % 3:
            now = str(int(time.time())).encode()
            signature = hmac.new(SECRET, now + b"." + body, hashlib.sha256).hexdigest()
            request.headers["Stripe-Signature"] = f"t={now.decode()},v1={signature}"
        return request


schemathesis.auth.set_from_requests(SignedByStripe()).apply_to(path="/webhooks/stripe")
