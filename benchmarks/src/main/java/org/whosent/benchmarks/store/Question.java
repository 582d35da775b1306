package org.whosent.benchmarks.store;

import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/** What every store is asked. */
enum Question {
  ID(ClueType.TRANSACTION_ID, "ID"),
  MESSAGE_ID(ClueType.MESSAGE_ID, "Message-ID"),
  BODY(ClueType.BODY_DIGEST, "body digest"),
  RECIPIENT(ClueType.RECIPIENT, "recipient, newest 20"),
  USER(ClueType.USER, "user, newest 20");

  /** No answer is longer. */
  static final int NEWEST = 20;

  final ClueType clue;
  final String title;

  Question(ClueType clue, String title) {
    this.clue = clue;
    this.title = title;
  }

  /** What is asked for to find this record (and others that share it). */
  String value(SubmissionRecord record) {
    return switch (this) {
      case ID -> record.transactionId();
      case MESSAGE_ID -> record.messageId();
      case BODY -> record.bodyDigest();
      case RECIPIENT -> record.recipients().getFirst().address();
      case USER -> record.user();
    };
  }
}
