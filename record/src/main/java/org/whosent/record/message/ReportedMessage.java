package org.whosent.record.message;

/**
 * A message that somebody asks about, and how much of it there is. Immutable.
 *
 * @param message opened
 * @param extent how much of it came
 * @param belowLabels whether it is quoted below the labels of a forward, or the attribution of an
 *     answer, with a header of its own: he who sent what the labels speak of may have written that
 *     header into his text
 */
public record ReportedMessage(OpenedMessage message, Extent extent, boolean belowLabels) {
  /** A message that stands below no labels. */
  public ReportedMessage(OpenedMessage message, Extent extent) {
    this(message, extent, false);
  }

  /** How much of the message there is. */
  public enum Extent {
    /** As it was received, header and body. */
    WHOLE,
    /** The header only. */
    HEADER,
    /** Quoted in somebody's text: words survive, line breaks and fields may not. */
    QUOTED
  }

  /** A message as it came, whole or without its body. */
  public static ReportedMessage of(OpenedMessage message) {
    return message.hasBody() || !message.hasReceivedHeader()
        ? withBody(message)
        : new ReportedMessage(message, Extent.HEADER);
  }

  /**
   * A message with its body, if that is empty too. Of a rendering without the header that servers
   * wrote the fields are as good as quoted ones.
   */
  public static ReportedMessage withBody(OpenedMessage message) {
    return new ReportedMessage(message, message.hasReceivedHeader() ? Extent.WHOLE : Extent.QUOTED);
  }

  /** True when the content can be held against a record: all of it is here as it was received. */
  public boolean wholeContent() {
    return extent == Extent.WHOLE && !message.isRendering() && message.complete();
  }
}
