package org.whosent.query.trace;

/**
 * The rules: everything that is compared between a message and a candidate record, one row each,
 * and what the outcome means. {@link Checks} does the comparing, {@link Binding} puts the rows
 * together, {@link Judge} does the weighing.
 *
 * <p>A row's role says what its match is worth, to whoever reads or changes {@link Binding}; no
 * code asks for it. {@code NAMES} leads to the record and proves nothing, since whoever has seen a
 * message can copy it. {@code BINDS} joins this copy of the message to that record. {@code
 * SUPPORTS} helps a binding that is weak alone. A mismatch counts against the candidate only where
 * the third column says so: what forwards, lists, aliases and redacting reporters change may speak
 * for a candidate, never against it.
 */
public enum Check {
  TRANSACTION_ID(
      "transaction-id",
      Role.NAMES,
      false,
      "the ID in a Received field of ours, or the one asked for, is the record's ID or an alias",
      "can be copied by whoever has seen the message"),
  TAG(
      "tag",
      Role.SUPPORTS,
      true,
      "the tag of one of our own transaction IDs is that of our key",
      "an ID with a wrong tag was never given out by us"),
  NEXT_HOP_ID(
      "next-hop-id",
      Role.NAMES,
      false,
      "a Received field that names us after 'from' has the queue ID that our log says its server"
          + " gave",
      "leads to the record where our own field was removed"),
  HAND_OVER(
      "hand-over",
      Role.BINDS,
      false,
      "the Received field above ours has the queue ID that our log says the next hop gave",
      "a submitter cannot know that ID in advance, and the next hop wrote it above his reach"),
  REPORTED_ID(
      "reported-id",
      Role.SUPPORTS,
      false,
      "the bounce says that our server had the message under the record's ID",
      "anybody can write a bounce; it joins only together with recipient and sender"),
  ROUTE(
      "route",
      Role.SUPPORTS,
      true,
      "the server above our field got the message from us, and not under an ID other than those"
          + " that our log has",
      "a copied field has a stranger's hop above it"),
  CLIENT(
      "client",
      Role.SUPPORTS,
      true,
      "the client address in our Received field is the record's",
      "both were written by our server at the same moment; they differ when the field was made up"),
  TIME(
      "time",
      Role.SUPPORTS,
      true,
      "the time in our Received field is the record's, within an hour",
      "queue IDs repeat, and invented fields have invented times"),
  MESSAGE_ID(
      "message-id",
      Role.BINDS,
      true,
      "the Message-ID is the one that our server saw",
      "hops keep it; alone it is weak, since it can be copied like an ID"),
  SIGNATURE(
      "dkim",
      Role.BINDS,
      false,
      "a DKIM signature of a domain of ours verifies, was made when the record's message went out,"
          + " and covers its From and its Message-ID, or Date and addressee",
      "nobody else has the key, so that our server sent it. Who submitted it is not shown: another"
          + " user of ours may write the same, and whoever has got it can send it again. Lists"
          + " break signatures: without one nothing is said"),
  FEEDBACK_ID(
      "feedback-id",
      Role.NAMES,
      false,
      "the CFBL-Feedback-ID (RFC 9477) that our server wrote, or the report repeats, is the"
          + " record's ID",
      "survives where trace fields are cut away; can be copied by whoever has seen the message"),
  ENVELOPE_ID(
      "envelope-id",
      Role.NAMES,
      false,
      "the bounce's Original-Envelope-Id is the ENVID (RFC 3461) that the client gave with MAIL",
      "the client chooses it freely, another user's too, and anybody can write a bounce: it leads"
          + " to candidates"),
  BODY_DIGEST(
      "body-digest",
      Role.BINDS,
      false,
      "the body in DKIM relaxed form is the one submitted",
      "re-encoding and list footers change it, so a mismatch is left to the similarity"),
  TEXT_DIGEST(
      "text-digest",
      Role.BINDS,
      false,
      "the decoded text is the one submitted",
      "survives re-encoding; footers change it"),
  PARTS(
      "parts",
      Role.SUPPORTS,
      false,
      "the message has nothing besides that text but attachments of the one submitted",
      "a text in HTML beside the plain one, its links, or another attachment is in no digest but"
          + " the body's: whoever replays the header can put his own there"),
  SIMILARITY(
      "similarity",
      Role.BINDS,
      true,
      "the text resembles the one submitted",
      "whole content that does not even resemble it was not submitted under this ID"),
  ATTACHMENT(
      "attachment",
      Role.SUPPORTS,
      false,
      "a file attached to the message was attached to the one submitted",
      "many send the same file: it leads to candidates and never further"),
  SIZE(
      "size",
      Role.SUPPORTS,
      false,
      "the message has the size that our server counted, re-encoding and footers allowed for",
      "all that a log without digests says of the content: whole content of another size joins to"
          + " no record there"),
  FAR_SIZE(
      "far-size",
      Role.SUPPORTS,
      true,
      "the message is not half as long again as the one submitted, and 8 KiB more",
      "neither footers nor re-encoding do that"),
  RECIPIENT(
      "recipient",
      Role.SUPPORTS,
      false,
      "an address it was delivered to is an envelope recipient of the record",
      "aliases, lists and redaction change it"),
  ADDRESSEE(
      "addressee",
      Role.SUPPORTS,
      false,
      "an address in To or Cc is an envelope recipient of the record",
      "the sender writes these fields as he likes"),
  MAIL_FROM(
      "mail-from",
      Role.SUPPORTS,
      false,
      "the reverse-path is the record's",
      "lists, SRS and BATV change it"),
  HEADER_FROM(
      "header-from",
      Role.SUPPORTS,
      false,
      "the From address is the record's, or its reverse-path where it has none",
      "everybody can write any From"),
  DATE(
      "date",
      Role.SUPPORTS,
      true,
      "the Date is the recorded one; where none was recorded, within two days of the record's time",
      "nobody on the way changes it: where ours saw another Date, this is another message. Clients'"
          + " clocks are wrong, and spam's on purpose, so by the time alone nothing speaks"
          + " against"),
  PROMPT(
      "prompt",
      Role.SUPPORTS,
      false,
      "the Date is within a quarter of an hour of the record's time",
      "clients write it when they send; a copied line on a later message has an older time. Whoever"
          + " copies the Date as well passes, so it counts only with sender and recipient"),
  SUBJECT(
      "subject",
      Role.SUPPORTS,
      false,
      "the Subject is the record's, tags of lists aside",
      "lists and forwards change it"),
  OTHER_FIELD(
      "other-field",
      Role.SUPPORTS,
      false,
      "another Received field that claims to be ours",
      "two fields that name different users: the upper one that is bound counts"),
  FEEDBACK_TYPE(
      "feedback-type",
      Role.SUPPORTS,
      false,
      "what kind of report it is, where it is no complaint (not-spam, opt-out, auth-failure)",
      "such a report accuses nobody, and is not counted as a complaint"),
  REPLAY(
      "replay",
      Role.SUPPORTS,
      false,
      "whether the content is shown to be the one submitted",
      "whoever has received a message can put its whole header over another text: where no content"
          + " can be compared, that cannot be told apart"),
  UNOPENED(
      "unopened",
      Role.SUPPORTS,
      false,
      "what is attached and is not opened, though mail may be in it (archives, .pst)",
      "the message that a complaint is about may be there"),
  COVERAGE(
      "coverage",
      Role.SUPPORTS,
      false,
      "the index covers the time and host in question",
      "what was never read cannot be found");

  /** What a match is worth. */
  public enum Role {
    NAMES,
    BINDS,
    SUPPORTS
  }

  private final String word;
  private final Role role;
  private final boolean against;
  private final String compares;
  private final String reason;

  Check(String word, Role role, boolean against, String compares, String reason) {
    this.word = word;
    this.role = role;
    this.against = against;
    this.compares = compares;
    this.reason = reason;
  }

  /** The name in output. */
  public String word() {
    return word;
  }

  /** What a match is worth. */
  public Role role() {
    return role;
  }

  /** Whether a mismatch counts against the candidate. */
  public boolean against() {
    return against;
  }

  /** What is compared. */
  public String compares() {
    return compares;
  }

  /** Why it has this role. */
  public String reason() {
    return reason;
  }
}
