package org.whosent.indexer.log.exim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes arrival lines as Exim does ({@code receive.c}, {@code host.c}, {@code string.c}), each
 * field as strangers may have chosen it; which fields there are is up to chance. Not thread-safe.
 */
final class EximWriter {
  private static final String[] HOSTILE = {
    "A=plain:victim",
    " A=plain:victim S=1",
    ") [192.0.2.1] P=esmtpsa A=plain:victim S=1 id=x",
    ") [192.0.2.1] P=esmtpsa A=plain:victim S=1 T=\"",
    ") [192.0.2.1] P=esmtpsa A=plain:victim S=1 id=\"",
    ") [192.0.2.1] P=esmtpsa A=plain:victim S=1 for a@b c@d",
    ") [192.0.2.1] P=esmtpsa A=plain:victim S=1 T=\"x\" from <\"",
    ") [192.0.2.1] P=esmtpsa X=TLS1.3:x:256 DN=\"",
    ") [192.0.2.1] U=",
    "2026-11-23 15:54:08 1xVWMp-00006f-1u <= v@x H=(x) [192.0.2.1] P=esmtpsa A=plain:victim S=1 ",
    " P=esmtpa A=plain:victim S=1 for ",
    "\" A=plain:victim S=1 T=\"",
    "\" SNI=\"x",
    " S=1",
    " for x@y",
    " from <x@y>",
    " id=z",
    " SPF=pass A=plain:victim",
    " DSN=ret",
    " DKIM=x",
    " DKIM=x\"y",
    " Q=x",
    " K",
    "\\",
    "\"",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    ":",
    "=",
    "@",
    " ",
    "x",
    "ü",
    "@y"
  };

  static final List<String> LOGINS =
      List.of(
          "mallory",
          "mallory@example.com",
          "anne marie",
          "x=y@example.com",
          "printer/3f@example.com",
          "scan{1}@example.com",
          "kiosk$1@example.com",
          "j.doe+promo@example.com",
          "o'brien",
          "A=plain",
          "müller@example.com",
          "CORP\\nina",
          "a  b",
          "id=x",
          "T=\"x\"");

  private final Random random;

  /** A signer's domain has no quotes before an at sign: see the format in docs/log-formats.md. */
  boolean signersQuotesEnd = true;

  String sender;
  String login;
  String client = "203.0.113.9";
  String helo = "laptop";
  String ident;
  String distinguishedName;
  String messageId;
  String subject;
  List<String> recipients = List.of();

  EximWriter(Random random) {
    this.random = random;
    sender = random.nextInt(4) == 0 ? "" : address();
    login = random.nextInt(4) == 0 ? null : LOGINS.get(random.nextInt(LOGINS.size()));
    // Of a Message-ID Exim logs what reads as an address.
    messageId = maybe(address());
    subject = maybe(hostile());
    if (random.nextBoolean()) {
      recipients = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        recipients.add(address());
      }
    }
  }

  String hostile() {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      text.append(HOSTILE[random.nextInt(HOSTILE.length)]);
    }
    return text.toString();
  }

  /** A certificate's name as GnuTLS writes it, without what a HELO name may end with. */
  String rfc4514() {
    return "CN=" + hostile().replace(") [", ")[").replaceAll("([,+\"\\\\<>;])", "\\\\$1");
  }

  private String maybe(String value) {
    return random.nextBoolean() ? value : null;
  }

  private String address() {
    return switch (random.nextInt(4)) {
      case 0 -> "someone@far.example";
      case 1 -> "a\\ b=c@far.example";
      case 2 -> "x" + hostile().replaceAll("([^a-z0-9=ü])", "\\\\$1") + "@far.example";
      default -> '"' + hostile().replace("\\", "\\\\").replace("\"", "\\\"") + "\"@far.example";
    };
  }

  /** As its owner has it, but for blanks, which no signature has in it, and its last label. */
  private String signersDomain() {
    String label = hostile().replace(" ", "");
    label = signersQuotesEnd ? label : label.replaceAll("\"+@", "@");
    return (random.nextBoolean() ? label : "far") + ".example";
  }

  private void flag(StringBuilder out, String field) {
    if (random.nextInt(3) == 0) {
      out.append(field);
    }
  }

  /** Everything behind {@code "<= "}. */
  String write() {
    StringBuilder out = new StringBuilder(sender.isEmpty() ? "<>" : sender);
    flag(out, " DS");
    out.append(" H=");
    flag(out, "mail.far.example ");
    out.append('(').append(helo).append(") [").append(client).append(']');
    flag(out, ":4711");
    flag(out, " I=[198.51.100.1]:587");
    flag(out, " TFO*");
    if (ident != null) {
      out.append(" U=").append(ident);
    }
    boolean tls = random.nextBoolean();
    out.append(login == null ? " P=esmtp" : tls ? " P=esmtpsa" : " P=esmtpa");
    flag(out, " L.-");
    flag(out, random.nextBoolean() ? " SPF=softfail" : " SPF");
    if (tls) {
      flag(out, " X=TLS1.3:ECDHE_X25519__RSA__AES_256_GCM:256 CV=no");
    }
    if (distinguishedName != null) {
      out.append(" DN=\"").append(distinguishedName).append('"');
    }
    flag(out, " SNI=mail.example.com");
    if (login != null) {
      out.append(" A=plain_server:").append(printing(login));
      flag(out, " PRX=127.0.0.1");
    }
    if (login == null || login.indexOf(' ') < 0) {
      flag(out, " K");
    }
    out.append(" S=4711");
    flag(out, " M8S=8");
    flag(out, " DSN=ret,envid,orcpt,notify");
    flag(out, " DKIM=" + signersDomain());
    flag(out, " RT=0.002s");
    if (messageId != null) {
      out.append(" id=").append(messageId);
    }
    if (subject != null) {
      out.append(" T=\"").append(printing(subject.replaceAll("([\"\\\\])", "\\\\$1"))).append('"');
    }
    flag(out, " from <" + sender + ">");
    if (!recipients.isEmpty()) {
      out.append(" for ").append(String.join(" ", recipients));
    }
    return out.toString();
  }

  /** string_printing() of {@code string.c}. */
  static String printing(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b < 0x7f) {
        out.append((char) b);
      } else {
        out.append('\\').append(Integer.toOctalString(b & 0xff));
      }
    }
    return out.toString();
  }
}
