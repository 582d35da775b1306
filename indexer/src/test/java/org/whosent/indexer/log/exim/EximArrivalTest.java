package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** Each field of an arrival, and what strangers put into those that they choose. */
class EximArrivalTest {
  private static final String HEAD = "2026-11-23 15:54:07 1xVWMp-00006e-1u <= ";
  private final Lines lines = new Lines("exim");

  private SubmissionRecord read(String arrival) {
    return lines.one(HEAD + arrival);
  }

  private void assertNotRead(String arrival) {
    Lines fresh = new Lines("exim");
    assertEquals(LineKind.UNKNOWN, fresh.read(HEAD + arrival));
    assertEquals(1, fresh.facts.size(), "the message is there");
    SubmissionRecord facts = fresh.facts.getFirst();
    assertEquals(SubmissionRecord.Builder.of(facts.time(), "", "1xVWMp-00006e-1u").build(), facts);
  }

  /** Whoever owns a domain may sign as what he likes below it; Exim writes it as it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\"y.example",
        "\"x.example",
        "\".\".example",
        "A=plain:victim.example",
        "S=5.example",
        "(x)[192.0.2.1].example",
        "x\\y.example",
      })
  void aSignersDomainHidesNobody(String domain) {
    for (String rest : List.of("", " id=a@b", " id=a@b T=\"s\" from <a@b> for c@d")) {
      SubmissionRecord facts =
          read("a@b H=(x) [192.0.2.9] P=esmtpsa A=plain:alice S=5 DKIM=" + domain + rest);
      assertEquals("alice", facts.user());
      assertEquals("192.0.2.9", facts.client());
    }
  }

  /** A subject in which somebody writes the field, beside which the line would read in two ways. */
  @ParameterizedTest
  @ValueSource(strings = {"DKIM=x", "DKIM=x\\\"y", "DKIM=x RT=1s", "DSN=y"})
  void aSubjectIsNoSignersDomain(String end) {
    String maze = ") [192.0.2.1] P=esmtpsa A=plain:victim S=5 ";
    String id = "\"" + maze + end + "\"";
    for (String quoted : List.of(id + "@d", id + ".\"x\"@d", id + ".\"x RT=1\"@d")) {
      for (String rest : List.of("", " for c@d", " for " + quoted)) {
        String line = "a@b H=(x) [192.0.2.9] P=esmtpsa A=plain:alice S=5 id=" + quoted + rest;
        assertEquals("alice", read(line).user(), line);
      }
    }
    SubmissionRecord facts =
        read("a@b H=(x) [192.0.2.9] P=esmtpsa A=plain:alice S=5 id=a@b T=\"" + maze + end + "\"");
    assertEquals("alice", facts.user());
    assertEquals("192.0.2.9", facts.client());
  }

  /** With +received_sender such a line of mallory's has a second, torn reading that is whole. */
  @ParameterizedTest
  @ValueSource(strings = {"x\"y.example", "x\"@y.example", "x.example\""})
  void aSignersDomainNamesNobodyElse(String domain) {
    String sender = "\"\\\\x:2026 1xVWMp-00006f-1u \"@far.example";
    String maze = ") [192.0.2.1] P=esmtpsa A=plain:victim S=1 for a@b c@d>";
    String line = " H=(x) [192.0.2.9] P=esmtpsa A=plain:mallory S=4711 DKIM=" + domain;
    line = HEAD + sender + line + " T=\"" + maze + "\" from <" + sender + "> for u@far.example";
    SubmissionRecord facts = lines.one(line);
    assertEquals("mallory", facts.user(), line);
    assertEquals("192.0.2.9", facts.client(), line);
  }

  @Test
  void everyField() {
    SubmissionRecord facts =
        read(
            "a@example.com R=x DS H=pc.example (HELO) [192.0.2.9]:4711 I=[192.0.2.1]:587 TFO U=id"
                + " P=esmtpsa L X=TLS1.3:ECDHE_X:256 CV=no SNI=m.example A=plain:alice PRDR"
                + " PRX=192.0.2.3 K S=5 M8S=8 DKIM=far.example ARC RT=0.1s Q=q id=a@b T=\"s\\\"t\""
                + " from <a@example.com> for c@d \"e f\"@g");
    assertEquals("a@example.com", facts.mailFrom());
    assertEquals("pc.example", facts.clientName());
    assertEquals("HELO", facts.helo());
    assertEquals("192.0.2.9", facts.client());
    assertEquals(4711, facts.clientPort());
    assertEquals("submission", facts.service());
    assertEquals("ESMTPSA", facts.protocol());
    assertEquals("TLSv1.3", facts.tlsVersion());
    assertEquals("ECDHE_X", facts.tlsCipher());
    assertEquals("plain", facts.mechanism());
    assertEquals("alice", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertNull(facts.localUser());
    assertEquals(5, facts.size());
    assertEquals("<a@b>", facts.messageId());
    assertEquals("s\"t", facts.subject());
    assertEquals(List.of("c@d", "\"e f\"@g"), Lines.addresses(facts));
    assertEquals(List.of(), facts.aliases());
  }

  /** A full disk, and the next line behind what is left of this one. */
  @Test
  void recipientsOfATornLineAreNotTold() {
    SubmissionRecord facts =
        read(
            "a@b H=(pc) [192.0.2.9] P=esmtpa A=plain:alice S=5 for c@d e@f2026-11-23 15:54:07"
                + " 1xVWMp-00006f-2u => g@h R=r T=t H=mx [192.0.2.1]");
    assertEquals("alice", facts.user());
    assertEquals(List.of(), Lines.addresses(facts));
  }

  /** What a record does not keep, wherever Exim of some version puts it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        " DS%s%s%s",
        " TFO%s%s%s",
        " TFO* Ci=12%s%s%s",
        "%s DS TFO*%s%s",
        "%s Ci=7%s%s",
        "%s%s L%s",
        "%s%s L-%s",
        "%s%s L*%s",
        "%s%s L.%s",
        "%s%s L*-%s",
        "%s%s L.-%s",
        "%s%s CV=yes%s",
        "%s%s CV=dane SNI=x%s",
        "%s%s SNI=\"x y\"%s",
        "%s%s DN=\"CN=x,O=y z\"%s",
        "%s%s SNI=\"\"%s",
        "%s%s SPF%s",
        "%s%s SPF=pass L. X=TLS1.3:C:256:X25519%s",
        "%s%s SPF=temperror DMARC=none%s",
        "%s%s DMARC%s",
        "%s%s PRX=192.0.2.7%s",
        "%s%s X=TLS1.3:C:256 SNI=x PRX=2001:db8::1%s PRDR K",
        "%s%s%s PRDR",
        "%s%s%s PRX=2001:db8::1",
        "%s%s%s PRDR K",
      })
  void flagsAreNoPartOfTheFieldsBesideThem(String flags) {
    String line =
        "a@b" + flags.formatted(" H=(x) [192.0.2.9]:47", " P=esmtpa", " A=plain:alice") + " S=5";
    SubmissionRecord facts = read(line);
    assertNotNull(facts, line);
    assertEquals("alice", facts.user());
    assertEquals("192.0.2.9", facts.client());
    assertEquals("x", facts.helo());
    assertEquals(47, facts.clientPort());
    assertEquals("ESMTPA", facts.protocol());
    assertEquals("a@b", facts.mailFrom());
    assertEquals(5, facts.size());
  }

  /** TLS from the start, with 4.100's +tls_on_connect; and what +dsn says behind the size. */
  @ParameterizedTest
  @CsvSource({
    "ssmtp, SMTPS",
    "essmtp, ESMTPS",
    "essmtpa, ESMTPSA",
    "utf8essmtp, UTF8SMTPS",
    "utf8essmtpa, UTF8SMTPSA"
  })
  void tlsFromTheStart(String logged, String protocol) {
    String login = logged.endsWith("a") ? " A=plain:alice K" : "";
    SubmissionRecord facts =
        read(
            "a@b H=(pc) [192.0.2.9] P=%s X=TLS1.3:C:256:X25519%s S=5 M8S=8 DSN=ret,notify DKIM=y ARC DMARC=none RT=0s id=x@y"
                .formatted(logged, login));
    assertEquals(protocol, facts.protocol());
    assertEquals(logged.endsWith("a") ? "alice" : null, facts.user());
    assertEquals("TLSv1.3", facts.tlsVersion());
    assertEquals("C", facts.tlsCipher());
    assertEquals("<x@y>", facts.messageId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b H=(x) [192.0.2.9] P=esmtpa SPFX A=plain:alice S=5",
        "a@b H=(x) [192.0.2.9] P=esmtpa SPF= A=plain:alice S=5",
        "a@b H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 DSN= id=x@y",
        "a@b DSX H=(x) [192.0.2.9] P=esmtp S=5",
        "a@b TFOX H=(x) [192.0.2.9] P=esmtp S=5",
        "a@b H=(x) [192.0.2.9] P=esmtp LX S=5",
        "a@b H=(x) [192.0.2.9] P=esmtp A= S=5",
        "a@b H=(x) [192.0.2.9] P=esmtp A=plain",
        "a@b H=(x) [192.0.2.9] P=esmtp A=plain/x S=5",
        "a@b H=(x) [192.0.2.9] P=esmtp X= S=5",
        "a@b H=(x) [192.0.2.9] P=esmtp KX S=5",
        "a@b H=(x) [192.0.2.9] P=esmtp Ci=7 S=5",
        "a@b H=(x) [192.0.2.9] P= S=5",
        "a@b H=(x) [192.0.2.9] P=esmtp DN=\"x S=5",
        "a@b H=(x) [192.0.2.9] P=esmtp DN=\"x\"y S=5",
      })
  void anUnknownFieldIsNotPassedOver(String arrival) {
    assertNotRead(arrival);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "pc.example (x) [192.0.2.9]|pc.example|x|192.0.2.9",
        "pc.example [192.0.2.9]|pc.example|-|192.0.2.9",
        "[192.0.2.9]|-|-|192.0.2.9",
        "(x) [192.0.2.9]|-|x|192.0.2.9",
        "([10.0.0.1]) [192.0.2.9]|-|[10.0.0.1]|192.0.2.9",
        "pc_1/x.example (x) [192.0.2.9]|pc_1/x.example|x|192.0.2.9",
        "m\u00fcnchen-1_2/x.example (x) [192.0.2.9]|m\u00fcnchen-1_2/x.example|x|192.0.2.9",
        "(x) [2001:DB8:0::1]|-|x|2001:db8::1",
        "(x) [fe80::1%eth0]|-|x|fe80::1",
        "(x y) [192.0.2.9]|-|x y|192.0.2.9",
        "() [192.0.2.9]|-||192.0.2.9",
      })
  void theClientAndItsNames(String host, String name, String helo, String client) {
    SubmissionRecord facts = read("a@b H=" + host + " P=esmtp S=5");
    assertEquals(name, facts.clientName());
    assertEquals(helo == null ? "" : helo, facts.helo() == null ? "" : facts.helo());
    assertEquals(client, facts.client());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
    assertNull(facts.user());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pc,example (x) [192.0.2.9]",
        "m\u00fcnchen,x (x) [192.0.2.9]",
        "pc.example",
        "pc.example ",
        " (x) [192.0.2.9]",
        "pc.example x [192.0.2.9]",
        "pc.example  [192.0.2.9]",
        "(x) [192.0.2.9",
        "(x) [pc.example]",
        "(x) [%]",
        "(x) [2001:db8::1%0123456789012345678901234567890123456789012345678901234]",
      })
  void aClientThatDoesNotRead(String host) {
    assertNotRead("a@b H=" + host + " P=esmtp S=5");
  }

  /**
   * With helo_accept_junk_hosts, an ident server and certificates, strangers choose texts with
   * blanks: such a line is read as what it is, or not at all.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "H=(x) [203.0.113.9] P=esmtpa A=plain:victim S=1 id=v@w) [192.0.2.9] P=esmtp S=5 id=a@b",
        "H=(x) [192.0.2.9] U=y P=esmtpa A=plain:victim S=1 id=v@w P=esmtp S=5 id=a@b",
        "H=(x) [192.0.2.9] U=y P=local S=1 P=esmtp S=5 id=a@b",
        "H=(x) [192.0.2.9] P=esmtp DN=\"/CN\" A=plain:victim S=1 T=\"q\" S=5 id=a@b",
        "H=(x) [192.0.2.9] P=esmtp DN=\"CN\\\" A=plain:victim S=1 for \\\"v\" S=5 id=a@b",
        "H=(x) [192.0.2.9] P=esmtp SNI=\"x\" A=plain:victim S=1 id=\" S=5 id=a@b",
      })
  void whatASessionSaysIsNoField(String fields) {
    SubmissionRecord facts = read("a@b " + fields);
    assertNull(facts.user());
    assertNull(facts.localUser());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
    assertEquals("192.0.2.9", facts.client());
    assertEquals(5, facts.size());
    assertEquals("<a@b>", facts.messageId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "H=(x) [203.0.113.9] P=esmtpa A=plain:victim S=1 for v@w) [192.0.2.9] P=esmtp S=5",
        "H=(x) [203.0.113.9] P=esmtpa A=plain:victim S=1) [192.0.2.9] P=esmtp S=5 id=a@b",
        "H=(x) [203.0.113.9] P=esmtp S=1 for v@w) [192.0.2.9] P=esmtp S=5",
        "U=y P=local S=1 for v@w P=local S=5 id=a@b",
        "H=(x) [203.0.113.9] U=y) [192.0.2.9] P=esmtp S=5",
        // Signed as x"@y.example, which is in a zone of his own.
        "H=(x) [203.0.113.9] P=esmtpsa A=plain:victim S=1 for \") [192.0.2.9] P=esmtpsa"
            + " A=plain:mallory S=5 DKIM=x\"@y.example id=a@b",
        "H=(x) [203.0.113.9] P=esmtpsa A=plain:victim S=1 for \") [192.0.2.9] P=esmtpsa"
            + " A=plain:mallory S=5 DKIM=x\"@y.example for c@d",
      })
  void aLineOfTwoReadingsIsNotRead(String fields) {
    assertNotRead("a@b " + fields);
  }

  /** The sender, and the client where all readings have it: a message is never without both. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "U=y P=esmtpa A=plain:victim S=1 for v@w P=esmtp S=5 id=a@b",
        "U=y P=esmtp S=1 for v@w P=esmtp S=5 id=a@b",
        "P=esmtp DN=\"/CN\" A=plain:victim S=1 for \"v\" S=5 id=a@b",
        "P=esmtpa A=plain:alice S=1 for S=5 id=a@b",
        "P=esmtpa A=plain:alice:x S=1 id=v@w for S=5 id=a@b",
        "P=esmtpa A=plain:alice:x 1xVWMp-00006f-1u <= v@w P=esmtp S=5 id=a@b",
        "U=x 1xVWMp-00006f-1u <= v@w H=(y) [192.0.2.7] P=esmtpa A=plain:victim S=1 P=esmtp S=5",
        // Signed as x"@y.example, which is in a zone of his own.
        "U=x P=esmtpsa A=plain:victim S=1 for \" P=esmtpsa A=plain:m S=5 DKIM=x\"@y.example id=a@b",
        "P=esmtps DN=\"/CN=x\" A=plain:v S=1 for \" A=plain:m S=5 DKIM=x\"@y.example id=a@b",
        "P=esmtps SNI=\"x\" A=plain:v S=1 for \" A=plain:m S=5 DKIM=x\"@y.example id=a@b",
      })
  void ofSeveralReadingsWhatAllSayIsRead(String fields) {
    SubmissionRecord facts = read("a@b H=(x) [192.0.2.9]:25 " + fields);
    assertNull(facts.user());
    assertEquals("192.0.2.9", facts.client());
    assertEquals("a@b", facts.mailFrom());
    assertNull(facts.size());
    assertNull(facts.messageId());
    assertEquals(List.of(), facts.recipients());
  }

  /** GnuTLS has a backslash before a quote. What OpenSSL writes begins with a slash. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=\\\" A=plain:victim S=1 for \\\"v",
        "CN=x\\\\\\\" A=plain:victim:,O=y\\\\",
        "CN=x 1xVWMp A=plain:victim S=5",
        "",
        "/CN=x",
        "/CN=\\",
      })
  void aCertificatesNameHidesNobody(String name) {
    for (String login : List.of(" A=plain:alice", " PRX=192.0.2.1 A=plain:alice K")) {
      SubmissionRecord facts =
          read(
              "a@b H=(x) [192.0.2.9] P=esmtpsa X=TLS1.3:C:256 CV=no DN=\"%s\"%s S=5 id=\"c d\"@e"
                  .formatted(name, login));
      assertEquals("alice", facts.user());
      assertEquals(5, facts.size());
      assertEquals("<\"c d\"@e>", facts.messageId());
      assertEquals("TLSv1.3", facts.tlsVersion());
    }
  }

  /** Since 4.96 nothing stands around the name of the server, which the client chooses. */
  @ParameterizedTest
  @ValueSource(strings = {"\"", "\"x", "x\"", "\"A=plain:victim", "\"\\040A=plain:victim\""})
  void aServersNameHidesNobody(String name) {
    SubmissionRecord facts =
        read("a@b H=(x) [192.0.2.9] P=esmtpsa SNI=" + name + " A=plain:alice S=5 id=a@b");
    assertEquals("alice", facts.user());
    assertEquals("<a@b>", facts.messageId());
  }

  /** Who answers for the ident has his name in doubt so, and nothing else of his message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "x P=esmtpsa A=plain:victim|P=esmtpsa X=TLS1.3:AES:256 A=plain:alice K|plain|AUTHENTICATED",
        "x P=esmtpsa A=plain:victim P=esmtpa A=plain:w|P=esmtpa A=plain:alice|plain|AUTHENTICATED",
        "x P=esmtpsa A=login:victim|P=esmtpsa A=plain:alice|-|AUTHENTICATED",
        "x P=esmtpsa A=plain:victim|P=esmtp|-|-",
      })
  void anIdentHidesNoClient(String ident, String rest, String mechanism, Origin origin) {
    String fields = "a@b H=(x) [192.0.2.9]:25 U=" + ident + " " + rest + " S=5 id=a@b";
    SubmissionRecord facts = read(fields + " T=\"s\" for c@d");
    assertNull(facts.user());
    assertNull(facts.localUser());
    assertEquals(origin, facts.origin());
    assertEquals(mechanism, facts.mechanism());
    assertEquals("192.0.2.9", facts.client());
    assertEquals("a@b", facts.mailFrom());
    assertEquals("<a@b>", facts.messageId());
    assertEquals(List.of("c@d"), Lines.addresses(facts));
  }

  /** Where Exim's own letter says so, somebody has logged in: another reading is a stranger's. */
  @ParameterizedTest
  @ValueSource(
      strings = {"esmtpa", "esmtpsa", "essmtpa", "utf8esmtpa", "utf8esmtpsa", "utf8essmtpa"})
  void anAuthenticatedSessionNamesItsAuthenticator(String protocol) {
    assertNotRead("a@b H=(x) [192.0.2.9] P=" + protocol + " S=5");
    SubmissionRecord facts = read("a@b H=(x) [192.0.2.9] P=" + protocol + " A=plain S=5");
    assertNull(facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("plain", facts.mechanism());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "smtp,SMTP",
        "esmtp,ESMTP",
        "esmtps,ESMTPS",
        "utf8esmtp,UTF8SMTP",
        "utf8esmtps,UTF8SMTPS",
        "utf8smtp,UTF8SMTP",
        "local-smtp,-",
        "ESMTP,-",
      })
  void protocols(String logged, String protocol) {
    assertEquals(protocol, read("a@b H=(x) [192.0.2.9] P=" + logged + " S=5").protocol());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "TLS1.3:AES:256,TLSv1.3,AES",
        "TLS1.0:AES,TLSv1.0,AES",
        "TLS1.9:AES:256:x,TLSv1.9,AES",
        "TLSv1.2:AES:256,TLSv1.2,AES",
        "TLS1.3,TLSv1.3,-",
        "TLS1.x:AES:256,TLS1.x,AES",
        "TLS1.:AES:256,TLS1.,AES",
        "TLS1.33:AES:256,TLS1.33,AES",
        "TLS1./:AES:256,TLS1./,AES",
        "TLS1.;:AES:256,TLS1.;,AES",
        "SSL1.3:AES:256,SSL1.3,AES",
      })
  void tls(String logged, String version, String cipher) {
    for (int i = 0; i < 2; i++) { // the second is remembered
      SubmissionRecord facts = read("a@b H=(x) [192.0.2.9] P=esmtps X=" + logged + " S=5");
      assertEquals(version, facts.tlsVersion());
      assertEquals(cipher, facts.tlsCipher());
    }
    SubmissionRecord facts = read("a@b H=(x) [192.0.2.9] P=esmtps X=TLS1.1:OTHER:1 S=5");
    assertEquals("OTHER", facts.tlsCipher());
    facts = read("a@b H=(x) [192.0.2.9] P=esmtp S=5");
    assertNull(facts.tlsVersion());
    assertNull(facts.tlsCipher());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "[192.0.2.1]:25,smtp",
        "[192.0.2.1]:465,submissions",
        "[2001:db8::1]:587,submission",
        "[192.0.2.1]:2525,-",
        "[192.0.2.1],-",
        "[192.0.2.1]:,-",
      })
  void theServiceIsThePortsOfOurs(String local, String service) {
    assertEquals(service, read("a@b H=(x) [192.0.2.9] I=" + local + " P=esmtp S=5").service());
    assertNull(read("a@b H=(x) [192.0.2.9]:587 P=esmtp S=5").service());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "a@b U=joe P=local S=5|LOCAL|joe",
        "<> U=joe P=local S=5|LOCAL|joe",
        "a@b R=x U=joe P=local S=5|LOCAL|joe",
        "<> R=1xVWMo-00006c-0t U=exim P=local S=5|INTERNAL|-",
        "<> R=1xVWMo-00006c-0t P=local S=5|INTERNAL|-",
        "a@b P=local S=5|-|-",
        "a@b U=joe P=local A=plain:alice S=5|AUTHENTICATED|joe",
        "<> R=1xVWMo-00006c-0t H=(x) [192.0.2.9] U=joe P=esmtp S=5|UNAUTHENTICATED|-",
        "a@b H=(x) [127.0.0.1] U=joe P=esmtp S=5|UNAUTHENTICATED|-",
      })
  void whereItCameFrom(String arrival, Origin origin, String localUser) {
    SubmissionRecord facts = read(arrival);
    assertEquals(origin, facts.origin());
    assertEquals(localUser, facts.localUser());
    assertEquals(arrival.startsWith("<>") ? "" : "a@b", facts.mailFrom());
  }

  /** 4.98 writes the connection's number behind the ident. */
  @ParameterizedTest
  @CsvSource({
    "joe Ci=123,joe",
    "joe Ci=,joe Ci=",
    "joe Ci=1x,joe Ci=1x",
    "joe Ci=x1,joe Ci=x1",
    "joe 123,joe 123",
    "123,123",
    " Ci=9 Ci=8, Ci=9",
  })
  void theIdentEndsBeforeTheConnectionsNumber(String logged, String ident) {
    assertEquals(ident, read("a@b U=" + logged + " P=local S=5").localUser());
  }

  @Test
  void lengthsThatNoServerAcceptsAreNotKept() {
    String longest = "x".repeat(998) + "@d";
    assertEquals(longest, read(longest + " U=joe P=local S=5").mailFrom());
    SubmissionRecord facts = read("a@b U=joe P=local S=5 for " + longest + " x" + longest + " c@d");
    assertEquals(List.of(longest, "c@d"), Lines.addresses(facts));
    lines.facts.clear();
    facts = read("x" + longest + " U=joe P=local S=5");
    assertNull(facts.mailFrom());
    assertEquals("joe", facts.localUser(), "nobody hides behind it");
    assertNotRead("a@b U=joe P=local S=5 for " + "c@d ".repeat(16_400) + "c@d");
  }

  /** What is not UTF-8 stands as Exim would have escaped it: two logins are not one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c3 bc|\u00fc",
        "fc|\\374",
        "e4|\\344",
        "c0 af|\\300\\257",
        "c3|\\303",
        "c3 28|\\303(",
        "e0 9f bf|\\340\\237\\277",
        "e0 a0 80|\u0800",
        "e2 82 ac|\u20ac",
        "ed 9f bf|\ud7ff",
        "ed a0 80|\\355\\240\\200",
        "ef bf bd|\ufffd",
        "f0 8f bf bf|\\360\\217\\277\\277",
        "f0 90 80 80|\ud800\udc00",
        "f0 9f 98 80|\ud83d\ude00",
        "f4 8f bf bd|\udbff\udffd",
        "f4 90 80 80|\\364\\220\\200\\200",
        "f5 80 80 80|\\365\\200\\200\\200",
        "df bf|\u07ff",
        "80|\\200",
        "c2 85|\\302\\205",
        "7f|\\177",
        "01|\\001",
      })
  void bytesOfALogin(String hex, String user) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    byte[] head =
        (HEAD + "a@b H=(x) [192.0.2.9] P=esmtpa A=plain:n").getBytes(StandardCharsets.UTF_8);
    byte[] tail = "o S=5".getBytes(StandardCharsets.UTF_8);
    byte[] line = Arrays.copyOf(head, head.length + bytes.length + tail.length);
    System.arraycopy(bytes, 0, line, head.length, bytes.length);
    System.arraycopy(tail, 0, line, head.length + bytes.length, tail.length);
    lines.read(line);
    assertEquals("n" + user + "o", lines.facts.getLast().user());
  }
}
