package org.whosent.query.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Files that people send for messages and that are none, told by their first octets, with the way
 * to get the message out. Read as text they would be nobody's, which is no honest answer.
 * Stateless.
 */
final class NotMail {
  private record Form(byte[] magic, String advice) {}

  private static final List<Form> FORMS =
      List.of(
          new Form(
              HexFormat.of().parseHex("d0cf11e0a1b11ae1"),
              "an Outlook message (.msg) or another Office file: save the message as .eml, or paste"
                  + " its internet headers (File, Properties)"),
          new Form(
              HexFormat.of().parseHex("789f3e22"),
              "a winmail.dat (TNEF): what Outlook packs attachments into, without the header; ask"
                  + " for the message itself as .eml"),
          new Form(
              "!BDN".getBytes(StandardCharsets.US_ASCII),
              "an Outlook store (.pst, .ost): save its messages as .eml"),
          new Form(
              "%PDF".getBytes(StandardCharsets.US_ASCII),
              "a PDF: its pages show no whole header; ask for the message itself as .eml"));

  private NotMail() {}

  /** What it is and what to do, in one line; empty for what may be mail or text. */
  static Optional<String> advice(byte[] content) {
    return FORMS.stream()
        .filter(
            form ->
                content.length >= form.magic.length
                    && Arrays.equals(
                        content, 0, form.magic.length, form.magic, 0, form.magic.length))
        .map(Form::advice)
        .findFirst();
  }
}
