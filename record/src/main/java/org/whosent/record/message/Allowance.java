package org.whosent.record.message;

/**
 * How much of one input is looked at, over all messages that are packed in it. What is taken out of
 * one message is bounded, but archives hold many messages with archives in each. Whoever opens
 * shells asks before each of them, so that what is looked at is more than is allowed by one message
 * at most. Not thread-safe.
 */
public final class Allowance {
  /** Characters in which quoted messages are looked for. */
  static final int SEARCHED = 10 << 20;

  /** What looking up an ID counts for, in characters, for it takes as long. */
  private static final int LOOK_UP = 256;

  /** Octets out of archives, some for each file however small it is. */
  static final int UNPACKED = 256 << 20;

  private long searched;
  private long unpacked;
  private boolean leftOut;

  /** Counts a text that was searched. */
  void search(String text) {
    searched += text.length();
  }

  /** Counts a saved page, of which more is markup than is shown, and which takes longer to read. */
  void searchPage(OpenedMessage page) {
    long markup = 0;
    for (int i = 0; i < page.leaves() && markup < MessageText.MAX_RAW; i++) {
      markup += page.leaf(i).is("text/html") ? page.content(i, MessageText.MAX_RAW).length : 0;
    }
    searched += 2 * Math.min(markup, MessageText.MAX_RAW) + page.plainText().length();
  }

  /** Counts so many IDs out of a text that are looked up. */
  public void lookUp(int ids) {
    searched += (long) LOOK_UP * ids;
  }

  /** Counts what was unpacked. */
  void unpack(long octets) {
    unpacked += octets;
  }

  /** Notes that something was not looked at in which a message may be. */
  void leaveOut() {
    leftOut = true;
  }

  /** True when no more shells are to be opened, and no more attached texts searched. */
  public boolean isSpent() {
    return searched >= SEARCHED || unpacked >= UNPACKED;
  }

  /** True when something was not looked at in which a message may be. */
  public boolean hasLeftOut() {
    return leftOut;
  }
}
