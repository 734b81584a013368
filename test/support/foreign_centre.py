"""A short message service centre whose PDUs are read and written by aiosmpplib, steered by lines of JSON."""

import asyncio
import json
import sys

from aiosmpplib import (
    BindTransceiver,
    BindTransceiverResp,
    DeliverSm,
    EnquireLink,
    EnquireLinkResp,
    PhoneNumber,
    SmppCommand,
    SmppCommandStatus,
    SmppMessage,
    SubmitSm,
    SubmitSmResp,
    UnbindResp,
)

PASSWORD = 'secret'
HEADER = 16
clients = {}
count = 0


def say(**event):
    print(json.dumps(event), flush=True)


def take_bind(bind, answers):
    right = bind.password == PASSWORD
    say(bind=bind.system_id, right=right, version=bind.interface_version)
    status = SmppCommandStatus.ESME_ROK if right else SmppCommandStatus.ESME_RINVPASWD
    answers.write(
        BindTransceiverResp(sequence_num=bind.sequence_num, command_status=status, system_id='others').pdu()
    )
    if right:
        clients['bound'] = answers


def take_submit(submit, answers):
    global count
    count += 1
    reference = f'others-{count}'
    say(
        submit=reference,
        text=submit.short_message,
        payload=submit.message_payload,
        encoding=submit.encoding or 'gsm0338',
        to=submit.destination.number,
        sender=submit.source.number,
        receipt=submit.registered_delivery,
        validity=None if submit.validity_period is None else submit.validity_period.total_seconds(),
    )
    answers.write(SubmitSmResp(sequence_num=submit.sequence_num, message_id=reference).pdu())


async def serve(requests, answers):
    try:
        while True:
            head = await requests.readexactly(HEADER)
            header = SmppMessage.parse_header(head)
            pdu = head + await requests.readexactly(header.pdu_length - HEADER)
            command = header.smpp_command
            if command == SmppCommand.BIND_TRANSCEIVER:
                take_bind(BindTransceiver.from_pdu(pdu, header), answers)
            elif command == SmppCommand.SUBMIT_SM:
                take_submit(SubmitSm.from_pdu(pdu, header, 'gsm0338'), answers)
            elif command == SmppCommand.ENQUIRE_LINK:
                say(enquired='by the client')
                answers.write(EnquireLinkResp(sequence_num=header.sequence_num).pdu())
            elif command == SmppCommand.UNBIND:
                say(unbound=True)
                answers.write(UnbindResp(sequence_num=header.sequence_num).pdu())
            else:
                say(answered=command.name, status=int(header.command_status))
            await answers.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        answers.close()


def deliver(sequence, reference, stat):
    text = DeliverSm.encode_receipt({'id': reference, 'sub': 1, 'dlvrd': 1, 'stat': stat, 'err': 0, 'text': 'Your code'})
    message = DeliverSm(
        sequence_num=sequence,
        short_message=text,
        source=PhoneNumber('491701234567'),
        destination=PhoneNumber('Example'),
        esm_class=0b00000100,
        registered_delivery=0,
    )
    message.set_encoding_info('gsm0338', None)
    return message.pdu()


async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    say(port=server.sockets[0].getsockname()[1])
    loop = asyncio.get_running_loop()
    sequence = 0
    # Ends with whoever started it, however that ends.
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        sequence += 1
        if 'receipt' in order:
            clients['bound'].write(deliver(sequence, order['receipt'], order['stat']))
        else:
            clients['bound'].write(EnquireLink(sequence_num=sequence).pdu())


asyncio.run(main())
