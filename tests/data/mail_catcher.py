"""A mail server that keeps what it gets: one JSON file a mail, with the envelope and what python's own parser reads in it.

    mail_catcher.py FOLDER [--certificate PEM --key PEM] [--login USER:PASSWORD] [--refuse ADDRESS] [--later ADDRESS] [--silent]

Writes its port to standard output, then a line for each mail. With a certificate it takes nothing before STARTTLS. `--silent`: it
keeps a mail and never says so.
"""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", type=pathlib.Path)
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments.add_argument("--login")
arguments.add_argument("--refuse", action="append", default=[])
arguments.add_argument("--later", action="append", default=[])
arguments.add_argument("--silent", action="store_true")
given = arguments.parse_args()


def part(of):
    return {
        "name": of.get_filename(),
        "type": of.get_content_type(),
        "base64": base64.b64encode(of.get_payload(decode=True)).decode(),
    }


class Catcher:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in given.refuse:
            return f"550 5.1.1 <{address}>: there is no such box"
        if address in given.later:
            return f"450 4.2.1 <{address}>: the box is busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.count += 1
        kept = {
            "from": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "encrypted": session.ssl is not None,
            "authenticated": session.authenticated,
            "hello": session.host_name,
            "headers": {name: str(value) for name, value in mail.items()},
            "body": mail.get_body(("plain",)).get_content(),
            "attachments": [part(of) for of in mail.iter_attachments()],
            "raw": raw.decode("ascii"),
            "defects": [str(defect) for of in mail.walk() for defect in of.defects],
        }
        (given.folder / f"{self.count}.json").write_text(json.dumps(kept))
        print(self.count, flush=True)
        if given.silent:
            await asyncio.Event().wait()
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    typed = f"{data.login.decode()}:{data.password.decode()}"
    # Not handled: it is the server that says no.
    return AuthResult(success=typed == given.login, handled=False)


async def main():
    tls = None
    if given.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(given.certificate, given.key)
    catcher = Catcher()
    loop = asyncio.get_running_loop()

    def session():
        return SMTP(
            catcher,
            loop=loop,
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=authenticator if given.login else None,
            auth_required=given.login is not None,
            auth_require_tls=tls is not None,
        )

    server = await loop.create_server(session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
