package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

/** Lines that strangers had Exim 4.94 to 4.100 write, as they stood in its own log. */
class EximForeignTextTest {
  private static final String TIME = "2026-11-23 15:54:08 ";
  private static final String ARRIVAL =
      "1xVWMq-00006g-22 <= bob@example.com H=x [192.0.2.9] P=esmtpsa A=plain:victim S=1 id=a@b";

  private final Lines lines = new Lines("exim");

  private void assertNamed(String user) {
    SubmissionRecord facts = lines.one(TIME + ARRIVAL);
    assertNotNull(facts);
    assertEquals(user, facts.user());
    assertEquals("192.0.2.9", facts.client());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS ALPN (x",
        "TLS ALPN (h2) rejected",
        "[4711] TLS ALPN (x",
        "TLS error on connection from c10.example.net [192.0.2.10] (handshake): Bad ALPN presented"
            + " (x",
        "TLS error on connection from [192.0.2.10]:4711 I=[192.0.2.1]:465 (handshake): Bad ALPN"
            + " presented (h2)",
        "1xVWMp-00006e-1u DKIM: d=example.org s=sel c=relaxed/simple a=rsa-sha256 b=24 i=x",
        "cwd=/home/mallory/x",
        "1xVWMp-00006e-1u <= mallory@mail.example.com U=mallory P=local S=334 for \"x",
        "1xVWMp-00006e-1u <= mallory@mail.example.com U=mallory P=local S=334 for a@b \"x for y@z",
        "1xVWMp-00006e-1u <= <> U=mallory P=local S=334 for \"x",
        "1xVWMp-00006e-1u <= \"x",
        "1xVWMp-00006e-1u => |/bin/true \"x",
        "1xVWMp-00006e-1u -> /home/mallory/x",
        "1xVWMp-00006e-1u >> |x",
        "1xVWMp-00006e-1u == save x",
        "1xVWMp-00006e-1u ** a",
        "1xVWMp-00006e-1u ** a <b@c>",
        "1xVWMp-00006e-1u userforward router: skipped error: malformed address \"bob@example.com",
        "1xVWMp-00006e-1u userforward router: skipped error: malformed number \"x",
        "1xVWMp-00006e-1u user.x router: skipped error: unknown variable \"x\" in \"add\" command",
        "1xVWMp-00006e-1u userforward router: skipped error: malformed address \"a\" in filter"
            + " file: malformed address: a",
        "1xVWMp-00006e-1u => blackhole (DATA ACL discarded recipients): discarded x",
        "1xVWMp-00006e-1u => blackhole (non-SMTP ACL discarded recipients): discarded x",
        "1xVWMp-00006e-1u F=<mallory@example.com> rejected by non-SMTP ACL: refused x",
        "1xVWMp-00006e-1u PRDR bob@example.com refused x",
      })
  void whatMayBeAStrangersNamesNobody(String before) {
    lines.read(TIME + before);
    assertNamed(null);
    assertNull(
        lines.one(TIME + "1xVWMp-00006e-1v <= a@b U=victim P=local S=1").localUser(),
        "nor does it name a local account");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS error on connection from [192.0.2.10] (SSL_accept): error:0A0000EB:SSL routines::no"
            + " application protocol",
        "1xVWMp-00006e-1u DKIM: d=example.org s=sel c=relaxed/simple a=rsa-sha256 b=2048"
            + " i=@example.org t=1795951979 [verification succeeded]",
        "1xVWMp-00006e-1u DKIM: d=example.org s=sel c=relaxed/relaxed a=rsa-sha256 b=2048 [invalid"
            + " - public key record (currently?) unavailable]",
        "cwd=/home/bob 3 args: /usr/sbin/sendmail -t -i",
        "cwd=/var/spool/exim 3 args: /usr/sbin/exim -Mc 1xVWMp-00006e-1u",
        "1xVWMp-00006e-1u <= bob@mail.example.com U=bob P=local S=334 T=\"\\\"x\" for \"x y\"@b"
            + " c@d",
        "1xVWMp-00006e-1u <= a@b H=(x) [192.0.2.98]) [192.0.2.10] P=esmtp S=1 for \"x",
        "1xVWMp-00006e-1u H=x [192.0.2.9] rejected RCPT <c@d>: TLS ALPN (x",
        "H=x [192.0.2.9] rejected RCPT <c@d>: cwd=/",
        "1xVWMp-00006e-1u => |/usr/bin/vacation <bob@example.com> R=userforward T=address_pipe",
        "1xVWMp-00006e-1u => :blackhole: <bob@example.com> R=system_aliases",
        "1xVWMp-00006e-1u => blackhole (DATA ACL discarded recipients)",
        "1xVWMp-00006e-1u => discarded (system filter)",
        "1xVWMp-00006e-1u PRDR R=<bob@example.com> acceptance",
        "1xVWMp-00006e-1u H=(x) [192.0.2.9] Warning: x",
        "1xVWMp-00006e-1u H=(x) [192.0.2.9] Warning: ACL \"warn\" statement skipped: condition test"
            + " deferred",
        "1xVWMp-00006e-1u H=(x) [192.0.2.9] F=<a@b> rejected after DATA: x",
        "H=(x) [192.0.2.9] F=<a@b> RCPT <c@d>: discarded by RCPT ACL: x",
        "1xVWMp-00006e-1u ** a@example.com: Unrouteable address",
        "1xVWMp-00006e-1u == a@example.com routing defer (-51): retry time not reached",
        "1xVWMp-00006e-1u *> a@example.com R=dnslookup T=remote_smtp",
        "1xVWMp-00006e-1u H=x userforward router: skipped error: malformed address \"a",
        "1xVWMp-00006e-1u Completed",
      })
  void whatIsWholeDoubtsNobody(String before) {
    lines.read(TIME + before);
    assertNamed("victim");
  }

  /** Whose mail happens to stand there is named once Exim's own lines go on about it. */
  @Test
  void aNameIsConfirmedByWhatStandsFurtherOff() {
    String other = "no host name found for IP address 192.0.2.9";
    lines.read("2026-11-23 15:54:01 " + other);
    lines.read(TIME + "TLS ALPN (h2) rejected");
    assertNamed(null);
    for (int left = EximClientText.ENTRY; left > 0; left -= TIME.length() + other.length() + 1) {
      lines.read(TIME + other);
    }
    assertEquals("victim", lines.one(TIME + "1xVWMq-00006g-22 Completed").user());
  }

  /** By what stands behind: the rest of the entry, if there is one, ends as Exim ends it. */
  @ParameterizedTest
  @CsvSource({
    "TLS ALPN (h2) rejected, true",
    "TLS ALPN (h2:http/1.1) rejected, true",
    "TLS error on connection from [192.0.2.10] (handshake): Bad ALPN presented (h2), true",
    "TLS ALPN (h2, false",
    "TLS ALPN (h2) rejected x, false",
    "TLS error on connection from [192.0.2.10] (handshake): Bad ALPN presented (h2, false",
    "cwd=/x), false",
    "1xVWMp-00006e-1u DKIM: d=example.org i=x), false",
  })
  void aWholeEntryDoubtsNobody(String before, boolean whole) {
    for (String behind :
        List.of("", "a (b) rejected x\n", TIME + "cwd=/ 3 args: x\n", ") rejected", ")")) {
      assertEquals(whole ? "victim" : null, userBehind(before, behind));
    }
    for (String behind :
        List.of(
            "x y) rejected\nz)\n",
            ") rejected\n)\n",
            "x **** log string overflowed log buffer ****\n")) {
      assertNull(userBehind(before, behind));
    }
  }

  @Test
  void whatIsNotThereYetIsWaitedForAtAnOfferOnly() {
    EximReader reader = new EximReader(Lines.settings(), false);
    reader.lookAhead(most -> null);
    Lines read = new Lines(reader);
    assertEquals(LineKind.UNDECIDED, read.read(TIME + "TLS ALPN (h2) rejected"));
    assertEquals(LineKind.UNDECIDED, read.read(TIME + "TLS ALPN (h2"));
    assertEquals("victim", read.one(TIME + ARRIVAL).user(), "it was not read");
    assertEquals(List.of(), read.remedies);
    read.read(TIME + "cwd=/x");
    assertNull(read.one(TIME + ARRIVAL.replace("g-22", "h-22")).user());
  }

  /** Offers come in bursts: the last one doubts nobody. */
  @Test
  void whatStandsBehindTheLastPossibleEndIsSure() {
    String offer = TIME + "TLS ALPN (h2) rejected";
    for (String end : List.of("\n", "\r\n")) {
      EximReader reader = new EximReader(Lines.settings(), false);
      Lines read = new Lines(reader);
      String log = (offer + "\n" + TIME + ARRIVAL + "\n" + offer + "\n").replace("\n", end);
      String rest = TIME + ARRIVAL.replace("g-22", "h-22") + end;
      String all = log + rest;
      for (int from = 0, to; from < all.length(); from = to) {
        to = all.indexOf('\n', from) + 1;
        int behind = to;
        reader.lookAhead(_ -> all.substring(behind).getBytes(StandardCharsets.ISO_8859_1));
        read.read(all.substring(from, to - end.length()));
      }
      assertNull(read.facts.getFirst().user());
      assertEquals("victim", read.facts.getLast().user());
    }
  }

  /** Between a relay's lines stand others: the end of an entry may be far off. */
  @Test
  void aRelaysLinesAreNotLookedAt() {
    String header = "Nov 23 15:54:08 mail exim: ";
    EximReader reader = new EximReader(Lines.settings(), false);
    reader.lookAhead(_ -> new byte[0]);
    Lines read = new Lines(reader);
    read.read(header + "TLS ALPN (h2) rejected");
    assertNull(read.one(header + ARRIVAL).user());
  }

  /** Seen with 4.96: the subject, decoded, in an ACL's log_message. */
  @ParameterizedTest
  @CsvSource({
    "=> blackhole (DATA ACL discarded recipients): discarded x, Completed",
    "PRDR bob@example.com refused x, '<= a@b H=x [192.0.2.9] P=esmtp S=1'",
  })
  void whatAnAclSaysEndsBeforeItsMessagesNextLine(String said, String next) {
    String behind = ARRIVAL.replace("g-22", "h-22");
    String own = TIME + "1xVWMp-00006e-1u ";
    List<String> log = List.of(own + said, TIME + ARRIVAL, own + next, TIME + behind);
    assertEquals(List.of("1xVWMq-00006h-22"), named(log));
    List<String> guessed =
        List.of(own + said, own + next, TIME + ARRIVAL, own + next, TIME + behind);
    assertEquals(List.of(), named(guessed), "who guessed the ID wrote one of the two");
  }

  /** The IDs of the victim's messages in a log that can be looked ahead in. */
  private static List<String> named(List<String> log) {
    EximReader reader = new EximReader(Lines.settings(), false);
    Lines lines = new Lines(reader);
    for (int i = 0; i < log.size(); i++) {
      String rest = String.join("\n", log.subList(i + 1, log.size())) + "\n";
      reader.lookAhead(_ -> rest.getBytes(StandardCharsets.ISO_8859_1));
      lines.read(log.get(i));
    }
    return lines.facts.stream()
        .filter(facts -> "victim".equals(facts.user()))
        .map(SubmissionRecord::transactionId)
        .toList();
  }

  private static String userBehind(String before, String behind) {
    EximReader reader = new EximReader(Lines.settings(), false);
    reader.lookAhead(most -> behind == null ? null : behind.getBytes(StandardCharsets.ISO_8859_1));
    Lines lines = new Lines(reader);
    lines.read(TIME + before);
    return lines.one(TIME + ARRIVAL).user();
  }

  @Test
  void whatToSetIsTold() {
    for (String text :
        List.of(
            "TLS ALPN (x",
            "1xVWMp-00006e-1u DKIM: d=example.org i=x",
            "cwd=/x",
            "1xVWMp-00006e-1u <= a@b U=m P=local S=334 for \"x",
            "1xVWMp-00006e-1u <= a@b H=x [192.0.2.9] P=esmtpa A=plain:m:x S=3",
            "1xVWMp-00006e-1u PRDR a@b x")) {
      lines.read(TIME + text);
    }
    assertEquals(5, lines.remedies.size(), lines.remedies.toString());
    List<String> settings =
        List.of("tls_alpn", "dkim_verbose", "arguments", "smtp_mailauth", "log_message");
    for (int i = 0; i < lines.remedies.size(); i++) {
      assertTrue(lines.remedies.get(i).contains(settings.get(i)), lines.remedies.get(i));
    }
  }

  @Test
  void syslogGetsNoLineFeeds() {
    String header = "2026-11-23T15:54:07.000000+00:00 mail exim[77]: ";
    lines.read(header + "TLS ALPN (h2:http/1.1) rejected");
    SubmissionRecord facts = lines.one(header + ARRIVAL);
    assertEquals("victim", facts.user());
  }
}
