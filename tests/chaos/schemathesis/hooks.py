"""Signs what is sent to the shop as Stripe's, so that more than the signature is looked at."""

import hashlib
import hmac
import os
import time

import requests
import schemathesis

SECRET = os.environ["STRIPE_WEBHOOK_SECRET"].encode()


class SignedByStripe(requests.auth.AuthBase):
    """Sees the bytes as they are sent; two of three requests get the signature that belongs to them."""

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        if isinstance(body, bytes) and len(body) % 3:
            now = str(int(time.time())).encode()
            signature = hmac.new(SECRET, now + b"." + body, hashlib.sha256).hexdigest()
            request.headers["Stripe-Signature"] = f"t={now.decode()},v1={signature}"
        return request


schemathesis.auth.set_from_requests(SignedByStripe()).apply_to(path="/api/v1/webhooks/stripe")
