import { expect } from 'chai';
import fc from 'fast-check';
import { failureIn, recipientsOf } from '../../src/notify/delivery-report.ts';
import { report } from '../support/returned-mail.ts';

describe('a report of a mail server', () => {
  it('tells why a mail could not be delivered for good, as a status code', () => {
    expect(failureIn(report())).to.equal('5.1.1');
    expect(failureIn(report({ action: 'Failed (for good)', status: '5.7.509 (refused)' }))).to.equal('5.7.509');
    expect(failureIn(report().replaceAll('\r\n', '\n'))).to.equal('5.1.1');
    expect(failureIn(report().replace('message/delivery-status', 'message/global-delivery-status'))).to.equal('5.1.1');
  });

  it('counts only where it says that the delivery failed for good', () => {
    expect(failureIn(report({ action: 'delayed' }))).to.equal(undefined);
    expect(failureIn(report({ status: '4.4.7' }))).to.equal(undefined);
    expect(failureIn(report({ action: 'relayed', status: '2.0.0' }))).to.equal(undefined);
    expect(failureIn(report({ status: '5.1.1.1' }))).to.equal(undefined);
    expect(failureIn(report({ status: '55.1.1' }))).to.equal(undefined);
  });

  it('is no report where it is an answer, a forwarded report or a sentence', () => {
    expect(failureIn(report().replace('multipart/report', 'multipart/mixed'))).to.equal(undefined);
    expect(failureIn(report().replace('report-type=delivery-status', 'report-type=feedback-report'))).to.equal(
      undefined,
    );
    expect(failureIn('Subject: out of office\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n')).to.equal(undefined);
    const forwarded = `Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n${report()}\r\n--x--\r\n`;
    expect(failureIn(forwarded)).to.equal(undefined);
  });

  it('is read whatever bytes it is made of, and never throws', () => {
    const words = [
      '--=_9d1f',
      'Action: failed',
      'Status: 5.1.1',
      'Content-Type: ',
      'boundary="',
      ';',
      ':',
      '\r\n',
      ' ',
      '"',
    ];
    const line = fc.oneof(fc.constantFrom(...words), fc.string());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.nat(), (pieces, at) => {
        const whole = report();
        const cut = at % whole.length;
        for (const mail of [
          pieces.join('\n'),
          pieces.join(''),
          whole.slice(0, cut) + pieces.join('\n') + whole.slice(cut),
        ]) {
          const status = failureIn(mail);
          expect(status === undefined || /^5\.\d{1,3}\.\d{1,3}$/.test(status)).to.equal(true);
          expect(recipientsOf(mail)).to.be.an('array');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes time in proportion to its length, also where it is all of one kind', () => {
    const size = 200_000;
    const head = 'Content-Type: multipart/report; report-type=delivery-status; boundary=x\n';
    for (const piece of [
      ' ',
      '\n',
      ':',
      ';',
      '"',
      '--x\n',
      '--x\n\n',
      'a@',
      'a',
      '\n\t',
      'Content-Type: message/delivery-status;',
    ]) {
      const mail = head + piece.repeat(size / piece.length);
      expect([failureIn(mail), failureIn(piece.repeat(size / piece.length))]).to.deep.equal([undefined, undefined]);
      recipientsOf(`To: ${mail}`);
    }
  }).timeout(20_000);

  it('gives the addresses that it may have been delivered to', () => {
    const mail =
      'Delivered-To: bounces+a-b@example.org\nTo: "x" <bounces+c-d@example.org>,\n e@example.org\n\nTo: no@example.org';
    expect(recipientsOf(mail)).to.deep.equal(['bounces+a-b@example.org', 'bounces+c-d@example.org', 'e@example.org']);
  });
});
