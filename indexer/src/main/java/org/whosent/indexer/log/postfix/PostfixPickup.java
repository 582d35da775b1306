package org.whosent.indexer.log.postfix;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * What pickup(8) says of a message that an account of the machine handed in: {@code uid=N
 * from=<…>}, with {@code orig_id=} of one that {@code postsuper -r} put into a new queue file. Not
 * thread-safe.
 */
final class PostfixPickup {
  private static final Pattern PICKED_UP =
      Pattern.compile(
          "uid=([0-9]{1,10}) from=<.*>(?: orig_id=([0-9A-Za-z]{6,24}))?", Pattern.DOTALL);

  /** Cut behind a long address, as Postfix does: with it, whether it is an old message. */
  private static final Pattern CUT =
      Pattern.compile("uid=([0-9]{1,10}) from=<.{1900,}", Pattern.DOTALL);

  private final PostfixMessages messages;
  private final PostfixParts parts;

  PostfixPickup(PostfixMessages messages, PostfixParts parts) {
    this.messages = messages;
    this.parts = parts;
  }

  /**
   * Reads what stands behind the queue ID into the facts; false when it is no such line.
   *
   * @param perhapsCut the line may end where whoever chose the address wanted it to, in the midst
   *     of it: then what reads like an old queue ID is none
   */
  boolean read(String rest, boolean perhapsCut, SubmissionRecord.Builder facts) {
    String id = facts.transactionId;
    Matcher matcher = PICKED_UP.matcher(rest);
    if (!matcher.matches()) {
      Matcher cut = CUT.matcher(rest);
      return cut.matches() && opens(cut.group(1), facts);
    }
    String before = matcher.group(2);
    if (before != null && QueueId.is(before)) {
      if (perhapsCut || !isSystemAccount(matcher.group(1))) {
        return opens(matcher.group(1), facts); // of another address, nobody's
      }
      // postsuper -r put an old message into a new queue file: whoever sent it, it was not this
      // uid. The old name is the daemon's own word: pickup(8) has it from the file, which is the
      // mail system's, and it ends the line.
      PostfixMessages.Message again = messages.open(facts.host, id, facts.instance, facts.time);
      if (!before.equals(id)) {
        String instance = messages.message(before) == null ? facts.instance : null;
        parts.goesOn(before, again, facts);
        facts.instance = instance == null ? facts.instance : instance; // the queue is the same
        again.fileBefore = before;
        again.instanceBefore = facts.instance;
      }
      return true;
    }
    facts.origin = Origin.LOCAL;
    facts.localUser = "uid:" + matcher.group(1);
    // What pickup calls from is the account's name, before rewriting; the sender is qmgr's.
    return opens(matcher.group(1), facts);
  }

  private boolean opens(String uid, SubmissionRecord.Builder facts) {
    messages.open(facts.host, facts.transactionId, facts.instance, facts.time).systemAccount =
        isSystemAccount(uid);
    return true;
  }

  /** LSB: 1 to 999 are the system's, and nobody's number is 65534; pipe(8) never runs as root. */
  private static boolean isSystemAccount(String text) {
    long uid = Long.parseLong(text);
    return uid >= 1 && uid <= 999 || uid == 65534;
  }
}
