package org.whosent.record.outlook;

import java.util.List;

/**
 * A message as Outlook keeps it. Its body is a rendering: the octets that were sent are gone.
 * Immutable.
 *
 * @param header the internet header as it was received (PidTagTransportMessageHeaders), lines ended
 *     by LF; null where there is none: a draft, a sent item, a message that never left Exchange
 * @param ownFields From, To, Date, Subject and Message-ID out of the properties, one line each
 * @param text the plain text; null where there is none
 * @param html the body in HTML; null where there is none
 * @param htmlCharset of the body in HTML; null where it is not said
 * @param attachments in their order
 */
public record OutlookItem(
    String header,
    List<String> ownFields,
    String text,
    byte[] html,
    String htmlCharset,
    List<Attachment> attachments) {

  /**
   * A file, or a message in the same form.
   *
   * @param type its media type in lower case, as somebody said; null where nobody did
   * @param content of a file; null where it is a message
   * @param item the message; null where it is a file
   */
  public record Attachment(String type, byte[] content, OutlookItem item) {}

  public OutlookItem {
    ownFields = List.copyOf(ownFields);
    attachments = List.copyOf(attachments);
  }
}
