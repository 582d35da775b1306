package org.whosent.record.message;

import java.util.Objects;

/**
 * One header field as it stands in the message. Immutable.
 *
 * @param name as written, without the colon
 * @param value unfolded (RFC 5322 section 2.2.3: line breaks removed, white space kept) and
 *     trimmed, not decoded; bytes that are no UTF-8 read as ISO 8859-1
 */
public record HeaderField(String name, String value) {
  public HeaderField {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
  }

  /** True when the field has this name, without regard to case. */
  public boolean is(String otherName) {
    return name.equalsIgnoreCase(otherName);
  }
}
