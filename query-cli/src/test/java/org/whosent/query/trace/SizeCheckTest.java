package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.query.trace.Evidence.Result;
import org.whosent.record.Continuation;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * What the size that our server counted says of a message: all that a mail log knows of content.
 * Allowed for is what servers do on the way, and no more, or another text has room in it.
 */
class SizeCheckTest extends MadeUpMail {
  private static final String USER = "victim@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String TOP = "Return-Path: <%s>\nDelivered-To: r@far.example\n";
  private final String genuine = mail(USER, "<v@x>", TEXT.repeat(40));
  private final String ours = received(ID, "198.51.100.7");
  private final long whole = crlf(ours + genuine);
  private final long slack = 100 + whole / 50;
  private final long own = octets(ours);

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", genuine, false);
  }

  private static long crlf(String text) {
    return text.replace("\n", "\r\n").length();
  }

  /** Of one field, unfolded. */
  private static long octets(String field) {
    return field.replace("\n", "").length() + 2;
  }

  private void record(Consumer<SubmissionRecord.Builder> edit) {
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    edit.accept(record);
    records.set(0, record.build());
  }

  private Result size(String message, long size) throws IOException {
    record(r -> r.size = size);
    TraceResult result = trace(message);
    Stream<List<Evidence>> shown =
        Stream.concat(
            Stream.of(result.evidence()),
            result.candidates().stream().map(TraceResult.Ranked::evidence));
    return shown
        .flatMap(List::stream)
        .filter(e -> e.check() == Check.SIZE)
        .findFirst()
        .orElseThrow(() -> new AssertionError(TraceText.render(result)))
        .result();
  }

  /** A record's size from the least to the greatest fits; what is well beyond does not. */
  private void fits(String message, long least, long greatest) throws IOException {
    assertEquals(Result.MATCH, size(message, least + 8));
    assertEquals(Result.MISMATCH, size(message, least - 8));
    assertEquals(Result.MATCH, size(message, greatest - 8));
    assertEquals(Result.MISMATCH, size(message, greatest + 8));
  }

  private static long slack(long size) {
    return 100 + size / 50;
  }

  @Test
  void ofAMessageBelowOurFieldFoldingAndTheFieldItself() throws IOException {
    long least = whole - own - slack(whole - own);
    fits(ours + genuine, least, whole + slack);
    fits((ours + genuine).replace("\n", "\r\n"), least, whole + slack);
    // What stands above was not there when it was counted.
    fits("X-Junk: " + "x".repeat(500) + "\n" + ours + genuine, least, whole + slack);
    fits("Received: (a note) by x\n" + ours + genuine, least, whole + slack);
  }

  /** Only where the message has left us can somebody have appended to it. */
  @Test
  void aFooterWhereAHopOrAListShowsTheWay() throws IOException {
    long footer = 700;
    long least = whole - own - footer - slack(whole - own - footer) + 8;
    fits(hop("AAAA1111") + ours + genuine, least, whole + slack);
    fits(hop("BBBB1111").replace(" id BBBB1111", "") + ours + genuine, least, whole + slack);
    assertEquals(Result.MISMATCH, size(ours + genuine, least + 20));
    String listed = "List-Id: <l.example.net>\n";
    assertEquals(Result.MATCH, size(listed + ours + genuine, least + 8));
    assertEquals(Result.MISMATCH, size(listed + ours + genuine, least - 40));
    // Less of it to a short message.
    String small = mail(USER, "<v@x>", TEXT);
    long size = crlf(ours + small) - own;
    assertEquals(Result.MISMATCH, size(hop("AAAA1111") + ours + small, size - 100 - 700));
    assertEquals(Result.MATCH, size(hop("AAAA1111") + ours + small, size - 100 - 160));
  }

  /** Marks of filters and lists, among the sender's own fields; and a signature above ours. */
  @Test
  void theFieldsThatOthersAdd() throws IOException {
    String mark = "x".repeat(900);
    for (String name : List.of("X-Spam-Report", "List-Help", "ARC-Seal", "x-gm-message-state")) {
      String below = ours + name + ": " + mark + "\n" + genuine;
      long added = octets(name + ": " + mark);
      fits(
          below,
          whole - own - slack(whole - own),
          whole + 902 + added - 902 + slack(whole + added));
      String above = ours.replaceFirst("^", name + ": " + mark + "\n");
      assertEquals(Result.MATCH, size(above + genuine, whole + added + slack));
      assertEquals(Result.MISMATCH, size(above + genuine, whole + added + slack + 60));
      String higher = name + ": " + mark + "\n" + hop("AAAA1111") + ours + genuine;
      assertEquals(Result.MISMATCH, size(higher, whole + slack + 60));
    }
    String other = "X-Other: " + mark + "\n";
    assertEquals(Result.MISMATCH, size(ours + other + genuine, whole));
    assertEquals(Result.MISMATCH, size(other + ours + genuine, whole + 900 + slack));
  }

  /** Postfix counts what a policy service had it put above its own field, as postgrey does. */
  @Test
  void fieldsThatAPolicyServicePutAboveOurs() throws IOException {
    String field =
        "X-Greylist: delayed 4 seconds by postgrey-1.37 at mail; Sat, 28 Nov 2026 12:29:27 UTC\n";
    String above = field.repeat(4);
    long counted = whole + crlf(above);
    String copy = hop("AAAA1111") + above + ours + genuine;
    assertEquals(Result.MATCH, size(copy, counted));
    assertEquals(Result.MATCH, size(copy, counted - 8));
    assertEquals(Result.MISMATCH, size(copy, counted - 30));
    assertEquals(Result.MISMATCH, size(copy, counted + 30));
    // Those at the top are a later server's.
    assertEquals(Result.MATCH, size(copy, counted - crlf(field)));
    // Nor what stands above another's field.
    assertEquals(Result.MISMATCH, size(above + hop("AAAA1111") + ours + genuine, counted));
    assertEquals(Result.MISMATCH, size(above + "Delivered-To: x@y\n" + ours + genuine, counted));
  }

  /** Without our field what servers wrote above is not counted, and ours may be missing. */
  @Test
  void withoutOurField() throws IOException {
    long mail = crlf(genuine);
    String top = TOP.formatted(USER);
    long least = mail - slack(mail);
    fits(top + genuine, least, crlf(top + genuine) + 800 + slack(mail + 900));
    for (String name :
        List.of(
            "Received",
            "Return-Path",
            "Delivery-Date",
            "X-Mail-Args",
            "X-Helo-Args",
            "X-Client-Addr",
            "Delivered-To")) {
      String field = name + ": " + "y".repeat(600) + "\n";
      boolean hop = name.equals("Received"); // which does not say by whom
      String message = hop ? top + field + genuine : field + top + genuine;
      assertEquals(Result.MATCH, size(message, least + 8), name);
      assertEquals(Result.MISMATCH, size(message, least - 8), name);
    }
    String other = "X-Other: " + "y".repeat(600) + "\n";
    assertEquals(Result.MISMATCH, size(top + other + genuine, least + 8));
  }

  /** Of a short message half could be another text. */
  @Test
  void ofAShortMessageWithoutOurFieldLittleMayBeMissing() throws IOException {
    String small = mail(USER, "<v@x>", TEXT);
    long size = crlf(TOP.formatted(USER) + small);
    assertEquals(Result.MATCH, size(TOP.formatted(USER) + small, size + 250 + size / 4));
    assertEquals(Result.MISMATCH, size(TOP.formatted(USER) + small, size + 800));
  }

  /** Cut off on its way, which only one that has left us, or was delivered here, can have been. */
  @Test
  void aMessageThatEndsInTheMidstOfALine() throws IOException {
    String cut = ours + genuine.stripTrailing();
    long longer = whole + slack + 500;
    assertEquals(Result.ABSENT, size(hop("AAAA1111") + cut, longer));
    assertEquals(Result.MISMATCH, size(hop("AAAA1111") + cut + "\n", longer));
    assertEquals(Result.MATCH, size(hop("AAAA1111") + cut, whole));
    assertEquals(Result.MISMATCH, size(hop("AAAA1111") + cut, whole / 2));
    assertEquals(Result.MISMATCH, size(cut, longer));
    String delivered = "Delivered-To: r@far.example\n" + cut;
    assertEquals(Result.MISMATCH, size(delivered, longer));
    Recipient here = new Recipient("R@far.example", null, true, null, null, null, null, null, NOON);
    record(r -> r.recipients = List.of(Recipient.of("s@far.example"), here));
    assertEquals(Result.ABSENT, size(delivered, longer));
    assertEquals(Result.MISMATCH, size(delivered.replace("r@", "q@"), longer));
    record(r -> r.recipients = List.of(Recipient.of("r@far.example")));
    assertEquals(Result.MISMATCH, size(delivered, longer));
  }

  @Test
  void farLargerContentIsNotWhatWasSubmitted() throws IOException {
    String large = hop("AAAA1111") + ours + mail(USER, "<v@x>", OTHER.repeat(200));
    long size = crlf(ours + mail(USER, "<v@x>", OTHER.repeat(200)));
    for (String more : List.of("", "X-Spam-Report: " + "x".repeat(3000) + "\n")) {
      String message = large.replace("From: ", more + "From: ");
      long most = (size - 2 * 4096) * 2 / 3;
      record(r -> r.size = most - 20);
      nobody(trace(message), Verdict.CONTRADICTED);
      record(r -> r.size = most + 20);
      nobody(trace(message), Verdict.INCONCLUSIVE);
    }
    // Without our field, what was put above it is no part of it.
    String noLine = large.replace(ours, "");
    long below = crlf(mail(USER, "<v@x>", OTHER.repeat(200)));
    record(r -> r.size = (below - 2 * 4096) * 2 / 3 + 20);
    nobody(trace(noLine), Verdict.INCONCLUSIVE);
    record(r -> r.size = (below - 2 * 4096) * 2 / 3 - 20);
    TraceResult result = trace(noLine);
    assertEquals(null, result.user());
    assertEquals(
        true,
        result.candidates().getFirst().evidence().stream()
            .anyMatch(e -> e.check() == Check.FAR_SIZE));
  }

  /** Marks and blanks come and go; much more than was submitted is something else. */
  @Test
  void aQuotationWithMuchMoreInIt() throws IOException {
    String text = "From: c@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n\nSee:\n\n> ";
    String quoted = text + (ours + genuine).replace("\n", "\n> ");
    long here = whole;
    long least = (here - 700 - 800) * 2 / 3;
    assertEquals(Result.ABSENT, size(quoted, here));
    assertEquals(Result.ABSENT, size(quoted, 5 * here));
    assertEquals(Result.ABSENT, size(quoted, least));
    long bound = (long) ((here - 1500 - 200) / 1.54);
    assertEquals(Result.ABSENT, size(quoted, bound + 60));
    assertEquals(Result.MISMATCH, size(quoted, bound - 60));
  }

  /** What a content filter handed back was counted before it went there. */
  @Test
  void theFieldOfAFiltersWayBackSaysNothingOfTheSize() throws IOException {
    String back = "4jY9Sc2QmxzbySQ";
    record(r -> r.aliases = List.of(back));
    record(r -> r.continuations = List.of(new Continuation(back, NOON, null, null).text()));
    assertEquals(Result.ABSENT, size(hop("AAAA1111") + ours.replace(ID, back) + genuine, 99));
    assertEquals(Result.MISMATCH, size(hop("AAAA1111") + ours + genuine, 99));
    // OpenSMTPD and others keep the ID on the way.
    record(r -> r.continuations = List.of(new Continuation(ID, NOON, null, null).text()));
    assertEquals(Result.MISMATCH, size(hop("AAAA1111") + ours + genuine, 99));
  }

  /** Its queue ID, a long field below ours, and the hand-over: else it is another text. */
  @Test
  void onlyWhatSendmailHandedOnMayLackAPartOfALongField() throws IOException {
    String id = "6ANG1Bjf001496";
    record(r -> r.transactionId = id);
    String line = ours.replace(ID, id);
    String longField = "References: " + "<1@x> ".repeat(340) + "\n";
    String cut = line + longField + genuine;
    long size = crlf(cut) + slack + 2000;
    assertEquals(Result.ABSENT, size(hop("AAAA1111") + cut, size));
    assertEquals(Result.MISMATCH, size(hop("BBBB1111").replace(" id BBBB1111", "") + cut, size));
    assertEquals(Result.MISMATCH, size(longField + hop("AAAA1111") + line + genuine, size));
    assertEquals(Result.ABSENT, size(hop("AAAA1111") + cut, crlf(cut) + (32 << 10) - 20));
    assertEquals(Result.MISMATCH, size(hop("AAAA1111") + cut, crlf(cut) + (32 << 10) + 20));
    assertEquals(Result.MISMATCH, size(hop("AAAA1111") + cut, crlf(cut) / 2));
    record(r -> r.transactionId = ID);
    assertEquals(Result.MISMATCH, size(hop("AAAA1111") + cut.replace(id, ID), size));
  }

  /** Behind a filter its own field is counted twice; nobody else counts so. */
  @Test
  void opensmtpdBehindAFilterCountsItsFieldTwice() throws IOException {
    String id = "a79c7308";
    String line = ours.replace(ID, id).replace("(Whosent)", "(OpenSMTPD)");
    long all = crlf(line + genuine);
    long once = octets(line);
    long twice = all + once;
    record(r -> r.transactionId = id);
    assertEquals(Result.MISMATCH, size(line + genuine, twice + slack - 8)); // has a Message-ID
    record(r -> r.messageId = null);
    fits(line + genuine, all - once - slack(all - once), twice + slack(twice));
    // As it counts: line ends are one octet.
    assertEquals(Result.MATCH, size(line + genuine, line.length() * 2L + genuine.length()));
    String another = ours.replace(ID, id);
    assertEquals(Result.MISMATCH, size(another + genuine, twice + slack - 8));
    String note = another.replace("from pc", "from (OpenSMTPD)");
    assertEquals(Result.MISMATCH, size(note + genuine, twice + slack + 8));
    record(r -> r.transactionId = "A79C7308");
    assertEquals(Result.MISMATCH, size(line.replace(id, "A79C7308") + genuine, twice + slack - 8));
  }

  /** What a filter put above the field is counted as well, whatever it is called. */
  @Test
  void fieldsThatAFilterOfOpensmtpdsPutAboveItsOwn() throws IOException {
    String id = "a79c7308";
    String line = ours.replace(ID, id).replace("(Whosent)", "(OpenSMTPD)");
    record(r -> r.transactionId = id);
    record(r -> r.messageId = null);
    String above = "X-Filter: seen\nX-Filter-Long: " + "y".repeat(900) + "\n";
    String copy = hop("AAAA1111") + above + line + genuine;
    long counted = above.length() + line.length() * 2L + genuine.length();
    assertEquals(Result.MATCH, size(copy, counted));
    assertEquals(Result.MISMATCH, size(copy, counted - 120));
    assertEquals(Result.MISMATCH, size(copy, counted + 30));
    assertEquals(Result.MISMATCH, size(above + hop("AAAA1111") + line + genuine, counted));
  }

  /**
   * They count a line's end as one octet, which is much in a long message or one of short lines.
   */
  @Test
  void someServersCountLineFeedsAlone() throws IOException {
    for (String text : List.of("ab cd\n".repeat(3000), ("x".repeat(76) + "\n").repeat(20_000))) {
      String mail = mail(USER, "<v@x>", text);
      for (String id :
          List.of(
              "1vOxyz-0000000AbCd-1a2b",
              "1vOxyz-000AbC-1a",
              "a79c7308",
              sendmails(NOON, "001234"))) {
        boolean exim = !id.startsWith("a79c");
        String line =
            ours.replace(ID, id).replace("(Whosent)", exim ? "(Exim 4.98)" : "(OpenSMTPD)");
        long counted = (line + mail).length();
        record(r -> r.transactionId = id);
        record(r -> r.messageId = exim ? "<v@x>" : null);
        assertEquals(Result.MATCH, size(hop("AAAA1111") + line + mail, counted), id);
        assertEquals(Result.MATCH, size(TOP.formatted(USER) + line + mail, counted), id);
        long slack = Math.min(4096, counted / 50) + 100;
        assertEquals(Result.MISMATCH, size(line + mail, counted - octets(line) - slack - 20), id);
        // Between the two ways to count there is none.
        long between = (counted + crlf(line + mail) + octets(line)) / 2;
        assertEquals(Result.MISMATCH, size(line + mail, between), id);
      }
      // Another server's, or another day's.
      for (String id : List.of(ID, sendmails(NOON.minusSeconds(86_400), "001234"))) {
        String line = ours.replace(ID, id);
        record(r -> r.transactionId = id);
        record(r -> r.messageId = "<v@x>");
        assertEquals(Result.MISMATCH, size(line + mail, (line + mail).length()));
      }
    }
  }

  private static String sendmails(Instant time, String process) {
    ZonedDateTime utc = time.atZone(ZoneOffset.UTC);
    return "6%c%cA02aa%s"
        .formatted(
            Character.toUpperCase(Character.forDigit(utc.getMonthValue() - 1, 36)),
            Character.toUpperCase(Character.forDigit(utc.getDayOfMonth(), 36)),
            process);
  }

  /** Of a copied header over another text the size says so, whichever way it was counted. */
  @Test
  void aCopiedHeaderOverAnotherTextIsNoOpensmtpdsEither() throws IOException {
    String id = "a79c7308";
    String line = ours.replace(ID, id).replace("(Whosent)", "(OpenSMTPD)");
    record(r -> r.transactionId = id);
    record(r -> r.messageId = null);
    long counted = line.length() * 2L + genuine.length();
    String header = TOP.formatted(USER) + line + genuine.substring(0, genuine.indexOf("\n\n") + 2);
    record(r -> r.size = counted);
    assertEquals(USER, trace(header + TEXT.repeat(40)).user());
    for (int more : List.of(-8, 8)) {
      String forged = header + TEXT.repeat(40 + more);
      assertEquals(Result.MISMATCH, size(forged, counted));
      assertEquals(null, trace(forged).user());
      record(r -> r.size = counted - line.length());
      assertEquals(Result.MISMATCH, size(forged, counted - line.length()));
      assertEquals(null, trace(forged).user());
    }
  }
}
