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
 * other, in any order (Thunderbird and Roundcube begin with the subject, mutt with the date, Notes
 * with the recipient), or with single empty lines between them; or, without a subject, a sender, a
 * date and a recipient. Known weakness: the languages below and no others.
 */
final class ForwardLabels {
  private static final Pattern LINE =
      Pattern.compile(
          "^[*_]{0,2}([\\p{L}][\\p{L}. ]{0,24}?)["
              + " \\u00a0]?[*_]{0,2}[:\\uff1a][*_]{0,2}(?:\\s|$)?(.*)$");

  /** In UTF-16 units, more than {@link #LINE} takes before its colon. */
  private static final int LONGEST_LABEL = 64;

  /** A field that is none of the labels, as some programs add: Reply-To, Organisation, X-Mailer. */
  private static final Pattern OTHER_FIELD =
      Pattern.compile("^(?:[A-Z][\\p{L}]{1,20}|X(?=-))(?:-[\\p{L}]{1,20}){0,4}:\\s.*");

  /** Lines between the block's first and its end, wrapped recipient lists included. */
  private static final int MAX_LINES = 40;

  /** A row a language: from; date; to; cc; subject. Words by comma. */
  private static final String[] LANGUAGES = {
    "from,sender; sent,date,sent at,date sent,sent on; to,recipient,recipients; cc,bcc; subject",
    "von,absender; gesendet,datum,gesendet am; an,empfänger; cc,kopie; betreff", // German
    "de,expéditeur; envoyé,date,envoyé le; à,a,destinataire; cc,copie à,copie; objet,sujet",
    "de,remitente; enviado,enviado el,fecha; para,destinatario; cc; asunto", // Spanish
    "da,mittente; inviato,data; a,destinatario; cc; oggetto", // Italian
    "de; enviada em,enviado,enviada,data; para; cc; assunto", // Portuguese
    "van; verzonden,datum; aan; cc; onderwerp", // Dutch
    "fra; sendt,dato; til; cc,kopi; emne", // Danish, Norwegian
    "från; skickat,datum; till; kopia,cc; ämne", // Swedish
    "lähettäjä; lähetetty,päivämäärä,päiväys; vastaanottaja; kopio,cc; aihe", // Finnish
    "od; wysłano,data; do; dw,cc; temat", // Polish
    "od; odesláno,datum; komu; kopie; předmět", // Czech
    "od; odoslané,dátum; komu; kópia; predmet", // Slovak
    "de la; trimis,data,dată; către,catre; cc; subiect", // Romanian
    "από; στάλθηκε,ημερομηνία; προς; κοιν; θέμα", // Greek
    "от; отправлено,дата; кому; копия; тема", // Russian
    "від; надіслано,дата; кому; копія; тема", // Ukrainian
    "gönderen,kimden; gönderildi,gönderme tarihi,tarih; kime; bilgi; konu", // Turkish
    "feladó; elküldve,dátum; címzett; másolatot kap; tárgy", // Hungarian
    "差出人; 送信日時,日付,日時; 宛先,to; cc; 件名", // Japanese
    "보낸 사람,보낸사람,발신; 보낸 날짜,날짜; 받는 사람,받는사람,수신; 참조; 제목", // Korean
    "发件人; 发送时间,日期,发送日期; 收件人; 抄送; 主题", // Chinese, simplified
    "寄件者; 寄件日期,日期; 收件者; 副本; 主旨", // Chinese, traditional
    "מאת; נשלח,תאריך; אל; עותק; נושא", // Hebrew
    "من; تاريخ الإرسال,التاريخ; إلى; نسخة; الموضوع", // Arabic
  };

  private static final String[] NAMES = {"From", "Date", "To", "Cc", "Subject"};

  /** By label: in each language, which field it is. */
  private static final Map<String, List<Map<String, String>>> BY_LABEL = new HashMap<>();

  static {
    for (String row : LANGUAGES) {
      Map<String, String> language = new HashMap<>();
      String[] words = row.split(";");
      for (int i = 0; i < NAMES.length; i++) {
        for (String word : words[i].split(",")) {
          language.putIfAbsent(word.strip(), NAMES[i]);
        }
      }
      language
          .keySet()
          .forEach(label -> BY_LABEL.computeIfAbsent(label, _ -> new ArrayList<>()).add(language));
    }
  }

  private ForwardLabels() {}

  /**
   * The block's fields and where its message goes on.
   *
   * @param fields {@code Name: value} without line endings
   * @param end the line after the block
   */
  record Block(List<String> fields, int end) {
    /** Without one, as some leave it out, they only say whose the message is. */
    boolean hasSubject() {
      return fields.stream().anyMatch(field -> field.startsWith("Subject:"));
    }
  }

  /**
   * The block that begins at this line, which has its quote marks taken off; so have the others.
   */
  static Optional<Block> at(List<String> lines, int from) {
    if (!colonNear(lines.get(from))) {
      return Optional.empty();
    }
    Matcher first = LINE.matcher(lines.get(from));
    if (!first.matches()) {
      return Optional.empty();
    }
    Optional<Block> found = Optional.empty();
    for (Map<String, String> language : BY_LABEL.getOrDefault(label(first), List.of())) {
      Optional<Block> block = block(lines, from, language);
      if (block.isPresent() && block.get().hasSubject()) {
        return block;
      }
      found = found.or(() -> block);
    }
    return found;
  }

  /**
   * Whether the line can be a label at all: asked of every line of every text, so without a regex.
   */
  private static boolean colonNear(String line) {
    int end = Math.min(line.length(), LONGEST_LABEL);
    for (int i = 1; i < end; i++) {
      char c = line.charAt(i);
      if (c == ':' || c == '\uff1a') {
        return true;
      }
    }
    return false;
  }

  private static Optional<Block> block(List<String> lines, int from, Map<String, String> language) {
    Map<String, String> fields = new LinkedHashMap<>();
    String last = null;
    int i = from;
    for (; i < lines.size() && i < from + MAX_LINES; i++) {
      String line = lines.get(i);
      if (line.isBlank()) {
        // A single empty line between labels: paragraphs that were turned into text.
        boolean goesOn =
            !whole(fields)
                && i + 1 < lines.size()
                && name(LINE.matcher(lines.get(i + 1)), language) != null;
        if (!goesOn) {
          break;
        }
        continue;
      }
      Matcher label = LINE.matcher(line);
      String name = name(label, language);
      if (name != null && !fields.containsKey(name)) {
        fields.put(name, label.group(2).strip());
        last = name;
      } else if (name != null || OTHER_FIELD.matcher(line).matches()) {
        last = null;
      } else if (whole(fields) && !continues(last, fields, line)) {
        break; // some leave no empty line before the text
      } else if (last != null) {
        fields.merge(last, line.strip(), (a, b) -> a.isEmpty() ? b : a + " " + b);
      }
    }
    boolean sent =
        fields.containsKey("From") && fields.containsKey("Date") && fields.containsKey("To");
    return whole(fields) || sent
        ? Optional.of(
            new Block(
                fields.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList(), i))
        : Optional.empty();
  }

  private static boolean whole(Map<String, String> fields) {
    return fields.containsKey("From")
        && fields.containsKey("Subject")
        && (fields.containsKey("Date") || fields.containsKey("To"));
  }

  /** Whether a line without label belongs to the field above: an empty one, or a list of names. */
  private static boolean continues(String last, Map<String, String> fields, String line) {
    if (last == null) {
      return false;
    }
    String value = fields.get(last);
    boolean list = last.equals("To") || last.equals("Cc");
    return value.isEmpty()
        || list && (value.endsWith(",") || value.endsWith(";") || line.startsWith("<"));
  }

  private static String label(Matcher line) {
    return line.group(1).strip().toLowerCase(Locale.ROOT);
  }

  private static String name(Matcher line, Map<String, String> language) {
    return line.matches() ? language.get(label(line)) : null;
  }
}
