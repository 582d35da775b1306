package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/** Who a delivery was for and what became of it, whatever addresses and replies hold. */
class PostfixDeliveryTest {
  private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");
  private static final String SENT = "relay=mx.d[198.51.100.1]:25, delay=1, status=sent (250 ok)";

  private final PostfixDelivery deliveries = new PostfixDelivery(new Words());

  private Recipient read(String text, String daemon) {
    return deliveries.parse(LineBytes.of("x" + text), 1, daemon, TIME);
  }

  private Recipient fate(String fields) {
    return read("to=<c@d>, " + fields, "smtp");
  }

  /** A template may put blanks behind a line. */
  @Test
  void blanksBehindTheReplyAreNoneOfIt() {
    Recipient recipient = fate("relay=m[1.2.3.4]:25, delay=1, status=bounced (550 no (sorry) )  ");
    assertEquals(Outcome.BOUNCED, recipient.outcome());
    assertEquals("550 no (sorry) ", recipient.reply());
    assertNull(fate("relay=m[1.2.3.4]:25, delay=1, status=sent (   "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "to=<c@d>, |c@d|-",
        "to=<e@f>, orig_to=<c@d>, |c@d|e@f",
        "to=<\"c d\"@e>, |\"c d\"@e|-",
        "to=<\"c>, relay=x, delay=1, status=bounced (\"@e>, |\"c>, relay=x, delay=1, status=bounced"
            + " (\"@e|-",
        "to=<\"c\\\">, \\\\\"@e>, |\"c\\\">, \\\\\"@e|-",
        "to=<\"c\">, |\"c\"|-",
        "to=<e@f>, orig_to=<\"c>, relay=\"@d>, |\"c>, relay=\"@d|e@f",
        "to=<\"e>, orig_to=<v@w\"@f>, orig_to=<c@d>, |c@d|\"e>, orig_to=<v@w\"@f",
        "to=<c d@e>, |c d@e|-",
        "to=<c<d@e>, |c<d@e|-",
        "to=<c,d@e>, |c,d@e|-",
        "to=<\"c\"d@e>, |\"c\"d@e|-",
        "to=<c>d@e>, |c>d@e|-",
        "to=<e@f>, orig_to=<c d@e>, |c d@e|e@f",
        "to=c@d, |c@d|-",
        "to=e@f, orig_to=c@d, |c@d|e@f",
        "to=\u00fc@d, |\u00fc@d|-",
        "to=e@f, orig_to=\u00fc@d, |\u00fc@d|e@f",
      })
  void whoItWasFor(String to, String address, String last) {
    for (String daemon : new String[] {"smtp", null}) {
      Recipient recipient = read(to + ' ' + SENT, daemon);
      assertNotNull(recipient);
      assertEquals(address, recipient.address());
      assertEquals(last, recipient.finalAddress());
      assertEquals(Outcome.DELIVERED, recipient.outcome());
      assertEquals("mx.d[198.51.100.1]:25", recipient.nextHop());
      assertEquals("250 ok", recipient.reply());
      assertEquals(TIME, recipient.time());
      assertEquals(daemon == null ? null : Boolean.FALSE, recipient.local());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "to=<c@d> ",
        "to=<c@d>, orig_to=<e@f> ",
        "to=<c@d>, orig_to=e@f, ",
        "to=c d@e, ",
        "to=c@d, orig_to=<e@f>, ",
        "orig_to=<c@d>, ",
        " to=<c@d>, ",
        "to=<c@Nov 23 10:00:00 mail postfix/smtp[7]: ABCDEF: to=<e@f>, ",
        "to=<c@d>, relay=Nov 23 10:00:00 mail postfix/smtp[7]: ABCDEF: to=<e@f>, orig_to=<g@h>, ",
      })
  void whatNamesNoRecipient(String to) {
    assertNull(read(to + SENT, "smtp"));
  }

  /** amavisd and Proxmox's filter take such a message only to throw it away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "250 2.7.0 Ok, discarded, id=04711-02 - spam|DISCARDED",
        "250 2.7.0 Ok, discarded, id=04711-02-3 - INFECTED: Eicar (x)|DISCARDED",
        "250 2.7.1 Ok, discarded, UBE, id=04711-02|DISCARDED",
        "250 2.7.0 BLOCKED (5F1A2B3C4D5E6)|DISCARDED",
        "250 2.7.0 BLOCKED (nothing)|DELIVERED",
        "250 2.0.0 from MTA: 250 2.7.0 Ok, discarded, id=1 - spam|DELIVERED",
        "250 2.7.0 Ok|DELIVERED",
      })
  void whatAFilterThrowsAwayIsNotDelivered(String reply, Outcome outcome) {
    Recipient recipient =
        fate("relay=127.0.0.1[127.0.0.1]:10024, delay=1, dsn=2.7.0, status=sent (" + reply + ")");
    assertEquals(outcome, recipient.outcome());
    assertEquals(reply, recipient.reply());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "sent,mx[192.0.2.1]:25,DELIVERED",
        "sent,none,DISCARDED",
        "deferred,mx[192.0.2.1]:25,DEFERRED",
        "SOFTBOUNCE,mx[192.0.2.1]:25,DEFERRED",
        "bounced,none,BOUNCED",
        "expired,none,EXPIRED",
        "deliverable,mx[192.0.2.1]:25,-",
        "undeliverable,mx[192.0.2.1]:25,-",
        "Sent,mx[192.0.2.1]:25,-",
        "sentsentsentsentsentsent,mx[192.0.2.1]:25,-",
      })
  void whatBecameOfIt(String status, String relay, Outcome outcome) {
    Recipient recipient =
        fate("relay=" + relay + ", delay=1, status=" + status + " (250 Ok: queued as 4F1A2B3C4D)");
    assertEquals(outcome, recipient == null ? null : recipient.outcome());
    if (recipient != null) {
      assertEquals(outcome == Outcome.DELIVERED ? "4F1A2B3C4D" : null, recipient.nextHopId());
      assertEquals(relay.equals("none") ? null : relay, recipient.nextHop());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "relay=mx, delay=1, status=sent (x)|-",
        "relay=mx, conn_use=2, delay=1.5, delays=0.1/0/0/1.4, dsn=2.0.0, status=sent (x)|2.0.0",
        "relay=mx, delay=1, dsn=5.123.999, status=sent (x)|5.123.999",
        "relay=mx, delay=1, tls=a/b, dsn=4.7.1, status=sent (x)|4.7.1",
        "relay=mx, delay=1, tls=, dsn=4.7.1, later_x=y, status=sent (x)|4.7.1",
        "relay=mx, delay=1, status=x, dsn=4.7.1, status=sent (x)|4.7.1",
        "relay=mx, delay=-1, delays=-0.1/0/0/0, dsn=2.0.0, status=sent (x)|2.0.0",
        "relay=mx, delay=1, dsn=2.0.0, dsn=5.0.0, status=sent (x)|2.0.0",
        "relay=mx, delay=1, dsn=3.0.0, status=sent (x)|-",
        "relay=mx, delay=1, dsn=2.0, status=sent (x)|-",
        "relay=mx, delay=1, dsn=2.1234.0, status=sent (x)|-",
        "relay=mx, delay=1, dsn=2..0, status=sent (x)|-",
      })
  void theStatus(String fields, String status) {
    Recipient recipient = fate(fields);
    assertNotNull(recipient);
    assertEquals(status, recipient.status());
    assertEquals("x", recipient.reply());
    assertEquals("mx", recipient.nextHop());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relay=mx, status=sent (x)",
        "relay=mx, delay=, status=sent (x)",
        "relay=mx, delay=x, status=sent (x)",
        "relay=, delay=1, status=sent (x)",
        "relay=m x, delay=1, status=sent (x)",
        "relay=mx delay=1, status=sent (x)",
        "rely=mx, delay=1, status=sent (x)",
        "relay=mx, delay=1, Tls=x, status=sent (x)",
        "relay=mx, delay=1, t2=x, status=sent (x)",
        "relay=mx, delay=1, =x, status=sent (x)",
        "relay=mx, delay=1, tls=x y, status=sent (x)",
        "relay=mx, delay=1,tls=x, status=sent (x)",
        "relay=mx, delay=1, status=sent (x",
        "relay=mx, delay=1, status=sent x)",
        "relay=mx, delay=1, status= (x)",
        "relay=mx, delay=1, status=sent",
        "relay=mx, delay=1, status=sent (",
        "relay=mx, delay=1",
      })
  void whatDoesNotReadIsNobodysFate(String fields) {
    assertNull(fate(fields));
  }

  /** Who holds the mailbox. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "local,local,true",
        "virtual,virtual,true",
        "local,-,true",
        "d[private/dovecot-lmtp],lmtp,true",
        "d[/var/run/lmtp],-,true",
        "d/x[192.0.2.1],lmtp,-",
        "d/x[192.0.2.1],smtp,false",
        "private/x],lmtp,-",
        "dovecot,pipe,-",
        "mx[192.0.2.1]:25,smtp,false",
        "mx[192.0.2.1]:25,lmtp,-",
        "none,smtp,-",
        "none,error,-",
      })
  void whoseMachineTookIt(String relay, String daemon, Boolean local) {
    Recipient recipient =
        read("to=<c@d>, relay=" + relay + ", delay=1, status=deferred (x)", daemon);
    assertEquals(local, recipient.local());
  }

  @Test
  void lengths() {
    String address = "x".repeat(998) + "@d";
    assertEquals(address, read("to=<" + address + ">, " + SENT, "smtp").address());
    assertNull(read("to=<x" + address + ">, " + SENT, "smtp"));
    assertEquals(
        address, read("to=<" + address + ">, orig_to=<c@d>, " + SENT, "smtp").finalAddress());
    assertNull(read("to=<x" + address + ">, orig_to=<c@d>, " + SENT, "smtp").finalAddress());
    String reply = "y".repeat(1000);
    assertEquals(reply, fate("relay=mx, delay=1, status=sent (" + reply + ")").reply());
    assertEquals(reply, fate("relay=mx, delay=1, status=sent (" + reply + "z)").reply());
    String relay = "r".repeat(512);
    assertEquals(relay, fate("relay=" + relay + ", delay=1, status=sent (x)").nextHop());
    assertNull(fate("relay=r" + relay + ", delay=1, status=sent (x)"));
    String value = "v".repeat(200);
    assertNotNull(fate("relay=mx, delay=1, tls=" + value + ", status=sent (x)"));
    assertNull(fate("relay=mx, delay=1, tls=v" + value + ", status=sent (x)"));
    String name = "n".repeat(30);
    assertNotNull(fate("relay=mx, delay=1, " + name + "=v, status=sent (x)"));
    assertNull(fate("relay=mx, delay=1, n" + name + "=v, status=sent (x)"));
  }

  /** One reply follows itself, of one recipient that was delivered and of another that was not. */
  @Test
  void theReplyOfTheLineBefore() {
    String reply = " (250 2.0.0 Ok: queued as 4F1A2B3C4D)";
    String head = "relay=mx[192.0.2.1]:25, delay=1, status=";
    assertNull(fate(head + "deferred" + reply).nextHopId());
    assertEquals("4F1A2B3C4D", fate(head + "sent" + reply).nextHopId());
    assertEquals("4F1A2B3C4D", fate(head + "sent" + reply).nextHopId());
    assertNull(fate(head + "bounced" + reply).nextHopId());
    assertEquals("4F1A2B3C4E", fate(head + "sent" + reply.replace("4D", "4E")).nextHopId());
    assertNull(fate(head + "sent (250 ok)").nextHopId());
    assertEquals("250 ok", fate(head + "sent (250 ok)").reply());
  }

  /** The other server says what reads like fields and recipients. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "250 ok>, relay=v, delay=1, status=bounced (x)",
        "450 x) to=<v@w>, relay=v, delay=1, status=sent (250 ok",
        "250 ok, dsn=5.0.0, status=bounced (x",
        "",
      })
  void aReplyIsNoField(String reply) {
    Recipient recipient = fate("relay=mx, delay=1, dsn=4.2.0, status=deferred (" + reply + ")");
    assertEquals("c@d", recipient.address());
    assertEquals(Outcome.DEFERRED, recipient.outcome());
    assertEquals("4.2.0", recipient.status());
    assertEquals("mx", recipient.nextHop());
    assertEquals(reply, recipient.reply());
    assertNull(recipient.nextHopId());
  }
}
