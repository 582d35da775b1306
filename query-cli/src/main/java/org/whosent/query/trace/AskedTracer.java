package org.whosent.query.trace;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.Network;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;
import org.whosent.record.message.Allowance;
import org.whosent.record.message.PastedText;
import org.whosent.record.message.ReceivedField;

/**
 * Answers for identifiers that were asked for without a message: who submitted under this ID. It
 * says nothing of content that it has not seen. An identifier that several users' records have
 * names nobody. Not thread-safe.
 */
final class AskedTracer {
  private static final int MAX_RECORDS = 50;

  /** Words of a text that are looked up. */
  private static final int MAX_WORDS = 400;

  private static final int MAX_TEXT = 256 << 10;

  /**
   * What a reader of pictures, or a phone, writes for letters and digits of ASCII: the rest of a
   * word that holds one would be another ID. Han, kana and Hangul stand beside IDs without a blank.
   */
  private static final String LETTERS =
      "\\p{IsLatin}\\p{IsCyrillic}\\p{IsGreek}\\p{Nd}\\x{1D400}-\\x{1D7FF}";

  private static final Pattern WORD =
      Pattern.compile(
          "(?<![@._\\-"
              + LETTERS
              + "])(?=[A-Za-z0-9.-]{0,40}[0-9])[A-Za-z0-9][A-Za-z0-9-]{6,50}"
              + "(?:[.][0-9]{1,4})?(?![@\\-"
              + LETTERS
              + "])");
  private static final Pattern MESSAGE_ID = Pattern.compile("<[^<>\\s]{1,7900}@[^<>\\s]{1,255}>");

  private static final String BARE =
      "it stands in the text without its angle brackets, as any address does: if it is the"
          + " message's, ask for it by itself";

  /** In a table of IDs, or in a sentence; not within a link, which leads to somebody's message. */
  private static final Pattern BARE_MESSAGE_ID =
      Pattern.compile(
          "(?<![^\\s,;|\"'(\\[:])[^\\s<>@,;|\"'()\\[\\]:/%]{1,200}@[^\\s<>@,;|\"'()\\[\\]:/%]{1,200}"
              + "(?=$|[\\s,;|\"')\\]])");

  /** Quoted-printable that nobody decoded (RFC 2045 section 6.7, rule 5). */
  private static final Pattern SOFT_BREAK =
      Pattern.compile("(?<=[A-Za-z0-9.@-])=\\r?\\n(?=[A-Za-z0-9.@-])");

  private final View view;
  private final Ours ours;
  private final Checks checks;
  private final Judge judge;
  private final HandOvers handOvers;
  private final Candidates candidates;
  private final OtherReadings otherReadings;

  AskedTracer(
      View view,
      Ours ours,
      Checks checks,
      Judge judge,
      HandOvers handOvers,
      Candidates candidates) {
    this.view = view;
    this.ours = ours;
    this.checks = checks;
    this.judge = judge;
    this.handOvers = handOvers;
    this.candidates = candidates;
    this.otherReadings = new OtherReadings(view, handOvers);
  }

  /** Who submitted what was asked for as a text. */
  TraceResult trace(TraceInput.Asked input) throws IOException {
    return input.kind() == Kind.RECEIVED
        ? TraceResult.of(input.name(), Kind.RECEIVED, received(input.text()), ours::coverage)
        : trace(input.name(), input.kind(), input.text());
  }

  private Judge.Ruling received(String text) throws IOException {
    ReceivedField field = ReceivedField.parse(text);
    if (field.id() == null) {
      return new Judge.Ruling(Verdict.FOREIGN, null, null, List.of(), List.of());
    }
    Candidates.Found found = candidates.find(Clues.ofReceived(field));
    List<Candidate> alive =
        found.candidates().stream()
            .filter(c -> c.bound() != Candidate.Bound.REFUTED && Binding.named(c))
            .toList();
    long users = alive.stream().map(Candidate::who).distinct().count();
    if (users == 1) {
      // The field was asked for as it stands: the answer is who submitted under its ID.
      Candidate chosen = Judge.ranked(alive).getFirst();
      return Judge.origin(chosen, Confidence.STRONG, chosen.evidence(), alive);
    }
    return judge.rule(found.candidates(), found.unknown());
  }

  /** Who submitted under this identifier. */
  TraceResult trace(String name, Kind kind, String identifier) throws IOException {
    List<SubmissionRecord> found = new ArrayList<>();
    Check check = Check.TRANSACTION_ID;
    if (kind == Kind.MESSAGE_ID) {
      check = Check.MESSAGE_ID;
      found.addAll(view.find(ClueType.MESSAGE_ID, identifier, MAX_RECORDS));
    } else {
      found.addAll(view.find(ClueType.TRANSACTION_ID, identifier, MAX_RECORDS));
      if (found.isEmpty()) {
        check = Check.NEXT_HOP_ID;
        found.addAll(view.find(ClueType.NEXT_HOP_ID, identifier, MAX_RECORDS));
      }
    }
    if (found.isEmpty()) {
      Optional<Judge.Ruling> other = otherReadings.of(kind, List.of(identifier), new Allowance());
      if (other.isPresent()) {
        return TraceResult.of(name, kind, other.get(), ours::coverage);
      }
      List<Evidence> evidence = new ArrayList<>();
      evidence.add(Evidence.absent(check, "no record has " + identifier));
      String meant = otherQuestion(kind, identifier);
      if (meant != null) {
        evidence.add(Evidence.absent(Check.OTHER_FIELD, meant));
      }
      Verdict verdict =
          judge.absent(kind == Kind.MESSAGE_ID ? null : identifier, null, null, evidence);
      return result(name, kind, verdict, null, null, evidence, List.of());
    }
    return choose(name, kind, check, identifier, found, null);
  }

  /** Whoever types an account or an address, and is told of no record, takes that for no mail. */
  private static String otherQuestion(Kind kind, String text) {
    if (kind == Kind.MESSAGE_ID && text.indexOf('<') < 0) {
      return "it was taken for a Message-ID; what an account or an address sent or got, 'whosent"
          + " search' finds with --user, --sender or --recipient";
    }
    return kind == Kind.QUEUE_ID && Network.parse(text).isPresent()
        ? "it was taken for a queue ID; what a client sent, 'whosent search' finds with --client"
        : null;
  }

  private static String ofLost(String lost) {
    return lost == null
        ? null
        : "our server gave out %s as well, and no record of it is left".formatted(lost);
  }

  /**
   * The answer that records give.
   *
   * @param otherDoubt why nobody is to be named whatever the records say; null for none
   */
  private TraceResult choose(
      String name,
      Kind kind,
      Check check,
      String identifier,
      List<SubmissionRecord> found,
      String otherDoubt)
      throws IOException {
    List<Evidence> evidence = evidence(check, identifier);
    List<Candidate> candidates = new ArrayList<>();
    for (SubmissionRecord record : found) {
      SubmissionRecord submission = handOvers.submission(record);
      candidates.add(
          new Candidate(record, submission, Candidate.NO_LINE, evidence, Candidate.Bound.NAMED, 0));
    }
    long users = candidates.stream().map(Candidate::who).distinct().count();
    String doubt =
        users > 1
            ? "several users' messages have this ID"
            : found.size() >= MAX_RECORDS
                ? "more than %d messages have this ID; only the newest were looked at"
                    .formatted(MAX_RECORDS - 1)
                : otherDoubt;
    if (doubt != null) {
      evidence.add(Evidence.absent(Check.OTHER_FIELD, doubt));
      return result(
          name, kind, Verdict.INCONCLUSIVE, null, null, evidence, Judge.ranked(candidates));
    }
    if (evidence.stream().anyMatch(e -> e.result() == Evidence.Result.MISMATCH)) {
      return result(name, kind, Verdict.FORGED, null, null, evidence, Judge.ranked(candidates));
    }
    Judge.Ruling ruling =
        Judge.origin(candidates.getFirst(), Confidence.STRONG, evidence, candidates);
    return result(
        name,
        kind,
        ruling.verdict(),
        ruling.chosen().submission(),
        ruling.confidence(),
        ruling.evidence(),
        ruling.candidates());
  }

  private List<Evidence> evidence(Check check, String identifier) {
    List<Evidence> evidence = new ArrayList<>();
    evidence.add(Evidence.match(check, identifier + ", asked for"));
    if (check == Check.TRANSACTION_ID) {
      TransactionId.parse(identifier).ifPresent(id -> evidence.add(checks.tag(id)));
    }
    for (Check content : List.of(Check.BODY_DIGEST, Check.TEXT_DIGEST, Check.SIMILARITY)) {
      evidence.add(Evidence.absent(content, "no message was given"));
    }
    return evidence;
  }

  /**
   * Identifiers that stand in a text, as people paste them: those that are in the index. Empty when
   * none is.
   *
   * @param allowance from which it takes
   */
  Optional<TraceResult> inText(String name, String text, Allowance allowance) throws IOException {
    String head = PastedText.typed(text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text);
    Map<String, List<SubmissionRecord>> byOwnId = new LinkedHashMap<>();
    Map<String, List<SubmissionRecord>> byHop = new LinkedHashMap<>();
    List<String> unknownOwn = new ArrayList<>();
    Set<String> words = words(WORD, head);
    allowance.lookUp(2 * words.size());
    for (String word : words) {
      List<SubmissionRecord> own = view.find(ClueType.TRANSACTION_ID, word, MAX_RECORDS);
      if (!own.isEmpty()) {
        byOwnId.put(word, own);
      } else if (TransactionId.parse(word)
          .map(TransactionId::time)
          .filter(ours::plausible)
          .isPresent()) {
        unknownOwn.add(word);
      }
      List<SubmissionRecord> hop = view.find(ClueType.NEXT_HOP_ID, word, MAX_RECORDS);
      if (!hop.isEmpty()) {
        byHop.put(word, hop);
      }
    }
    String lost = unknownOwn.stream().filter(this::gaveOut).findFirst().orElse(null);
    if (!byOwnId.isEmpty() || !byHop.isEmpty()) {
      return Optional.of(best(name, words, byOwnId, byHop, ofLost(lost)));
    }
    Optional<TraceResult> named =
        byMessageId(name, words(MESSAGE_ID, head), ofLost(lost), allowance);
    if (named.isPresent()) {
      return named;
    }
    if (!unknownOwn.isEmpty()) {
      return Optional.of(trace(name, Kind.TRANSACTION_ID, unknownOwn.getFirst()));
    }
    Optional<TraceResult> bare = byMessageId(name, words(BARE_MESSAGE_ID, head), BARE, allowance);
    if (bare.isPresent()) {
      return bare;
    }
    String signs = PastedText.withSigns(head);
    if (!signs.equals(head)) {
      Set<String> disguised = words(MESSAGE_ID, signs);
      disguised.addAll(words(BARE_MESSAGE_ID, signs));
      Optional<TraceResult> found =
          byMessageId(name, disguised, OtherReadings.DISGUISED, allowance);
      if (found.isPresent()) {
        return found;
      }
    }
    Kind kind = Kind.QUEUE_ID;
    Optional<Judge.Ruling> other = otherReadings.of(kind, words, allowance);
    if (other.isEmpty()) {
      kind = Kind.MESSAGE_ID;
      other = otherReadings.of(kind, words(MESSAGE_ID, head), allowance);
    }
    Kind said = kind;
    return other.map(ruling -> TraceResult.of(name, said, ruling, ours::coverage));
  }

  private Optional<TraceResult> byMessageId(
      String name, Set<String> words, String otherDoubt, Allowance allowance) throws IOException {
    allowance.lookUp(words.size());
    Map<String, List<SubmissionRecord>> found = new LinkedHashMap<>();
    for (String word : words) {
      String id = word.startsWith("<") ? word : "<" + word + ">";
      List<SubmissionRecord> records = view.find(ClueType.MESSAGE_ID, id, MAX_RECORDS);
      if (!records.isEmpty()) {
        found.put(id, records);
      }
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    String first = found.keySet().iterator().next();
    return Optional.of(
        choose(name, Kind.MESSAGE_ID, Check.MESSAGE_ID, first, all(found), otherDoubt));
  }

  private boolean gaveOut(String id) {
    return TransactionId.parse(id).map(checks::tag).orElseThrow().result() == Evidence.Result.MATCH;
  }

  /**
   * Several IDs of one message stand together: the one whose next hop's ID is there too is it. But
   * that as well can be copied, below one's own field: another ID above it may be the true one, and
   * so may one of which no next hop's ID is known.
   */
  private TraceResult best(
      String name,
      Set<String> words,
      Map<String, List<SubmissionRecord>> byOwnId,
      Map<String, List<SubmissionRecord>> byHop,
      String doubt)
      throws IOException {
    if (byOwnId.isEmpty()) {
      String id = byHop.keySet().iterator().next();
      return choose(name, Kind.QUEUE_ID, Check.NEXT_HOP_ID, id, all(byHop), doubt);
    }
    Set<SubmissionRecord> hops = new LinkedHashSet<>(all(byHop));
    for (SubmissionRecord record : all(byOwnId)) {
      if (words.stream().anyMatch(word -> RouteChecks.isHopOf(record, word))) {
        hops.add(record);
      }
    }
    Map<String, List<SubmissionRecord>> joined = new LinkedHashMap<>();
    Map<String, List<SubmissionRecord>> others = new LinkedHashMap<>();
    byOwnId.forEach(
        (id, records) -> {
          List<SubmissionRecord> ofHops = records.stream().filter(hops::contains).toList();
          if (!ofHops.isEmpty()) {
            joined.put(id, ofHops);
          } else if (joined.isEmpty() || !records.stream().allMatch(RouteChecks::hopsKnown)) {
            others.put(id, records);
          }
        });
    Map<String, List<SubmissionRecord>> chosen = new LinkedHashMap<>(joined);
    chosen.putAll(others);
    String id = chosen.keySet().iterator().next();
    Kind kind = TransactionId.parse(id).isPresent() ? Kind.TRANSACTION_ID : Kind.QUEUE_ID;
    return choose(name, kind, Check.TRANSACTION_ID, id, all(chosen), doubt);
  }

  private static List<SubmissionRecord> all(Map<String, List<SubmissionRecord>> found) {
    return found.values().stream().flatMap(List::stream).distinct().toList();
  }

  private static Set<String> words(Pattern pattern, String text) {
    Set<String> words = new LinkedHashSet<>();
    String joined = SOFT_BREAK.matcher(text).replaceAll("");
    add(words, pattern, joined);
    if (joined.length() != text.length()) {
      add(words, pattern, text);
    }
    return words;
  }

  private static void add(Set<String> words, Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find() && words.size() < MAX_WORDS) {
      words.add(matcher.group());
    }
  }

  private TraceResult result(
      String name,
      Kind kind,
      Verdict verdict,
      SubmissionRecord record,
      Confidence confidence,
      List<Evidence> evidence,
      List<Candidate> candidates) {
    return new TraceResult(
        name,
        kind,
        verdict,
        verdict == Verdict.IDENTIFIED ? record.user() : null,
        confidence,
        record,
        evidence,
        TraceResult.ranked(candidates),
        ours::coverage);
  }
}
