package org.whosent.query.trace;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * The envelope and the header's claims held against the record: what forwards and lists change, so
 * it speaks for and never against. Stateless.
 */
final class EnvelopeChecks {
  private static final Duration SAME_DATE = Duration.ofDays(2);

  /** Some programs write the field anew, without its seconds. */
  private static final Duration SAME_HEADER = Duration.ofMinutes(1);

  /** What lists and filters put before a Subject: of a longer text the sender is not known. */
  private static final int TAG = 20;

  static final Duration PROMPT = Duration.ofMinutes(15);

  private EnvelopeChecks() {}

  static void check(Clues clues, SubmissionRecord record, List<Evidence> evidence) {
    Set<String> recipients = recipients(record);
    evidence.add(oneOf(Check.RECIPIENT, clues.delivered(), recipients, "delivered to "));
    evidence.add(oneOf(Check.ADDRESSEE, clues.addressees(), recipients, "addressed to "));
    evidence.add(mailFrom(clues, record));
    evidence.add(headerFrom(clues, record));
    if (isRepeated(clues, "From")) {
      evidence.add(Evidence.mismatch(Check.HEADER_FROM, "the message has several"));
    }
    evidence.add(date(clues, record));
    if (clues.date() != null
        && !otherDate(clues, record)
        && Checks.near(clues.date(), record.time(), PROMPT)) {
      evidence.add(Evidence.match(Check.PROMPT, "written when it was submitted"));
    }
    evidence.add(subject(clues, record));
  }

  static Set<String> recipients(SubmissionRecord record) {
    Set<String> all = new LinkedHashSet<>();
    for (Recipient recipient : record.recipients()) {
      all.add(Ours.fold(recipient.address()));
      if (recipient.finalAddress() != null) {
        all.add(Ours.fold(recipient.finalAddress()));
      }
    }
    return all;
  }

  private static Evidence oneOf(Check check, Set<String> here, Set<String> there, String words) {
    if (here.isEmpty() || there.isEmpty()) {
      return Evidence.absent(check, "not said");
    }
    for (String address : here) {
      if (there.contains(address)) {
        return Evidence.match(check, words + address);
      }
    }
    return Evidence.absent(check, words + here.iterator().next() + ", not in the record");
  }

  private static Evidence mailFrom(Clues clues, SubmissionRecord record) {
    if (clues.mailFrom() == null || record.mailFrom() == null) {
      return Evidence.absent(Check.MAIL_FROM, "not said");
    }
    boolean same = Ours.fold(clues.mailFrom()).equals(Ours.fold(record.mailFrom()));
    String detail = "<" + clues.mailFrom() + ">";
    return same
        ? Evidence.match(Check.MAIL_FROM, detail)
        : Evidence.absent(Check.MAIL_FROM, detail + ", the record <" + record.mailFrom() + ">");
  }

  private static Evidence headerFrom(Clues clues, SubmissionRecord record) {
    if (clues.headerFrom() == null) {
      return Evidence.absent(Check.HEADER_FROM, "not said");
    }
    Set<String> there = from(record);
    if (there.contains(clues.headerFrom())) {
      return Evidence.match(Check.HEADER_FROM, clues.headerFrom());
    }
    String both = clues.headerFrom() + ", the record " + there;
    return record.headerFrom() == null || Clues.isRedacted(clues.headerFrom())
        ? Evidence.absent(Check.HEADER_FROM, both)
        : Evidence.mismatch(Check.HEADER_FROM, both);
  }

  /** Of several, against RFC 5322 section 3.6, one program shows the first, another the last. */
  private static boolean isRepeated(Clues clues, String name) {
    return clues.message() != null
        && clues.message().headers().all(name).stream().distinct().count() > 1;
  }

  /** The addresses that may stand in From, as far as the record knows. */
  static Set<String> from(SubmissionRecord record) {
    Set<String> there = new LinkedHashSet<>();
    if (record.headerFrom() != null) {
      Clues.addresses(record.headerFrom(), there);
    } else if (record.mailFrom() != null) {
      there.add(Ours.fold(record.mailFrom()));
    }
    return there;
  }

  private static Evidence date(Clues clues, SubmissionRecord record) {
    if (clues.date() == null) {
      return Evidence.absent(Check.DATE, "not said");
    }
    String detail = Times.format(clues.date());
    if (otherDate(clues, record)) {
      String both = detail + ", our server saw " + Times.format(record.headerDate());
      // Who quotes a header may write the time of day of another zone, or leave the seconds out.
      return clues.quoted()
          ? Evidence.absent(Check.DATE, both)
          : Evidence.mismatch(Check.DATE, both);
    }
    return Checks.near(clues.date(), record.time(), SAME_DATE)
        ? Evidence.match(Check.DATE, detail)
        : Evidence.absent(Check.DATE, detail + ", the record " + Times.format(record.time()));
  }

  private static boolean otherDate(Clues clues, SubmissionRecord record) {
    return record.headerDate() != null
        && !Checks.near(clues.date(), record.headerDate(), SAME_HEADER);
  }

  private static Evidence subject(Clues clues, SubmissionRecord record) {
    if (clues.subject() == null || record.subject() == null) {
      return Evidence.absent(Check.SUBJECT, record.subject() == null ? "not recorded" : "none");
    }
    String here = plain(clues.subject());
    String there = plain(record.subject());
    boolean several = isRepeated(clues, "Subject");
    if (!several
        && !there.isEmpty()
        && here.endsWith(there)
        && here.length() - there.length() <= TAG) {
      return Evidence.match(Check.SUBJECT, clues.subject());
    }
    String both =
        clues.subject() + (several ? ", and another one" : ", the record " + record.subject());
    // A log may have cut it.
    boolean whole = (several || !there.isEmpty()) && ContentChecks.recorded(record);
    return whole ? Evidence.mismatch(Check.SUBJECT, both) : Evidence.absent(Check.SUBJECT, both);
  }

  private static String plain(String subject) {
    return subject.replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
  }
}
