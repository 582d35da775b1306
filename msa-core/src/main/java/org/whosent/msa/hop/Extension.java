package org.whosent.msa.hop;

/**
 * SMTP extensions that work only when the next hop has them too. One that no hop needs to know of,
 * PIPELINING for example, is no matter of this list.
 */
public enum Extension {
  /** RFC 6152: octets beyond ASCII in the body. */
  EIGHT_BIT("8BITMIME"),
  /** RFC 3030: BDAT. To our clients it is offered anyway, since DATA says the same onward. */
  CHUNKING("CHUNKING"),
  /** RFC 3030: bodies that have no lines. */
  BINARY("BINARYMIME"),
  /** RFC 6531: addresses and header fields in UTF-8. */
  UTF8("SMTPUTF8"),
  /** RFC 3461: which notifications the sender asks for. */
  DSN("DSN");

  private final String keyword;

  Extension(String keyword) {
    this.keyword = keyword;
  }

  /** The word in the answer to EHLO. */
  public String keyword() {
    return keyword;
  }

  /** The refusal of what needs this extension, where no hop has it. */
  HopReply lacking() {
    return switch (this) {
      // RFC 6531 section 3.5
      case UTF8 -> new HopReply(550, "5.6.7", "the next hop does not take SMTPUTF8");
      // RFC 3030 section 3, RFC 6152 section 3
      case CHUNKING, BINARY -> new HopReply(554, "5.6.3", "the next hop does not take BINARYMIME");
      case EIGHT_BIT -> new HopReply(554, "5.6.3", "the next hop takes 7-bit mail only");
      // RFC 5321 section 4.1.1.11
      case DSN -> new HopReply(555, "5.5.4", "the next hop takes no DSN parameters");
    };
  }
}
