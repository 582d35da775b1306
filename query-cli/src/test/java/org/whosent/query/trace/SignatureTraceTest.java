package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.query.Program;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.MessageDigester;
import org.whosent.record.site.Site;

/** A signature of ours shows what our server sent, and of several users it names none. */
class SignatureTraceTest extends MadeUpMail {
  private static final String USER = "alice@example.com";
  private static final String STRANGER =
      "Received: from evil.example ([203.0.113.66]) by mx.far.example with SMTP id Z9Z9Z9Z9; "
          + date(NOON)
          + "\r\n";
  private static final String TO_HIM = "Delivered-To: r@far.example\r\n";
  private static final String TO_OTHERS = "Delivered-To: other@else.example\r\n";

  private String signed;
  private Site site;

  @BeforeEach
  void signedMessage() throws IOException, org.whosent.record.settings.SettingsException {
    signed = fixture("dkimpy-rsa-relaxed-relaxed-plain.eml");
    StringBuilder yaml = new StringBuilder("hosts:\n  - name: mail.example.com\ndkim:\n");
    for (String line : fixture("keys.txt").lines().toList()) {
      String[] words = line.split(" ", 2);
      yaml.append(
          "  - {domain: example.com, selector: %s, key: '%s'}\n".formatted(words[0], words[1]));
    }
    Files.writeString(directory.resolve(Site.FILE), yaml);
    site = Site.read(directory);
    record(USER, "4jY9Sb6Dptzbyx3", r -> {});
  }

  @Test
  void anEntryThatDoesNothingIsSaid() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.writeString(
        data.resolve(Site.FILE),
        "dkim:\n  - {domain: example.com}\n  - {domain: example.net, dns: true}\n");
    Program.Result result = Program.run("trace", "--data", data, "4jY9Sb6Dptzbyx3");
    assertTrue(result.err().contains("example.com has no key"), result.err());
    assertEquals(1, result.err().split("has no key", -1).length - 1, result.err());
    Program.Result asked = Program.run("trace", "--dns", "--data", data, "4jY9Sb6Dptzbyx3");
    assertEquals("", asked.err());
  }

  private static String fixture(String name) throws IOException {
    try (var in =
        SignatureTraceTest.class.getResourceAsStream("/org/whosent/fixtures/dkim/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private void record(String user, String id, Consumer<SubmissionRecord.Builder> edit)
      throws IOException {
    SubmissionRecord.Builder record = submit(user, id, "AAAA1111", signed, false).toBuilder();
    records.removeLast();
    record.mailFrom = user;
    edit.accept(record);
    records.add(record.build());
  }

  private TraceResult traced(String message) throws IOException {
    Tracer tracer = new Tracer(ListView.of(records), site, keys, Corpus.CLOCK);
    return Corpus.one(tracer, message.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String header(String message) {
    return message.substring(0, message.indexOf("\r\n\r\n") + 2);
  }

  @Test
  void itNamesTheUserWhateverWayTheCopyCame() throws IOException {
    named(traced(TO_HIM + signed), USER, Confidence.BY_HEADER);
    named(traced(TO_HIM + STRANGER + signed), USER, Confidence.BY_HEADER);
    named(traced(header(TO_HIM + STRANGER + signed)), USER, Confidence.BY_HEADER);
    assertNull(trace(TO_HIM + STRANGER + signed).user(), "without our keys it is circumstantial");
  }

  @Test
  void aReplayToOthersIsNeverCertain() throws IOException {
    named(traced(TO_OTHERS + STRANGER + signed), USER, Confidence.BY_HEADER);
  }

  /** Another user of ours writes the victim's From; our server signs, and he sends it on. */
  @Test
  void whatAnotherUserHadSignedAsTheVictimIsNotShownToBeTheVictims() throws IOException {
    TraceResult result = traced(TO_HIM + STRANGER + signed);
    named(result, USER, Confidence.BY_HEADER);
    assertTrue(said(result, Check.REPLAY).contains("another user of ours"));
    // The victim's own text is recorded, and is another one.
    records.clear();
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.textDigest = "0".repeat(32));
    assertNull(traced(TO_HIM + STRANGER + signed).user());
    // Written otherwise, the Message-ID is another one in our log.
    records.clear();
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.messageId = r.messageId.replace("@", " @"));
    assertNull(traced(TO_HIM + STRANGER + signed).user());
  }

  @Test
  void whereTheMessageIdIsNotSignedTheDateAndTheAddresseeMustFit() throws IOException {
    signed = fixture("opendkim-od-relaxed-simple-plain.eml");
    assertTrue(isSigned());
    records.clear();
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.time = NOON.minus(Duration.ofHours(1)));
    assertFalse(isSigned());
    records.clear();
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.recipients = List.of(Recipient.of("x@far.example")));
    assertFalse(isSigned());
  }

  /** And even then any user of ours may have written them: it names nobody. */
  private boolean isSigned() throws IOException {
    TraceResult result = traced(TO_OTHERS + STRANGER + signed);
    nobody(result, Verdict.INCONCLUSIVE);
    return result.candidates().getFirst().evidence().stream()
        .anyMatch(e -> e.check() == Check.SIGNATURE && e.result() == Evidence.Result.MATCH);
  }

  @Test
  void aBrokenSignatureSaysNothing() throws IOException {
    String spam = signed.replaceFirst("(?s)\r\n\r\n.*", "\r\n\r\n" + OTHER);
    for (String broken :
        List.of(spam, signed.replace("two   blanks", "other words"), signed.replace("b=", "b=A"))) {
      TraceResult result = traced(TO_HIM + STRANGER + broken);
      nobody(result, Verdict.INCONCLUSIVE);
      assertTrue(
          result.candidates().getFirst().evidence().stream()
              .anyMatch(e -> e.check() == Check.SIGNATURE && e.result() == Evidence.Result.ABSENT));
    }
  }

  @Test
  void ofTwoUsersWithTheSignedMessageIdItNamesNeither() throws IOException {
    record("mallory@example.com", "4jY9Sc2QmxzbySQ", r -> r.mailFrom = USER);
    assertNull(traced(signed).user());
    assertNull(traced(TO_HIM + STRANGER + signed).user());
    assertNull(traced(header(TO_HIM + STRANGER + signed)).user());
    // The one who reused it had other recipients.
    records.removeLast();
    record(
        "mallory@example.com",
        "4jY9Sc2QmxzbySQ",
        r -> r.recipients = List.of(Recipient.of("x@else.example")));
    assertNull(traced(TO_OTHERS.replace("other", "x") + STRANGER + signed).user());
  }

  @Test
  void aRecordOfAnotherTimeOrSenderIsNotSigned() throws IOException {
    for (Consumer<SubmissionRecord.Builder> other :
        List.<Consumer<SubmissionRecord.Builder>>of(
            r -> r.time = NOON.plus(Duration.ofDays(8)),
            r -> r.time = NOON.minus(Duration.ofDays(8)),
            r -> r.mailFrom = "victim@example.com",
            r -> r.messageId = "<other@example.com>")) {
      records.clear();
      record("victim@example.com", "4jY9Sb6Dptzbyx3", other);
      assertNull(traced(TO_HIM + STRANGER + signed).user());
    }
  }

  @Test
  void aHeaderAloneIsBoundByTheSignedHashOfTheBody() throws IOException {
    byte[] whole = signed.getBytes(StandardCharsets.ISO_8859_1);
    String digest = MessageDigester.digest(new ByteArrayInputStream(whole)).bodyDigest();
    records.clear();
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.bodyDigest = digest);
    TraceResult result = traced(header(TO_HIM + STRANGER + signed));
    named(result, USER, Confidence.CERTAIN);
    assertTrue(
        result.evidence().stream()
            .anyMatch(e -> e.check() == Check.BODY_DIGEST && e.result() == Evidence.Result.MATCH));
  }

  /** The record's body is another one, whatever else of it is signed. */
  @Test
  void aSignedHashOfAnotherBodyBindsNoContent() throws IOException {
    records.clear();
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.bodyDigest = "0".repeat(32));
    TraceResult result = traced(header(TO_HIM + STRANGER + signed));
    named(result, USER, Confidence.BY_HEADER);
    assertEquals("no content to compare", said(result, Check.BODY_DIGEST));
  }

  private static String said(TraceResult result, Check check) {
    List<Evidence> evidence = new ArrayList<>(result.evidence());
    result.candidates().forEach(c -> evidence.addAll(c.evidence()));
    return evidence.stream().filter(e -> e.check() == check).findFirst().orElseThrow().detail();
  }

  @Test
  void whatTheSignatureCoversIsSaid() throws IOException {
    TraceResult whole = traced(TO_HIM + signed);
    assertTrue(said(whole, Check.SIGNATURE).endsWith(": Message-ID, From and the content"));
    TraceResult header = traced(header(TO_HIM + signed));
    assertTrue(
        said(header, Check.SIGNATURE).endsWith(": Message-ID, From; the content is not here"));
    records.clear();
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.mailFrom = "victim@example.com");
    String other = said(traced(TO_HIM + STRANGER + signed), Check.SIGNATURE);
    assertEquals("our signature covers another From", other);
    for (Duration off : List.of(Duration.ofDays(8), Duration.ofDays(-8))) {
      records.clear();
      record(USER, "4jY9Sb6Dptzbyx3", r -> r.time = NOON.plus(off));
      String when = said(traced(TO_HIM + STRANGER + signed), Check.SIGNATURE);
      assertEquals("our signature was made at another time", when);
    }
    signed = fixture("opendkim-od-relaxed-simple-plain.eml");
    records.clear();
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.messageId = null);
    assertTrue(said(traced(TO_HIM + signed), Check.SIGNATURE).contains(": Date, From"));
    record(USER, "4jY9Sb6Dptzbyx3", r -> r.headerDate = NOON.minusSeconds(3));
  }

  @Test
  void theDateThatOurServerSawMustBeTheSignedOne() throws IOException {
    signed = fixture("opendkim-od-relaxed-simple-plain.eml");
    for (int seconds : List.of(0, 3)) {
      records.clear();
      record(USER, "4jY9Sb6Dptzbyx3", r -> r.headerDate = r.headerDate.minusSeconds(seconds));
      assertEquals(seconds == 0, isSigned());
    }
  }

  @Test
  void aBadKeyInSiteYamlIsOneClearLine() throws Exception {
    Path data = directory.resolve("data");
    Files.createDirectories(data);
    Files.writeString(
        data.resolve(Site.FILE), "dkim:\n  - {domain: example.com, selector: s, key: 'p=!'}\n");
    Program.Result result = Program.run("trace", "--data", data, "4jY9Sb6Dptzbyx3");
    assertEquals(2, result.status());
    assertTrue(
        result.err().contains("site.yaml:2: dkim[1].key: the key is not base64"), result.err());
  }
}
