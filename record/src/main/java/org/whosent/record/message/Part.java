package org.whosent.record.message;

import java.util.Map;

/**
 * One MIME part's header, read. Immutable.
 *
 * @param headers its fields
 * @param type {@code type/subtype} in lower case; RFC 2045 section 5.2's default where there is
 *     none
 * @param parameters of the Content-Type, names in lower case
 * @param encoding the Content-Transfer-Encoding in lower case; {@code 7bit} where there is none
 * @param attachment true when the part is marked as an attachment or has a file name
 * @param depth 0 for the message itself
 */
public record Part(
    Headers headers,
    String type,
    Map<String, String> parameters,
    String encoding,
    boolean attachment,
    int depth) {
  public Part {
    parameters = Map.copyOf(parameters);
  }

  /** True for {@code text/plain} and the like. */
  public boolean is(String wanted) {
    return type.equals(wanted);
  }

  boolean isMultipart() {
    return type.startsWith("multipart/");
  }
}
