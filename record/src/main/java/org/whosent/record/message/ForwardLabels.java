package org.whosent.record.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The few lines that mail programs put above what they forward, in the language of whoever
 * forwards: {@code Von: … Gesendet: … An: … Betreff: …}. Read as From, Date, To and Subject. They
 * hold no identifier, so all they do is to mark where the message begins, and to speak for a
 * candidate. Stateless.
 *
 * <p>A block is one when a sender, a subject, and a date or recipient stand on lines next to each
 * other. Known weakness: the languages below and no others; where the forwarder's program wraps
 * labels away from their values, it is not recognised.
 */
final class ForwardLabels {
  private static final Pattern LINE =
      Pattern.compile(
          "^[*_]{0,2}([\\p{L}][\\p{L}. ]{0,24}?)["
              + " \\u00a0]?[*_]{0,2}[:\\uff1a][*_]{0,2}(?:\\s|$)?(.*)$");

  /** Lines between the sender's and the block's end, wrapped recipient lists included. */
  private static final int MAX_LINES = 40;

  /** A row a language: from; date; to; cc; subject. Words by comma. */
  private static final String[] LANGUAGES = {
    "from; sent,date; to; cc; subject", // English
    "von; gesendet,datum; an; cc,kopie; betreff", // German
    "de,expéditeur; envoyé,date,envoyé le; à,a; cc,copie à; objet,sujet", // French
    "de; enviado,enviado el,fecha; para; cc; asunto", // Spanish
    "da; inviato,data; a; cc; oggetto", // Italian
    "de; enviada em,enviado,enviada,data; para; cc; assunto", // Portuguese
    "van; verzonden,datum; aan; cc; onderwerp", // Dutch
    "fra; sendt,dato; til; cc,kopi; emne", // Danish, Norwegian
    "från; skickat,datum; till; kopia,cc; ämne", // Swedish
    "lähettäjä; lähetetty,päivämäärä,päiväys; vastaanottaja; kopio,cc; aihe", // Finnish
    "od; wysłano,data; do; dw,cc; temat", // Polish
    "od; odesláno,datum; komu; kopie; předmět", // Czech
    "от; отправлено,дата; кому; копия; тема", // Russian
    "від; надіслано,дата; кому; копія; тема", // Ukrainian
    "gönderen,kimden; gönderildi,gönderme tarihi,tarih; kime; bilgi; konu", // Turkish
    "feladó; elküldve,dátum; címzett; másolatot kap; tárgy", // Hungarian
    "差出人; 送信日時,日付,日時; 宛先,to; cc; 件名", // Japanese
    "发件人; 发送时间,日期; 收件人; 抄送; 主题", // Chinese, simplified
    "寄件者; 寄件日期,日期; 收件者; 副本; 主旨", // Chinese, traditional
  };

  private static final String[] NAMES = {"From", "Date", "To", "Cc", "Subject"};
  private static final Map<String, List<String[]>> SENDERS = new HashMap<>();

  static {
    for (String language : LANGUAGES) {
      String[] words = language.split(";");
      for (String sender : words[0].split(",")) {
        SENDERS.computeIfAbsent(sender.strip(), _ -> new ArrayList<>()).add(words);
      }
    }
  }

  private ForwardLabels() {}

  /**
   * The block's fields and where its message goes on.
   *
   * @param fields {@code Name: value} without line endings
   * @param end the line after the block
   */
  record Block(List<String> fields, int end) {}

  /**
   * The block that begins at this line, which has its quote marks taken off; so have the others.
   */
  static Optional<Block> at(List<String> lines, int from) {
    Matcher first = LINE.matcher(lines.get(from));
    if (!first.matches()) {
      return Optional.empty();
    }
    for (String[] language : SENDERS.getOrDefault(label(first), List.of())) {
      Optional<Block> block = block(lines, from, language);
      if (block.isPresent()) {
        return block;
      }
    }
    return Optional.empty();
  }

  private static Optional<Block> block(List<String> lines, int from, String[] language) {
    Map<String, String> fields = new LinkedHashMap<>();
    String last = null;
    int i = from;
    for (; i < lines.size() && i < from + MAX_LINES && !lines.get(i).isBlank(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      String name = line.matches() ? name(label(line), language) : null;
      if (name != null && !fields.containsKey(name)) {
        fields.put(name, line.group(2).strip());
        last = name;
      } else if (fields.containsKey("Subject") && fields.size() >= 4) {
        break; // some leave no empty line before the text
      } else {
        fields.merge(last, lines.get(i).strip(), (a, b) -> a + " " + b);
      }
    }
    boolean whole =
        fields.containsKey("From")
            && fields.containsKey("Subject")
            && (fields.containsKey("Date") || fields.containsKey("To"));
    return whole
        ? Optional.of(
            new Block(
                fields.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList(), i))
        : Optional.empty();
  }

  private static String label(Matcher line) {
    return line.group(1).strip().toLowerCase(Locale.ROOT);
  }

  private static String name(String label, String[] language) {
    for (int i = 0; i < NAMES.length; i++) {
      for (String word : language[i].split(",")) {
        if (word.strip().equals(label)) {
          return NAMES[i];
        }
      }
    }
    return null;
  }
}
