package org.whosent.record;

/**
 * Message-IDs with something around them: RFC 5322 section 3.6.4 allows comments and folding white
 * space there, and clients write more than it allows. Stateless.
 */
public final class MessageIds {
  /** Of what stands before it. */
  private static final int MAX_BEFORE = 100;

  private static final int MAX_LENGTH = 998;

  private MessageIds() {}

  /**
   * The ID in its angle brackets, without what is around it; null where nothing is, or where it is
   * not plain: what stands before it has no bracket, quotation mark or backslash, and what follows
   * it is set off by a blank or is a comment.
   */
  public static String bare(String messageId) {
    int open = messageId.indexOf('<');
    int close = messageId.indexOf('>');
    boolean around = open > 0 || close >= 0 && close < messageId.length() - 1;
    if (open < 0 || open > MAX_BEFORE || close < open + 2 || !around) {
      return null;
    }
    for (int i = 0; i < open; i++) {
      if (messageId.charAt(i) == '"' || messageId.charAt(i) == '\\') {
        return null;
      }
    }
    for (int i = open + 1; i < close; i++) {
      if (" \t<\"()\\".indexOf(messageId.charAt(i)) >= 0) {
        return null;
      }
    }
    boolean setOff =
        close == messageId.length() - 1 || " \t(".indexOf(messageId.charAt(close + 1)) >= 0;
    return setOff && close - open - 1 <= MAX_LENGTH ? messageId.substring(open, close + 1) : null;
  }
}
