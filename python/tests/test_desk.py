"""The client against a desk that runs: `cargo test -p offtake-server --test python` opens one and says where it is."""

from __future__ import annotations

import os
import socket
import threading
import unittest

from offtake_desk import (
    Desk,
    Forbidden,
    Invalid,
    Missing,
    NoAnswer,
    Refused,
    Unauthorized,
)

URL = os.environ["OFFTAKE_DESK_URL"]
ADMIN = os.environ["OFFTAKE_DESK_ADMIN"]
START = "2040-01-01T00:00:00Z"


def admin() -> Desk:
    return Desk(URL, ADMIN)


def tenant(name: str) -> Desk:
    """A tenant's own desk; its token is made anew."""
    desk = admin()
    desk.put_tenant(name, {"name": name})
    made = desk.make_token({"name": f"{name}-token", "role": "tenant", "tenant": name})
    return Desk(URL, made["secret"])


class Losing(threading.Thread):
    """A line to the desk that loses the first `lost` answers after the desk gave them."""

    def __init__(self, lost: int) -> None:
        super().__init__(daemon=True)
        self.lost = lost
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.start()

    def run(self) -> None:
        host, port = URL.removeprefix("http://").split(":")
        while True:
            near, _ = self.listener.accept()
            with near, socket.create_connection((host, int(port))) as far:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += near.recv(65536)
                head, _, body = request.partition(b"\r\n\r\n")
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                while len(body) < length:
                    body += near.recv(65536)
                far.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
                answer = b"".join(iter(lambda: far.recv(65536), b""))
                self.lost -= 1
                if self.lost < 0:
                    near.sendall(answer)


class TestDesk(unittest.TestCase):
    def test_a_wish_becomes_a_commitment_and_is_given_back(self) -> None:
        desk = tenant("wish")
        self.assertEqual(desk.me(), {"name": "wish-token", "role": "tenant", "tenant": "wish"})
        quote = desk.quote({"gpus": 2, "hours": 2, "earliest": START, "joint": True})
        self.assertTrue(quote["is_offered"])
        way = quote["alternatives"][0]
        held = desk.hold({"parts": way["parts"], "minutes": 10, "why": "a trial"})
        self.assertEqual((held["state"], held["parts"]), ("held", way["parts"]))
        done = desk.confirm(held["id"], {"why": "signed"}, if_match=held["version"])
        self.assertEqual(done["state"], "committed")
        with self.assertRaises(Refused) as changed:
            desk.change(held["id"], {"gpus": 1}, if_match=held["version"])
        self.assertEqual(changed.exception.status, 412)
        self.assertIn(held["id"], [promise["id"] for promise in desk.commitments()])
        self.assertEqual(desk.release(held["id"])["state"], "released")
        self.assertTrue(admin().audit()["is_sound"])

    def test_lists_are_followed_page_by_page(self) -> None:
        desk = tenant("pages")
        made = [
            desk.hold({"wish": {"gpus": 1, "hours": 1, "earliest": "2041-01-01T00:00:00Z"}, "minutes": 10})["id"]
            for _ in range(5)
        ]
        self.assertEqual([hold["id"] for hold in desk.holds(limit=2)], sorted(made))

    def test_what_is_wrong_comes_at_once_as_an_exception(self) -> None:
        desk = tenant("wrong")
        with self.assertRaises(Invalid) as wrong:
            desk.quote({"gpus": 0, "hours": -1, "earliest": "tomorrow", "by": "luck"})
        fields = {finding["field"] for finding in wrong.exception.findings}
        self.assertLessEqual({"gpus", "hours", "earliest", "by"}, fields)
        self.assertIn("gpus: is 0", str(wrong.exception))
        with self.assertRaises(Forbidden):
            desk.tokens()
        with self.assertRaises(Missing):
            desk.promise("../../healthz")
        with self.assertRaises(Unauthorized):
            Desk(URL, "offtake_0").me()
        with self.assertRaises(ValueError):
            Desk("127.0.0.1:7380", ADMIN)

    def test_a_refusal_has_its_reasons(self) -> None:
        desk = tenant("refused")
        admin().put_tenant("refused", {"name": "refused", "quota": 1})
        with self.assertRaises(Refused) as no:
            desk.hold({"wish": {"gpus": 2, "hours": 1, "earliest": "2042-01-01T00:00:00Z"}, "minutes": 10})
        self.assertEqual([reason["kind"] for reason in no.exception.objections], ["over-quota"])
        refused = desk.quote({"gpus": 1000, "hours": 1, "earliest": START})
        self.assertIn("fewer_gpus", refused["refusal"] or {})

    def test_an_answer_that_is_lost_is_asked_for_again_and_done_once(self) -> None:
        desk = tenant("lost")
        secret = desk._token
        wish = {"gpus": 1, "hours": 1, "earliest": "2043-01-01T00:00:00Z"}
        held = Desk(Losing(2).url, secret).hold({"wish": wish, "minutes": 10})  # type: ignore[typeddict-item]
        self.assertEqual([hold["id"] for hold in desk.holds()], [held["id"]])
        once = Desk(Losing(1).url, secret, tries=1)
        with self.assertRaises(NoAnswer) as silence:
            once.release(held["id"])
        key = silence.exception.key
        # It was done; with the key the first answer comes, without it the desk says that nothing is left.
        self.assertEqual(desk.release(held["id"], key=key)["state"], "released")
        with self.assertRaises(Refused):
            desk.release(held["id"])

    def test_a_desk_that_is_not_there_is_no_answer(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with self.assertRaises(NoAnswer):
            Desk(f"http://127.0.0.1:{port}", ADMIN, tries=1).me()

    def test_events_come_as_they_happen(self) -> None:
        desk = tenant("events")
        heard = threading.Event()
        kinds: list[str] = []

        def listen() -> None:
            for event in desk.events():
                kinds.append(event["kind"])
                heard.set()
                return

        threading.Thread(target=listen, daemon=True).start()
        # It has to listen before something happens, so things happen until it has heard one.
        while not heard.wait(0.05):
            held = desk.hold({"wish": {"gpus": 1, "hours": 1, "earliest": "2044-01-01T00:00:00Z"}, "minutes": 10})
            desk.release(held["id"])
        self.assertIn(kinds[0], ("held", "released"))


if __name__ == "__main__":
    unittest.main()
