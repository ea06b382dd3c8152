"""Signs webhook requests as Stripe does, so that the shop does not reject all of them for their signature, and makes files to import."""

import hashlib
import hmac
import os
import time

import requests
import schemathesis
from hypothesis import strategies as st

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


HEADER = "name,category,base_price,sku,stock_quantity,tags\n"
CELL = st.text(max_size=20).map(lambda text: '"' + text.replace('"', '""') + '"')
NAMED = st.tuples(CELL, CELL, st.sampled_from(["5", "19.90", "-1", "free"]), st.from_regex(r"\A[A-Z0-9-]{1,8}\Z"), CELL, CELL)
ROWS = st.lists(NAMED.map(lambda cells: ",".join(cells) + "\n"), max_size=5).map("".join)
TABLE = ROWS.map(lambda rows: HEADER + rows)
TEXT = st.text(max_size=200)


def encode(text):
    return text.encode("utf-8", "surrogatepass")


# Tables with good and bad rows, and any other text.
schemathesis.openapi.media_type("text/csv", st.one_of(TABLE, TEXT.map(lambda text: HEADER + text), TEXT).map(encode))
schemathesis.openapi.media_type("application/x-ndjson", st.one_of(TEXT, TEXT.map(lambda text: '{"name":' + text + "}")).map(encode))
