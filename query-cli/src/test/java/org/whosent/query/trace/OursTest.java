package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.Coverage;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;
import org.whosent.record.site.Site;

/** Which names, addresses and times are taken for ours. */
class OursTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final Instant BEGIN = NOON.minus(Duration.ofDays(2));
  private static final Instant END = NOON.plus(Duration.ofHours(6));
  private final String genuine = mail(USER, "<1@x>", TEXT);
  private final List<Coverage.Span> spans = new ArrayList<>();

  private void logged(String host) throws IOException {
    SubmissionRecord.Builder record = submit(USER, ID, "AAAA1111", genuine, true).toBuilder();
    record.host = host;
    records.set(records.size() - 1, record.build());
    spans.add(new Coverage.Span(host, BEGIN, END));
  }

  private Site site(String yaml) throws Exception {
    Files.writeString(directory.resolve(Site.FILE), yaml);
    return Site.read(directory);
  }

  private TraceResult traced(Site site, String message) throws IOException {
    return Corpus.one(
        new Tracer(new ListView(records, null, spans), site, keys, Corpus.CLOCK), message);
  }

  private String copy(String by) {
    return hop("AAAA1111") + received(ID, "198.51.100.7").replace("mail.example.com", by) + genuine;
  }

  private String below() {
    return copy("mail.example.com").substring(hop("AAAA1111").length());
  }

  /** Nobody said what name the server writes: what its log calls it is the beginning of it. */
  @Test
  void aLogHostWithoutADotIsTheFirstLabelOfItsName() throws Exception {
    logged("mail");
    for (String by : List.of("mail.example.com", "MAIL.example.com.", "mail")) {
      named(traced(Site.UNKNOWN, copy(by)), USER, Confidence.CERTAIN);
    }
    for (String by : List.of("mail2.example.com", "x.mail.example.com", "mailexample")) {
      assertEquals(0, lines(traced(Site.UNKNOWN, copy(by))), by);
    }
    // As soon as it is said, nothing else is.
    Site listed = site("hosts:\n  - {name: smtp.example.com, logs: [mail]}\n");
    assertEquals(1, lines(traced(listed, copy("smtp.example.com"))));
    assertEquals(0, lines(traced(listed, copy("mail.example.com"))));
  }

  @Test
  void aLogHostWithADotIsItsWholeName() throws Exception {
    logged("mail.example.com");
    assertEquals(1, lines(traced(Site.UNKNOWN, copy("mail.example.com"))));
    assertEquals(1, lines(traced(Site.UNKNOWN, copy("Mail.Example.com."))));
    assertEquals(0, lines(traced(Site.UNKNOWN, copy("mail.example.net"))));
    assertEquals(0, lines(traced(Site.UNKNOWN, copy("mail"))));
  }

  /** An ID is the host's whose name stands there: another host's record has it by chance. */
  @Test
  void theRecordMustBeOfTheHostThatTheFieldNames() throws Exception {
    logged("mail");
    spans.add(new Coverage.Span("out", BEGIN, END));
    assertEquals(1, lines(traced(Site.UNKNOWN, copy("mail.example.com"))));
    assertEquals(0, lines(traced(Site.UNKNOWN, copy("out.example.com"))));
  }

  /** How many fields led to a record by its ID. */
  private static long lines(TraceResult result) {
    List<Evidence> evidence = new ArrayList<>(result.evidence());
    result.candidates().forEach(c -> evidence.addAll(c.evidence()));
    return evidence.stream()
        .filter(e -> e.check() == Check.TRANSACTION_ID && e.result() == Evidence.Result.MATCH)
        .count();
  }

  /** An ID of a host that was not read then may be anybody's, whatever was read of the others. */
  @Test
  void whetherItsTimeWasReadIsAskedOfTheHostThatTheFieldNames() throws Exception {
    logged("mail");
    spans.add(new Coverage.Span("out", BEGIN.minusSeconds(99), NOON.minusSeconds(60)));
    String upper = received("4jY9SNOTHERE", "198.51.100.9");
    String top = "Delivered-To: r@far.example\n";
    String listed =
        "hosts:\n  - {name: mail.example.com, logs: [mail]}\n"
            + "  - {name: out.example.com, logs: [out]}\n";
    for (Site site : List.of(Site.UNKNOWN, site(listed))) {
      named(traced(site, top + upper + below()), USER, Confidence.CERTAIN);
      String other = upper.replace("mail.example.com", "out.example.com");
      nobody(traced(site, top + other + below()), Verdict.INCONCLUSIVE);
      for (int seconds : List.of(62, 0)) {
        String then = other.replace(date(NOON), date(NOON.minusSeconds(seconds)));
        TraceResult result = traced(site, top + then + below());
        assertEquals(seconds == 62 ? USER : null, result.user(), TraceText.render(result));
      }
    }
  }

  /** A list of addresses of one kind says nothing of the other kind. */
  @Test
  void aHopFromAnAddressThatIsNotListedIsAStrangers() throws Exception {
    logged("mail.example.com");
    String[][] cases = {
      {"192.0.2.1", "2001:db8::9", "match"},
      {"192.0.2.1", "203.0.113.66", "mismatch"},
      {"192.0.2.1", "127.0.0.1", "match"},
      {"192.0.2.1", "::1", "match"},
      {"2001:db8::1", "2001:db8::9", "mismatch"},
      {"2001:db8::1", "::1", "match"},
      {"2001:db8::1", "203.0.113.66", "match"},
      {"out.example.com", "203.0.113.66", "match"},
    };
    for (String[] one : cases) {
      Site site =
          site("hosts:\n  - {name: mail.example.com}\noutgoing: ['%s']\n".formatted(one[0]));
      String from = one[1].indexOf(':') < 0 ? one[1] : "IPv6:" + one[1];
      String hop = hop("ZZ").replace("[192.0.2.1]", "[" + from + "]").replace(" id ZZ", "");
      TraceResult result = traced(site, hop + below());
      List<Evidence> evidence = new ArrayList<>(result.evidence());
      result.candidates().forEach(c -> evidence.addAll(c.evidence()));
      String said =
          evidence.stream()
              .filter(e -> e.check() == Check.ROUTE)
              .map(e -> e.result().word())
              .findFirst()
              .orElse("none");
      assertEquals(one[2], said, String.join(" ", one));
    }
  }

  /** Twenty-six letters and digits are met by chance, and say a time then that never was. */
  @Test
  void aWordInATextIsAnIdOfOursOnlyWhereItsTimeCanBe() throws Exception {
    for (Duration ago : List.of(Duration.ofDays(365), Duration.ofDays(-2), Duration.ofDays(300))) {
      long then = NOON.minus(ago).toEpochMilli();
      String word = new TransactionId(then, 77, 1, 1).toString();
      boolean plausible = ago.toDays() == 300;
      nobody(
          trace("Who sent %s, please?\n".formatted(word)),
          plausible ? Verdict.EXPIRED : Verdict.FOREIGN);
    }
  }

  @Test
  void theAnswerSaysWhatWasReadAndWhatWasNot() throws Exception {
    Instant again = NOON.minusSeconds(60);
    spans.add(new Coverage.Span("a", BEGIN, NOON.minusSeconds(600)));
    spans.add(new Coverage.Span("a", again, NOON));
    spans.add(new Coverage.Span("b", BEGIN.minusSeconds(1), NOON.minusSeconds(1)));
    CoverageNote note = traced(Site.UNKNOWN, genuine).coverage().get();
    assertEquals(BEGIN.minusSeconds(1), note.from());
    assertEquals(NOON, note.until());
    assertEquals(List.of("a", "b"), note.hosts());
    assertEquals(6 * 3600L, note.lagSeconds());
    assertEquals(
        List.of(new CoverageNote.Gap("a", NOON.minusSeconds(600), again, "not read")), note.gaps());
  }
}
