package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Two users sent a message with the same Message-ID, which the second copied, and the first one's
 * line with it; whoever complains may have cut off the second one's own. The first is named only
 * for what the second could not have written into his header.
 */
class RivalsTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String VICTIM = "victim@example.com";
  private static final String MALLORY = "mallory@example.com";
  private static final String CLIENT = "198.51.100.7";
  private static final String HIS = "Delivered-To: r@far.example\n";
  private static final String THEIRS = "Delivered-To: m@else.example\n";
  private static final String HIDDEN = "undisclosed-recipients:;";

  private final String genuine = mail(VICTIM, "<v@x>", TEXT.repeat(4));
  private final String header = genuine.substring(0, genuine.indexOf("\n\n") + 1);
  private final String line = received(ID, CLIENT);

  private SubmissionRecord victims;
  private SubmissionRecord mallorys;

  @BeforeEach
  void submitted() throws IOException {
    victims =
        edited(
            submit(VICTIM, ID, "AAAA1111", genuine, false),
            r -> {
              r.headerDate = null;
              r.size = octets(line + genuine);
            });
    mallorys =
        edited(
            submit(MALLORY, "4jY9Sc2QmxzbySQ", "BBBB2222", genuine, false),
            r -> {
              r.headerDate = null;
              r.client = "198.51.100.66";
              r.recipients = to("m@else.example");
              r.size = 99L;
            });
  }

  private static List<Recipient> to(String... addresses) {
    return Stream.of(addresses).map(Recipient::of).toList();
  }

  private static long octets(String message) {
    return message.replace("\n", "\r\n").length();
  }

  private static SubmissionRecord edited(
      SubmissionRecord record, Consumer<SubmissionRecord.Builder> edit) {
    SubmissionRecord.Builder builder = record.toBuilder();
    edit.accept(builder);
    return builder.build();
  }

  private void set(SubmissionRecord... all) {
    records.clear();
    records.addAll(List.of(all));
  }

  private void his(String message) throws IOException {
    named(trace(message), VICTIM, Confidence.BY_HEADER);
  }

  /** But for the other one it would be his. */
  private void open(String message) throws IOException {
    TraceResult result = trace(message);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(
        "another user's message with the same Message-ID fits as well",
        result.evidence().getFirst().detail());
    List<SubmissionRecord> both = List.copyOf(records);
    set(both.getFirst());
    named(trace(message), VICTIM, Confidence.BY_HEADER);
    records.clear();
    records.addAll(both);
  }

  @Test
  void whereItWasDeliveredTellsThemApart() throws IOException {
    set(victims, mallorys);
    his(HIS + line + header);
    his(HIS + line + header.replace("r@far.example", HIDDEN));
    // Anybody may write any From: his recipients are his own all the same.
    his(HIS + line + header.replace(VICTIM, MALLORY).replace("To: r@far.example", "To: x@y"));
    open(THEIRS + line + header);
    his("Delivered-To: q@else.example\n" + line + header);
    set(victims, edited(mallorys, r -> r.recipients = to("r@far.example")));
    open(HIS + line + header.replace("From: " + VICTIM, "From: q@x"));
    his(HIS + "Return-Path: <" + VICTIM + ">\n" + line + header.replace(VICTIM, "q@x"));
    open(HIS + "Return-Path: <" + MALLORY + ">\n" + line + header);
    set(victims, edited(mallorys, r -> r.recipients = to("r@far.example", "x@far.example")));
    open(HIS + line + header.replace("To: r@far", "To: x@far"));
  }

  @Test
  void theReversePathTellsThemApart() throws IOException {
    String path = "Return-Path: <" + VICTIM + ">\n";
    String bare = header.replace("r@far.example", HIDDEN).replace("From: " + VICTIM, "From: q@x");
    set(victims, mallorys);
    his(path + line + bare);
    set(victims, edited(mallorys, r -> r.mailFrom = VICTIM));
    open(path + line + bare);
  }

  @Test
  void theWholeHeaderTellsThemApartAndLessDoesNot() throws IOException {
    set(victims, mallorys);
    String later = header.replace("Date: " + date(NOON), "Date: " + date(NOON.plusSeconds(3600)));
    String redacted = line.replace(CLIENT, "x.x.x.x");
    String hidden = header.replace("r@far.example", HIDDEN);
    String way = hop("3dc44c83").replace(HIS, "");
    String handOver = hop("AAAA1111").replace(HIS, "");
    his(line + header);
    open(line + later);
    open(redacted + header);
    his(handOver + redacted + header);
    open(line + hidden);
    his(way + line + hidden);
    open(way + redacted + hidden);
    his(handOver + redacted + hidden);
    open(line + header.replace("From: " + VICTIM, "From: q@x"));
    set(victims, edited(mallorys, r -> r.mailFrom = VICTIM));
    open(line + header);
  }

  @Test
  void theSizeTellsThemApartBelowHisLine() throws IOException {
    String hidden =
        genuine.replace("r@far.example", HIDDEN).replace("From: " + VICTIM, "From: q@x");
    victims = edited(victims, r -> r.size = octets(line + hidden));
    set(victims, mallorys);
    his(line + hidden);
    set(victims, edited(mallorys, r -> r.size = null));
    open(line + hidden);
    set(victims, edited(mallorys, r -> r.size = octets(line + hidden)));
    open(line + hidden);
    // Without his line the size is but one thing more that fits.
    victims = edited(victims, r -> r.size = octets(line + genuine));
    set(
        victims,
        edited(
            mallorys,
            r -> {
              r.mailFrom = VICTIM;
              r.recipients = to("r@far.example");
            }));
    open(HIS + genuine);
    set(victims, mallorys);
    his(HIS + genuine);
  }

  @Test
  void theContentTellsThemApart() throws IOException {
    set(victims);
    SubmissionRecord with = submit(VICTIM, ID, "AAAA1111", genuine, true);
    set(with, edited(mallorys, r -> r.recipients = to("r@far.example", "m@else.example")));
    named(trace(THEIRS + line + genuine), VICTIM, Confidence.STRONG);
    open(THEIRS + line + header);
  }
}
