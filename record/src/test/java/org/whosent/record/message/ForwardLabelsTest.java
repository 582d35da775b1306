package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which lines are the labels of a forward, what they are read as, and where the text begins. */
class ForwardLabelsTest {
  private static final String WHOLE = "From: a@b, Date: d, To: c@d, Subject: s";

  /** The fields, and the line at which the message goes on. */
  private static String at(String text) {
    List<String> lines = text.lines().toList();
    return new ForwardLabels(lines)
        .at(0)
        .map(block -> String.join(", ", block.fields()) + " | " + block.end())
        .orElse("-");
  }

  @Test
  void everyLanguage() {
    for (String row :
        List.of(
            "From,Sent,To,Cc,Subject",
            "Sender,Date,Recipients,Bcc,Subject",
            "from,Date Sent,Recipient,cc,SUBJECT",
            "From,Sent at,To,Cc,Subject",
            "From,Sent on,To,Cc,Subject",
            "Von,Gesendet,An,Cc,Betreff",
            "Absender,Datum,Empfänger,Kopie,Betreff",
            "Von,Gesendet am,An,Kopie,Betreff",
            "De,Envoyé,À,Cc,Objet",
            "Expéditeur,Envoyé le,Destinataire,Copie à,Sujet",
            "De,Date,A,Copie,Objet",
            "De,Enviado el,Para,Cc,Asunto",
            "Remitente,Fecha,Destinatario,Cc,Asunto",
            "Da,Inviato,A,Cc,Oggetto",
            "Mittente,Data,Destinatario,Cc,Oggetto",
            "De,Enviada em,Para,Cc,Assunto",
            "Van,Verzonden,Aan,Cc,Onderwerp",
            "Fra,Sendt,Til,Kopi,Emne",
            "Från,Skickat,Till,Kopia,Ämne",
            "Lähettäjä,Lähetetty,Vastaanottaja,Kopio,Aihe",
            "Od,Wysłano,Do,DW,Temat",
            "Od,Odesláno,Komu,Kopie,Předmět",
            "Od,Odoslané,Komu,Kópia,Predmet",
            "De la,Trimis,Către,Cc,Subiect",
            "Από,Στάλθηκε,Προς,Κοιν,Θέμα",
            "От,Отправлено,Кому,Копия,Тема",
            "Від,Надіслано,Кому,Копія,Тема",
            "Kimden,Tarih,Kime,Bilgi,Konu",
            "Feladó,Elküldve,Címzett,Másolatot kap,Tárgy",
            "差出人,送信日時,宛先,CC,件名",
            "보낸 사람,보낸 날짜,받는 사람,참조,제목",
            "发件人,发送时间,收件人,抄送,主题",
            "寄件者,寄件日期,收件者,副本,主旨",
            "מאת,נשלח,אל,עותק,נושא",
            "من,تاريخ الإرسال,إلى,نسخة,الموضوع",
            "Šalje,Poslano,Prima,Kopija,Predmet",
            "Od,Datum,Za,Cc,Predmet",
            "Od,Poslato,Za,Cc,Naslov",
            "Од,Послато,За,Копија,Тема",
            "Od,Poslano,Za,Kp,Zadeva",
            "От,Изпратено,До,Копие,Относно",
            "Saatja,Saadetud,Adressaat,Koopia,Teema",
            "No,Nosūtīts,Kam,Kopija,Tēma",
            "Nuo,Išsiųsta,Kam,Kopija,Tema",
            "De,Enviat el,Per a,Cc,Assumpte",
            "Frá,Sent,Til,Afrit,Efni",
            "Từ,Đã gửi,Đến,Cc,Chủ đề",
            "จาก,วันที่,ถึง,สำเนา,เรื่อง",
            "Dari,Dikirim,Kepada,Cc,Subjek",
            "از,ارسال شده,به,رونوشت,موضوع",
            "प्रेषक,भेजा गया,प्रति,Cc,विषय")) {
      String[] label = row.split(",");
      String text = "%s: a@b\n%s: d\n%s: c@d\n%s: e@f\n%s: s\n\ntext\n".formatted((Object[]) label);
      String expected = "From: a@b, Date: d, To: c@d, Cc: e@f, Subject: s | 5";
      assertEquals(expected, at(text), row);
      assertEquals(expected, at(text.replace(": ", "\uff1a")), row);
      assertEquals(expected, at(text.replaceAll("(?m)^(.*?): ", "*$1:* ")), row);
      assertEquals(expected, at(text.replaceAll("(?m)^(.*?): ", "__$1__: ")), row);
      assertEquals(expected, at(text.replace(": ", "\u00a0: ")), row);
    }
  }

  @Test
  void aBlockIsOneWithSenderSubjectAndOneMore() {
    assertEquals("From: a@b, To: c@d, Subject: s | 3", at("From: a@b\nTo: c@d\nSubject: s\n\nx"));
    assertEquals("From: a@b, Date: d, Subject: s | 3", at("From: a@b\nDate: d\nSubject: s\n\nx"));
    assertEquals("Subject: s, Date: d, From: a@b | 3", at("Subject: s\nDate: d\nFrom: a@b\n\nx"));
    for (String none :
        List.of(
            "From: a@b\nSubject: s\n\nx",
            "Date: d\nTo: c@d\nSubject: s\n\nx",
            "From: a@b\nCc: c@d\nSubject: s\n\nx",
            "From: a@b\nAn: c@d\nBetreff: s\n\nx",
            "From a@b\nTo: c@d\nSubject: s\n\nx",
            ": a@b\nTo: c@d\nSubject: s\n\nx",
            "2From: a@b\nTo: c@d\nSubject: s\n\nx",
            "From:a@b\nTo:c@d\nSubject:s\n\nx\n".replace("From:", "From;"),
            "x".repeat(70) + ": From: a@b\nTo: c@d\nSubject: s\n\nx",
            "x")) {
      assertEquals("-", at(none), none);
    }
    assertEquals("From: a@b, To: c@d, Subject: s | 3", at("From:a@b\nTo:c@d\nSubject:s\n\nx"));
    // Without a subject it takes all of the others.
    assertEquals("From: a@b, Date: d, To: c@d | 3", at("From: a@b\nDate: d\nTo: c@d\n\nx"));
    assertEquals(
        "De: a@b, Date: d, To: c@d | 4".replace("De", "From"),
        at("De: a@b\nDate: d\nCc: e@f\nA: c@d\n\nx").replace(", Cc: e@f", ""));
    // A language in which there is one comes first.
    assertEquals(
        "From: a@b, To: e@f, Subject: s | 5",
        at("De: a@b\nDate: d\nA: c@d\nPara: e@f\nAsunto: s\n\nx"));
    // Of two of a kind the first counts.
    assertEquals(
        "From: a@b, To: c@d, Subject: s | 4", at("From: a@b\nFrom: e@f\nTo: c@d\nSubject: s\n\nx"));
  }

  @Test
  void whereTheTextBegins() {
    String labels = "From: a@b\nDate: d\nTo: c@d\nSubject: s\n";
    assertEquals(WHOLE + " | 4", at(labels));
    assertEquals(WHOLE + " | 4", at(labels + "text without an empty line\n"));
    assertEquals(WHOLE + " | 4", at(labels + "\n\nText: goes on\n"));
    assertEquals(WHOLE + " | 6", at(labels + "Reply-To: e@f\nX-Mailer: y\n\ntext\n"));
    assertEquals(WHOLE + " | 7", at(labels.replace("\n", "\n\n") + "text\n"));
    // Two empty lines end it, and then it is none.
    assertEquals("-", at("From: a@b\n\n\nDate: d\nTo: c@d\nSubject: s\n"));
    assertEquals("-", at("From: a@b\n\nno label\nDate: d\nTo: c@d\nSubject: s\n"));
    assertEquals("-", at("From: a@b\n" + "\nX-Mailer: y".repeat(41) + "\nTo: c@d\nSubject: s\n"));
    String wrapped = "From: a@b\n" + "and\n".repeat(37);
    String all = "From: a@b" + " and".repeat(37);
    assertEquals(all + ", To: c@d, Subject: s | 40", at(wrapped + "To: c@d\nSubject: s\n\n"));
    assertEquals("-", at(wrapped + "and\nTo: c@d\nSubject: s\n\n"));
  }

  @Test
  void linesThatBelongToTheLabelAbove() {
    assertEquals(WHOLE + " | 8", at("From:\n\ta@b\nDate:\nd\nTo:\nc@d\nSubject:\n s\n"));
    assertEquals(
        "From: a@b, Subject: s, To: c@d, e@f; g@h <i@j> | 6",
        at("From: a@b\nSubject: s\nTo: c@d,\n e@f;\n\tg@h\n<i@j>\ntext\n"));
    assertEquals(
        "From: a@b, To: c@d, Subject: s, Cc: e@f, g@h | 5",
        at("From: a@b\nTo: c@d\nSubject: s\nCc: e@f,\ng@h\ntext\n"));
    // Not to a subject that has its text, nor to a field that is none of the labels.
    assertEquals(
        "From: a@b, To: c@d, Subject: s, | 3", at("From: a@b\nTo: c@d\nSubject: s,\n<text>\n"));
    assertEquals(
        "From: a@b, To: c@d, Subject: s | 4",
        at("From: a@b\nTo: c@d\nSubject: s\nX-Mailer: y\ng@h\n\n"));
    assertEquals(
        "From: a@b, To: c@d, Subject: s | 5",
        at("From: a@b\nX-Mailer: y\nmore\nTo: c@d\nSubject: s\n\n"));
    assertEquals(
        "From: a@b, To: c@d, Subject: s | 5",
        at("From: a@b\nFrom: x\nmore\nTo: c@d\nSubject: s\n\n"));
  }

  private static String found(String text) {
    return QuotedMessage.find(text)
        .map(found -> new String(found.source(), StandardCharsets.UTF_8))
        .orElse("-");
  }

  /** What stands above is the message; what stands below may be its sender's. */
  @Test
  void labelsOrHeaderTheUpperOne() {
    String labels = "From: A <a@b>\nSent: d\nTo: c@d\nSubject: s\n\ntext\n";
    String header = "Received: by x id y\nFrom: A <a@b>\nSubject: s\nMessage-ID: <1@x>\n\nbody\n";
    assertEquals(header, found("see\n\n" + labels + "\n" + header));
    assertEquals(header + "\n" + labels, found("see\n\n" + header + "\n" + labels));
    String theirs = "From: A <a@b>\nDate: d\nTo: c@d\nSubject: s\n\n\ntext\n\n";
    for (String other :
        List.of(
            header.replace("A <a@b>", "B <b@b>"),
            header.replace("A <a@b>", "A <a@bb>"),
            header.replace("A <a@b>", ""),
            header.replace("From: A <a@b>\n", ""),
            header.replace("Subject: s", "Subject: t"),
            header.replace("Subject: s\n", ""))) {
      assertEquals(theirs + other, found("see\n\n" + labels + "\n" + other), other);
    }
    for (String same :
        List.of(
            header.replace("A <a@b>", "a@b"),
            header.replace("A <a@b>", "\"A\" <A@B>"),
            header.replace("A <a@b>", "=?utf-8?q?A?= <a@b>"),
            header.replace("Subject: s", "Subject: Re: s"))) {
      assertEquals(same, found("see\n\n" + labels + "\n" + same), same);
    }
    // Without addresses the names are all there is.
    String nameless = labels.replace("A <a@b>", "A");
    assertEquals(header, found(nameless + "\n" + header));
    assertTrue(found(nameless.replace(": A", ": C") + "\n" + header).startsWith("From: C\n"));
    // Of several addresses in the labels each is the header's, and the last one its last.
    for (String[] names :
        new String[][] {
          {"a@b <m@b>", "a@b"},
          {"a@b <m@b>", "\"m@b\" <a@b>"},
          {"m@b (a@b)", "a@b"},
          {"A a@b [mailto:m@b]", "A <a@b>"},
          {"m@b on behalf of a@b", "a@b"},
        }) {
      String taken = labels.replace("A <a@b>", names[0]) + "\n";
      String below = header.replace("A <a@b>", names[1]);
      assertTrue(found(taken + below).startsWith("From: " + names[0]), names[0]);
    }
    for (String[] names :
        new String[][] {
          {"a@b <a@b>", "a@b"},
          {"a@b <A@B>", "A <a@b>".replace("A ", "a@b ")},
          {"A [mailto:a@b]", "A <mailto:a@b>"},
          {"c@c via L <l@b>", "\"c@c via L\" <l@b>"},
        }) {
      String taken = labels.replace("A <a@b>", names[0]) + "\n";
      String below = header.replace("A <a@b>", names[1]);
      assertTrue(found(taken + below).startsWith("Received:"), names[0]);
    }
  }

  /** They say whose the message is, and make none by themselves. */
  @Test
  void labelsWithoutASubject() {
    String labels = "From: A <a@b>\nDate: d\nTo: c@d\n\ntext\n";
    String header = "Received: by x id y\nFrom: a@b\nSubject: s\nMessage-ID: <1@x>\n\nbody\n";
    assertEquals("-", found(labels));
    assertEquals(header, found(labels + header));
    for (String other :
        List.of(
            header.replace("a@b", "m@b"),
            header.replace("a@b", "A"),
            header.replace("From: a@b\n", ""))) {
      assertEquals(labels + other, found(labels + other).replace("\n\n\n", "\n\n"), other);
    }
    String nameless = labels.replace("A <a@b>", "A");
    assertEquals(nameless + header, found(nameless + header).replace("\n\n\n", "\n\n"));
    // Other labels below them are their sender's.
    String whole = "From: m@b\nDate: d\nTo: c@d\nSubject: s\n\n";
    String theirs = header.replace("a@b", "m@b");
    assertEquals(whole + theirs, found(labels + whole + theirs).replace("\n\n\n", "\n\n"));
    assertEquals(whole, found(labels + whole).replace("\n\n\n", "\n\n"));
  }

  @Test
  void aHeaderCountsWithAnIdentifierAndAnotherField() {
    for (String one :
        List.of(
            "Received: by x id y\nX-Y: z\nTo: c@d\n\nbody\n",
            "Message-ID: <1@x>\nSubject: s\n\nbody\n",
            "Return-Path: <a@b>\nmessage-id: <1@x>\n\nbody\n")) {
      assertEquals(one, found("see\n" + one), one);
      assertEquals(one, found("> " + one.stripTrailing().replace("\n", "\n> ")), one);
    }
    for (String none :
        List.of(
            "Received: by x id y\nX-Y: z\n\nbody\n",
            "From: a@b\nTo: c@d\n\nbody\n",
            "X-Received: by x id y\nTo: c@d\n\nbody\n",
            "X-Y: z\nMessage-ID: <1@x>\n",
            "body\n")) {
      assertEquals("-", found("see\n" + none), none);
    }
    String two = "Received: by x id 1\nTo: c@d\n\nbody\n";
    assertEquals(two + two.replace('1', '2'), found(two + two.replace('1', '2')));
    String first = "To: e@f\nSubject: no identifier\n\n";
    assertEquals(two, found(first + two));
  }

  @Test
  void noTextHasNoLabels() {
    assertEquals(Optional.empty(), QuotedMessage.find(""));
    assertEquals(Optional.empty(), new ForwardLabels(List.of("")).at(0));
    assertEquals(Optional.empty(), new ForwardLabels(List.of("From:")).at(0));
  }
}
