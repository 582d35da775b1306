package org.whosent.indexer.log.exim;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** What became of which recipient, and what other servers' words are taken for. */
class EximDeliveryTest {
  private static final String HEAD = "2026-11-23 15:54:07 1xVWMp-00006e-1u ";
  private final Lines lines = new Lines("exim");

  private Recipient read(String delivery) {
    SubmissionRecord facts = lines.one(HEAD + delivery);
    assertNotNull(facts, delivery);
    assertEquals("1xVWMp-00006e-1u", facts.transactionId());
    assertNull(facts.user());
    assertNull(facts.origin());
    assertEquals(1, facts.recipients().size());
    Recipient recipient = facts.recipients().getFirst();
    assertEquals(Instant.parse("2026-11-23T15:54:07Z"), recipient.time());
    return recipient;
  }

  /** Beside the address: where the line says that it led, and whose machine took it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "=> c@d R=r T=t|c@d|-|true|t",
        "=> c@d F=<a@b> P=<a@b> R=r T=t S=5|c@d|-|true|t",
        "=> c@d F=<> Q=q SRS=<x@y> P=<> R=r T=t|c@d|-|true|t",
        "=> c@d R=r T=t H=mx.d [198.51.100.1]:25|c@d|-|false|mx.d[198.51.100.1]:25",
        "=> c@d R=r T=t H=mx.d [198.51.100.1]:25* X=TLS1.3:C:256 CV=yes DN=\"a b\" K* L* C=\"ok\""
            + "|c@d|-|false|mx.d[198.51.100.1]:25",
        "=> c@d R=r T=t H=mx.d [2001:db8::1] I=[192.0.2.1] PRDR TFO DSN=no ST=s A=x DS L K TFO*"
            + " PRX=192.0.2.3|c@d|-|false|mx.d[2001:db8::1]",
        "=> c@d R=r T=t H=mx.d [198.51.100.1]:25 I=[192.0.2.1]:9 PS=esea X=TLS1.3:C:256:X25519"
            + " DSN=yes C=\"ok\" QT=1s|c@d|-|false|mx.d[198.51.100.1]:25",
        ">> c@d R=r T=t H=mx.d [198.51.100.1] PS= C=\"ok\"|c@d|-|false|mx.d[198.51.100.1]",
        "=> c@d R=r T=t H=mx.d [198.51.100.1] X=TLS1.3:C:256* CV=no DN=\"/C=DE/CN=a \"b\"\\\" L K"
            + " C=\"ok\"|c@d|-|false|mx.d[198.51.100.1]",
        "=> c@d R=r T=t H=mx.d|c@d|-|true|mx.d",
        "=> c@d R=r T=t H=lo [127.0.0.1]:24|c@d|-|-|lo[127.0.0.1]:24",
        "=> carol <c@d> R=r T=t|c@d|carol|true|t",
        "=> carol <c@d> D=localuser T=t|c@d|carol|true|t", // Exim 3
        "=> carol <carol@d> R=r T=t|carol@d|-|true|t",
        "=> CAROL <carol@d> R=r T=t|carol@d|-|true|t",
        "=> carol@d <carol@d> R=r T=t|carol@d|-|true|t",
        "=> e@f <c@d> R=r T=t|c@d|e@f|true|t",
        "=> e@f (g@h) <c@d> R=r T=t|c@d|e@f|true|t",
        "=> e@f (g@h, i@j) <c@d> R=r T=t|c@d|e@f|true|t",
        "=> c@d (g@h) R=r T=t|c@d|-|true|t",
        "=> x+e - f (\"X+E - F\"@g, h@g) <h@g> SRS=<s@t> R=r T=t C=\"250 <x> ok\"|h@g|x+e -"
            + " f|true|t",
        "=> /var/mail/c d <c@d> R=r T=t|c@d|/var/mail/c d|true|t",
        "=> save /x <c@d> R=r T=t|c@d|save /x|true|t",
        "=> e f@g <c@d> R=r T=t|c@d|e f@g|true|t",
        "=> e defer f@g <c@d> R=r T=t|c@d|e defer f@g|true|t",
        "=> \"e f\"@g R=r T=t|\"e f\"@g|-|true|t",
      })
  void whoAndWhere(String line, String address, String last, Boolean local, String nextHop) {
    Recipient recipient = read(line);
    assertEquals(address, recipient.address());
    assertEquals(last, recipient.finalAddress());
    assertEquals(Outcome.DELIVERED, recipient.outcome());
    assertEquals(local, recipient.local());
    assertEquals(nextHop, recipient.nextHop());
  }

  @Test
  void aCommandIsWhereItLed() {
    Recipient recipient = read("=> |/bin/x y <c@d> R=r T=t");
    assertEquals("c@d", recipient.address());
    assertEquals("|/bin/x y", recipient.finalAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=> c@d",
        "=> c@d T=",
        "=> c@d R=r",
        "=> c@d R=r T=t later=x",
        "=> c@d R=r T=t H=mx.d [198.51.100.1",
        "=> c@d R=r T=t H=mx.d ]198.51.100.1[",
        "=> c@d R=r T=t H=mx.d [1] [2]",
        "=> c@d R=r T=t H=mx.d [1] H=mx.e [2]",
        "=> c@d R=r T=t C=\"x",
        "=> c@d R=r T=t C=\"x\"y",
        "=> c@d R=r T=t C=\"x\" C=\"y\"",
        "=> c@d R=r T=t F=<a@b>",
        "=> c@d F=<a@b R=r T=t",
        "=> c d@e R=r T=t",
        "=> c=d e <c@d> R=r T=t",
        "=> c<d e@f <c@d> R=r T=t",
        "=> c d <c@d> R=r T=t",
        "=> <c@d> R=r T=t",
        "=>  R=r T=t",
        "=> \"c R=r T=t",
        "=> \"c> R=e\"@d R=r T=t",
        "** c@d R=r T=t defer (0): x",
        "** c@d R=r T=t x",
        "** c@d R=r T=t later=x: y",
        "== c@d R=r T=t: x",
        "== c@d R=r T=t",
        "** c@d R=r T=t defer: x",
        "== c@d R=r T=t defer 0: x",
        "== c@d R=r T=t defer:x",
        "== c@d R=r T=t deferred: x",
        "== c@d R=r T=t defer defer: x",
        "== c@d R=r T=t defer (0 is a large number): x",
        "== c@d R=r T=t defer (0) defer (0): x",
      })
  void whatDoesNotReadSaysNothingOfAnybody(String line) {
    lines.assertNothing(LineKind.UNKNOWN, lines.read(HEAD + line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "** c@d R=r T=t H=mx.d [198.51.100.1]:25: SMTP error: 550 5.1.1 no|BOUNCED|5.1.1"
            + "|SMTP error: 550 5.1.1 no|false|mx.d[198.51.100.1]:25",
        "** c@d R=r T=t H=mx.d [198.51.100.1]: SMTP error: 450 4.2.0 later|BOUNCED|-"
            + "|SMTP error: 450 4.2.0 later|false|mx.d[198.51.100.1]",
        "** c@d: Unrouteable address|BOUNCED|-|Unrouteable address|-|-",
        "** c@d F=<a@b> P=<a@b> SRS=<x@y> Q=q QT=1s R=r T=t S=5 A=x DT=1s H=mx.d: no"
            + " DT=2.5s|BOUNCED|-|no|-|mx.d",
        "** c@d R=r T=t : no|BOUNCED|-|no|-|-",
        "** c@d R=r: no|BOUNCED|-|no|-|-",
        "** c@d R=r T=t|BOUNCED|-|-|-|-",
        "** c@d R=r T=t: no DT=x y|BOUNCED|-|no DT=x y|-|-",
        "** c@d R=r T=t: retry timeout exceeded|EXPIRED|-|retry timeout exceeded|-|-",
        "** c@d R=r T=t: said retry timeout exceeded|BOUNCED|-|said retry timeout exceeded|-|-",
        "== c@d R=r T=t defer (-53): retry time not reached|DEFERRED|-|retry time not reached|-|-",
        "== c@d R=r T=t defer (-53)|DEFERRED|-|-|-|-",
        "== c@d routing defer (-51): retry timeout exceeded|DEFERRED|-|retry timeout exceeded|-|-",
        "== c@d R=r T=t H=lo [127.0.0.1]:24 defer (110): 450-4.2.0 x|DEFERRED|4.2.0|450-4.2.0 x|-"
            + "|lo[127.0.0.1]:24",
        "== c@d R=r T=t defer (0) H=mx.d [198.51.100.1] DT=1s: 550 5.1.1 x|DEFERRED|-|550 5.1.1 x"
            + "|false|mx.d[198.51.100.1]",
        "== c@d R=r T=t defer (123456789012): x|DEFERRED|-|x|-|-",
        "== c@d R=r T=t defer|DEFERRED|-|-|-|-",
        "== c@d R=r T=t defer: no space|DEFERRED|-|no space|-|-",
        "== c@d routing defer DT=0s: retry time not reached|DEFERRED|-|retry time not reached|-|-",
        "== c@d R=r T=t defer H=mx.d [198.51.100.1] PS=e DT=1s: 451 4.7.1 x|DEFERRED|4.7.1"
            + "|451 4.7.1 x|false|mx.d[198.51.100.1]",
        "** c@d F=<a@b> R=r T=t H=mx.d [198.51.100.1]:25 PS=e : 550 5.1.1 no"
            + " DT=0.000s|BOUNCED|5.1.1|550 5.1.1 no|false|mx.d[198.51.100.1]:25",
        "** c@d R=r T=t H=mx.d [198.51.100.1] X=TLS1.3:C:256* CV=yes DN=\"/C=DE/CN=mx.d\": 550"
            + " 5.1.1 no|BOUNCED|5.1.1|550 5.1.1 no|false|mx.d[198.51.100.1]",
        "** c@d R=r T=t H=mx.d [198.51.100.1] X=C:256 CV=no DN=\"CN=mx.d\\\": a,O=y\": 550 5.1.1"
            + " no|BOUNCED|5.1.1|550 5.1.1 no|false|mx.d[198.51.100.1]", // GnuTLS
        "** c@d R=r T=t H=mx.d [198.51.100.1] X=C:256 DN=\"/CN=x\\\": 550 5.1.1 no|BOUNCED|5.1.1"
            + "|550 5.1.1 no|false|mx.d[198.51.100.1]",
        "** c@d R=r T=t H=mx.d [198.51.100.1] X=C:256 DN=\"\" : 550 5.1.1 no|BOUNCED|5.1.1"
            + "|550 5.1.1 no|false|mx.d[198.51.100.1]",
        "== c@d R=r T=t defer (-44) H=mx.d [198.51.100.1] X=C:256 CV=no DN=\"/CN=a \"b\"c\" DT=1s:"
            + " 451 4.7.1 x|DEFERRED|4.7.1|451 4.7.1 x|false|mx.d[198.51.100.1]",
        "== c@d R=r T=t defer (-44) H=mx.d [198.51.100.1] X=C:256 DN=\"/CN=mx.d\": 451 4.7.1"
            + " x|DEFERRED|4.7.1|451 4.7.1 x|false|mx.d[198.51.100.1]",
      })
  void whatWasNotDelivered(
      String line, Outcome outcome, String status, String reply, Boolean local, String nextHop) {
    Recipient recipient = read(line);
    assertEquals("c@d", recipient.address());
    assertEquals(outcome, recipient.outcome());
    assertEquals(status, recipient.status());
    assertEquals(reply, recipient.reply());
    assertEquals(local, recipient.local());
    assertEquals(nextHop, recipient.nextHop());
    assertNull(recipient.nextHopId());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "250 2.0.0 Ok: queued as 4F1A2B3C4D|2.0.0|4F1A2B3C4D|250 2.0.0 Ok: queued as 4F1A2B3C4D",
        "250 OK id=1xVWMq-00006g-22|-|1xVWMq-00006g-22|250 OK id=1xVWMq-00006g-22",
        "250 \\\\\\\"x\\\" y|-|-|250 \\\"x\" y",
        "250 a\\nb|-|-|250 a\\nb",
        "\\\\|-|-|\\",
        "|-|-|",
      })
  void replies(String logged, String status, String queueId, String reply) {
    String line = "=> c@d R=r T=t H=mx.d [198.51.100.1]:25 C=\"";
    for (int i = 0; i < 2; i++) { // the second is remembered
      Recipient recipient = read(line + (logged == null ? "" : logged) + "\" QT=1s DT=0.5s");
      assertEquals(status, recipient.status());
      assertEquals(queueId, recipient.nextHopId());
      assertEquals(reply == null ? "" : reply, recipient.reply());
    }
    Recipient other = read(line + "250 2.1.5 Ok: queued as 4F1A2B3C4E\"");
    assertEquals("4F1A2B3C4E", other.nextHopId());
    assertEquals("2.1.5", other.status());
    assertNull(read("=> c@d R=r T=t").reply());
  }

  /** A server remembered is not another whose name begins alike. */
  @Test
  void serversThatFollowEachOther() {
    String line = "=> c@d R=r T=t H=mx.d [198.51.100.1]";
    assertEquals("mx.d[198.51.100.1]", read(line + " C=\"x\"").nextHop());
    assertEquals("mx.d[198.51.100.1]:25", read(line + ":25 C=\"x\"").nextHop());
    assertEquals("mx.d[198.51.100.1]", read(line + " C=\"x\"").nextHop());
    assertEquals("mx.d[198.51.100.1]", read(line).nextHop());
    assertEquals("mx.d[198.51.100.1]", read(line + "*").nextHop());
    assertEquals("mx.d[198.51.100.12]", read(line.replace("1]", "12]") + " C=\"x\"").nextHop());
    assertEquals("mx.d", read("=> c@d R=r T=t H=mx.d C=\"x\"").nextHop());
  }

  @Test
  void aReplyIsCut() {
    String longest = "y".repeat(1000);
    assertEquals(longest, read("=> c@d R=r T=t C=\"" + longest + "z\"").reply());
    assertEquals(longest, read("** c@d R=r T=t: " + longest + "z").reply());
    assertEquals(longest, read("** c@d R=r T=t: " + longest).reply());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "=> :blackhole: <c@d> R=r|c@d",
        "=> discarded <c@d> R=r|c@d",
        "=> /dev/null <c@d> R=r T=**bypassed**|c@d",
      })
  void whatIsThrownAway(String line, String address) {
    Recipient recipient = read(line + " C=\"250 OK id=1xVWMq-00006g-22\"");
    assertEquals(address, recipient.address());
    assertEquals(Outcome.DISCARDED, recipient.outcome());
    assertNull(recipient.local());
    assertNull(recipient.nextHop());
    assertNull(recipient.nextHopId());
  }

  @Test
  void lengthsThatNoServerAcceptsAreNotKept() {
    String longest = "x".repeat(998) + "@d";
    assertEquals(longest, read("=> " + longest + " R=r T=t").address());
    assertEquals(longest, read("=> e@f <" + longest + "> R=r T=t").address());
    assertEquals(longest, read("=> " + longest + " <c@d> R=r T=t").finalAddress());
    for (String line :
        List.of(
            "=> x" + longest + " R=r T=t",
            "=> e@f <x" + longest + "> R=r T=t",
            "=> x" + longest + " <c@d> R=r T=t",
            "=> \"x\"" + longest + " R=r T=t")) {
      assertEquals(LineKind.UNKNOWN, lines.read(HEAD + line));
    }
  }

  /** A recipient's own text, in which another stands; Exim writes it without its quotes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "v@w R=r T=t",
        "v@w <v@w> R=r T=t",
        "x <v@w> R=r T=t C=",
        "v@w: 550 no",
        "v@w defer (0): x",
        "v@w R=r T=t H=v [192.0.2.1]: x",
      })
  void anAddressThatReadsLikeAnotherIsItsOwnOrNobodys(String local) {
    String address = '"' + local + "\"@far.example";
    int read = 0;
    for (String end :
        List.of(
            "=> %s@far.example <%s> R=r T=t H=mx.d [198.51.100.1] C=\"250 ok\"",
            "=> %s <%s> R=r T=t",
            "** %s@far.example <%s> R=r T=t: 550 no",
            "== %s@far.example <%s> R=r T=t defer (0): 450 no")) {
      SubmissionRecord facts = lines.one(HEAD + end.formatted(local, address));
      if (facts != null) {
        assertEquals(address, facts.recipients().getFirst().address());
        read++;
      }
    }
    assertEquals(4 - read, lines.kinds.getOrDefault(LineKind.UNKNOWN, 0));
  }

  /** Exim writes them as they are, and the address once without its quotes. */
  @ParameterizedTest
  @ValueSource(
      strings = {"\t", "a\tb c", "\u001b[31mred R=r", "x\u0007", "\u0001\u0002 7", "\\\\\t \\\" x"})
  void controlCharactersOfALocalPart(String local) {
    String last = local.replaceAll("(?s)\\\\(.)", "$1") + "@far.example";
    for (String end :
        List.of("=> %s <\"%s\"@far.example> R=r T=t", "** %s <\"%s\"@far.example>: 550 no")) {
      Recipient recipient = read(end.formatted(last, local));
      String shown =
          local
              .chars()
              .mapToObj(c -> c < ' ' ? "\\%03o".formatted(c) : "" + (char) c)
              .collect(joining());
      assertEquals("\"" + shown + "\"@far.example", recipient.address());
    }
  }

  /** What the other server says reads like fields, and like another line's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "=> v@w R=r T=t",
        ": 550 <v@w> R=r T=t H=v [192.0.2.1]: x",
        " defer (0): x",
        " <v@w> R=r T=t",
        "\\\" R=r T=t C=\\\"250 OK id=1xVWMq-00006g-22",
      })
  void aReplyIsNoField(String said) {
    String head = " c@d R=r T=t H=mx.d [198.51.100.1]";
    Recipient recipient = read("=>" + head + " C=\"250 x" + said + "\"");
    assertEquals("c@d", recipient.address());
    assertEquals("mx.d[198.51.100.1]", recipient.nextHop());
    assertEquals(Outcome.DELIVERED, recipient.outcome());
    recipient = read("**" + head + ": 550 x" + said);
    assertEquals("c@d", recipient.address());
    assertEquals("mx.d[198.51.100.1]", recipient.nextHop());
    assertEquals(Outcome.BOUNCED, recipient.outcome());
    assertEquals("550 x" + said, recipient.reply());
  }
}
