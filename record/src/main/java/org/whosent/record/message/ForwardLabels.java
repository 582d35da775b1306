package org.whosent.record.message;

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
 * candidate. One for each text; not thread-safe.
 *
 * <p>A block is one when a sender, a subject, and a date or recipient stand on lines next to each
 * other, in any order (Thunderbird and Roundcube begin with the subject, mutt with the date, Notes
 * with the recipient), or with single empty lines between them; or, without a subject, a sender, a
 * date and a recipient. Known weakness: the languages below and no others.
 */
final class ForwardLabels {
  private static final Pattern LINE =
      Pattern.compile(
          "^[*_]{0,2}([\\p{L}][\\p{L}\\p{M}. ]{0,24}?)["
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
    "šalje,od; poslano,datum; prima,za; kopija,cc; predmet", // Croatian
    "od,šalje; poslato,datum; za,prima; kopija,cc; tema,naslov", // Serbian
    "од; послато,пратено,датум; за; копија; тема,наслов,предмет", // Serbian, Macedonian
    "od; poslano,datum; za; kp,cc; zadeva", // Slovenian
    "от; изпратено,дата; до; копие; относно,тема", // Bulgarian
    "saatja; saadetud,kuupäev; adressaat,saaja; koopia; teema", // Estonian
    "no; nosūtīts,datums; kam; kopija; tēma,temats", // Latvian
    "nuo; išsiųsta,data; kam; kopija; tema", // Lithuanian
    "de; enviat el,enviat,data; per a,a; cc; assumpte,tema", // Catalan
    "frá; sent,dagsetning; til; afrit; efni", // Icelandic
    "từ,người gửi; đã gửi,ngày; đến,tới,người nhận; cc; chủ đề,tiêu đề", // Vietnamese
    "จาก; ส่ง,วันที่; ถึง; สำเนา; เรื่อง,หัวข้อ", // Thai
    "dari; dikirim,terkirim,tanggal,dihantar,tarikh; kepada,ke,untuk; cc;"
        + " subjek,perihal", // Indonesian, Malay
    "از; ارسال شده,تاریخ; به; رونوشت; موضوع", // Persian
    "प्रेषक; भेजा गया,दिनांक; प्रति; cc; विषय", // Hindi
  };

  private static final String[] NAMES = {"From", "Date", "To", "Cc", "Subject"};

  /** The fields, as {@link #NAMES} has them, from one on. */
  private static final int FROM = 1;

  private static final int DATE = 2;
  private static final int TO = 3;
  private static final int CC = 4;
  private static final int SUBJECT = 5;

  /** By label: for each language which field it is, and 0 where it is none. */
  private static final Map<String, byte[]> BY_LABEL = new HashMap<>();

  static {
    for (int language = 0; language < LANGUAGES.length; language++) {
      String[] words = LANGUAGES[language].split(";");
      for (int i = 0; i < NAMES.length; i++) {
        for (String word : words[i].split(",")) {
          byte[] fields = BY_LABEL.computeIfAbsent(word.strip(), _ -> new byte[LANGUAGES.length]);
          if (fields[language] == 0) {
            fields[language] = (byte) (i + 1);
          }
        }
      }
    }
  }

  /** Nearly every line of a text is none of the labels. */
  private static final byte[] NO_LABEL = new byte[LANGUAGES.length];

  /**
   * A line, read once however many blocks it may belong to: whoever writes nothing but labels has
   * every line begin one.
   *
   * @param fields for each language which field its label is
   * @param value behind the label
   * @param whole the line without white space around it; empty for a blank one
   * @param other whether it is a field that is none of the labels
   */
  private record Line(byte[] fields, String value, String whole, boolean other) {}

  private final List<String> lines;
  private final Line[] read;

  /** Those in these lines, which have their quote marks taken off. */
  ForwardLabels(List<String> lines) {
    this.lines = lines;
    this.read = new Line[lines.size()];
  }

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

  /** The block that begins at this line. */
  Optional<Block> at(int from) {
    Optional<Block> found = Optional.empty();
    if (!colonNear(lines.get(from)) || line(from).fields == NO_LABEL) {
      return found;
    }
    for (int language = 0; language < LANGUAGES.length; language++) {
      if (line(from).fields[language] != 0) {
        Optional<Block> block = block(from, language);
        if (block.isPresent() && block.get().hasSubject()) {
          return block;
        }
        found = found.isPresent() ? found : block;
      }
    }
    return found;
  }

  private Line line(int at) {
    if (read[at] == null) {
      read[at] = read(lines.get(at));
    }
    return read[at];
  }

  private static Line read(String line) {
    String whole = line.strip();
    if (colonNear(line)) {
      Matcher label = LINE.matcher(line);
      if (label.matches()) {
        byte[] fields = BY_LABEL.get(label.group(1).strip().toLowerCase(Locale.ROOT));
        if (fields != null) {
          return new Line(fields, label.group(2).strip(), whole, isOtherField(line));
        }
      }
    }
    return new Line(NO_LABEL, "", whole, isOtherField(line));
  }

  private static boolean isOtherField(String line) {
    return !line.isEmpty()
        && line.charAt(0) >= 'A'
        && line.charAt(0) <= 'Z'
        && OTHER_FIELD.matcher(line).matches();
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

  private Optional<Block> block(int from, int language) {
    byte[] owners = new byte[MAX_LINES]; // of each line the field that it is part of
    int found = 0; // a bit for each field
    int last = 0;
    String lastText = ""; // the end of its value
    int i = from;
    for (; i < lines.size() && i < from + MAX_LINES; i++) {
      Line line = line(i);
      if (line.whole.isEmpty()) {
        // A single empty line between labels: paragraphs that were turned into text.
        boolean goesOn = !whole(found) && i + 1 < lines.size() && line(i + 1).fields[language] != 0;
        if (!goesOn) {
          break;
        }
        continue;
      }
      int field = line.fields[language];
      if (field != 0 && !has(found, field)) {
        found |= 1 << field;
        owners[i - from] = (byte) field;
        last = field;
        lastText = line.value;
      } else if (field != 0 || line.other) {
        last = 0;
      } else if (whole(found) && !continues(last, lastText, lines.get(i))) {
        break; // some leave no empty line before the text
      } else if (last != 0) {
        owners[i - from] = (byte) last;
        lastText = line.whole;
      }
    }
    boolean sent = has(found, FROM) && has(found, DATE) && has(found, TO);
    return whole(found) || sent ? Optional.of(block(from, i, owners)) : Optional.empty();
  }

  private Block block(int from, int end, byte[] owners) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = from; i < end; i++) {
      if (owners[i - from] != 0) {
        String name = NAMES[owners[i - from] - 1];
        Line line = line(i);
        fields.merge(
            name,
            fields.containsKey(name) ? line.whole : line.value,
            (a, b) -> a.isEmpty() ? b : a + " " + b);
      }
    }
    return new Block(
        fields.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList(), end);
  }

  private static boolean has(int found, int field) {
    return (found & 1 << field) != 0;
  }

  private static boolean whole(int found) {
    return has(found, FROM) && has(found, SUBJECT) && (has(found, DATE) || has(found, TO));
  }

  /** Whether a line without label belongs to the field above: an empty one, or a list of names. */
  private static boolean continues(int last, String value, String line) {
    boolean list = last == TO || last == CC;
    return last != 0
        && (value.isEmpty()
            || list && (value.endsWith(",") || value.endsWith(";") || line.startsWith("<")));
  }
}
