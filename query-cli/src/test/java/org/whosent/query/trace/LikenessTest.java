package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing but the text of a message is left: it leads to its user, and never names him. */
class LikenessTest extends MadeUpMail {
  private static final int USERS = 60;
  private final List<String> texts = new ArrayList<>();

  @BeforeEach
  void submissions() throws IOException {
    Random random = new Random(11);
    for (int user = 0; user < USERS; user++) {
      texts.add("Hello,\n\n" + words(random, 30 + random.nextInt(200)) + "\n");
      String mail = mail("u" + user + "@example.com", "<" + user + "@x>", texts.get(user));
      submit("u" + user + "@example.com", ids.next().toString(), "HOP" + user, mail, true);
    }
  }

  /** Few words, as in templates, so that unrelated texts share some. */
  private static String words(Random random, int count) {
    String[] known =
        ("offer watches cheap today your account friend money invoice attached please password"
                + " address winner meeting photos holiday secure link below regards")
            .split(" ");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(known[random.nextInt(known.length)])
          .append(i % 11 == 10 ? "\n" : " ")
          .append(random.nextInt(7) == 0 ? random.nextInt(10_000) + " " : "");
    }
    return text.toString();
  }

  private void first(int user, String pasted) throws IOException {
    TraceResult result = trace(pasted);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(
        "u" + user + "@example.com", result.candidates().getFirst().record().user(), pasted);
  }

  @Test
  void howeverTheTextIsPasted() throws IOException {
    for (int user = 0; user < USERS; user++) {
      String text = texts.get(user);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      first(user, text);
      first(user, text.replace("\n", "\r\n"));
      first(user, "> " + text.replace("\n", "\n> "));
      first(user, text.replaceAll("\\s+", " "));
      first(user, Base64.getMimeEncoder().encodeToString(bytes) + "\n");
      first(user, text.replace("e", "=65").replace(" ", " =\n"));
      first(user, "<html><body><p>" + text.replace("\n", "<br>") + "</p></body></html>");
      first(
          user,
          "--=_b1\nContent-Type: text/plain\n\n"
              + text
              + "\n--=_b1\nContent-Type: image/gif\n\nR0lG\n--=_b1--\n");
    }
  }

  @Test
  void footersCutsAndWrappingDoNotHideTheText() throws IOException {
    for (long seed : new long[] {5, System.nanoTime()}) {
      Random random = new Random(seed);
      int right = 0;
      int rounds = 300;
      for (int round = 0; round < rounds; round++) {
        int user = random.nextInt(USERS);
        StringBuilder text = new StringBuilder(texts.get(user));
        if (random.nextBoolean()) {
          text.append("\n-- \nThis mail was checked. Unsubscribe at https://lists.example.net/u\n");
        }
        if (random.nextBoolean()) {
          text.insert(0, "Good evening, today I have got the following from one of yours:\n\n");
        }
        if (random.nextInt(4) == 0) {
          text.setLength(text.length() * 3 / 4);
        }
        for (int at = 40 + random.nextInt(30); at < text.length(); at += 40 + random.nextInt(30)) {
          text.insert(at, "\n> ");
        }
        TraceResult result = trace(text.toString());
        assertNull(result.user(), () -> "seed " + seed);
        if (!result.candidates().isEmpty()
            && ("u" + user + "@example.com")
                .equals(result.candidates().getFirst().record().user())) {
          right++;
        }
      }
      int found = right;
      assertTrue(found >= rounds * 9 / 10, () -> "seed " + seed + ": " + found + " of " + rounds);
    }
  }

  @Test
  void inAComplaintToTheDeskToo() throws IOException {
    String complaint =
        "From: angry@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n\nOne of your users"
            + " sent me this:\n\n";
    first(3, complaint + texts.get(3));
    // In mail that is no complaint, nothing is looked for.
    nobody(
        trace(complaint.replace("abuse@example.com", "friend@example.com") + texts.get(3)),
        Verdict.FOREIGN);
  }

  @Test
  void textThatNobodySentIsForeign() throws IOException {
    nobody(
        trace(
            "The quick brown fox jumps over the lazy dog, and then it does so once more, since"
                + " nobody was looking at it the first time.\n"),
        Verdict.FOREIGN);
    nobody(trace("short\n"), Verdict.FOREIGN);
  }

  @Test
  void theTextWithAnIdentifierOfItsRecordIdentifies() throws IOException {
    TraceResult result = trace(mail("x@redacted", "<7@x>", texts.get(7)));
    named(result, "u7@example.com", Confidence.STRONG);
  }

  @Test
  void forwardedWithLabelsInManyLanguages() throws IOException {
    String[] labels = {
      "From: %s\nSent: Monday, November 23, 2026 12:00\nTo: r\nSubject: watches",
      "---------- Forwarded message ---------\n"
          + "From: %s\n"
          + "Date: Mon, Nov 23\n"
          + "Subject: watches\n"
          + "To: r",
      "*Von:* %s\n*Gesendet:* Montag, 23. November 2026 12:00\n*An:* r\n*Betreff:* watches",
      "Début du message réexpédié :\n\nDe : %s\nObjet : watches\nDate : 23 nov.\nÀ : r",
      "De: %s\nEnviado el: lunes\nPara: r\nAsunto: watches",
      "Da: %s\nInviato: lunedì\nA: r\nOggetto: watches",
      "Van: %s\nVerzonden: maandag\nAan: r\nOnderwerp: watches",
      "Od: %s\nWysłano: poniedziałek\nDo: r\nTemat: watches",
      "От: %s\nОтправлено: 23 ноября\nКому: r\nТема: watches",
      "差出人: %s\n日付: 2026年11月23日\n宛先: r\n件名: watches",
      "发件人：%s\n发送时间：2026年11月23日\n收件人：r\n主题：watches",
    };
    for (int i = 0; i < labels.length; i++) {
      String forward =
          "From: angry@far.example\nTo: someone@else.example\nMessage-ID: <c@far>\nContent-Type:"
              + " text/plain; charset=utf-8\n\nPlease look at this, it came today:\n\n"
              + labels[i].formatted("u" + i + "@example.com")
              + "\n\n"
              + texts.get(i);
      first(i, forward);
      first(
          i, forward.replace("\n\n" + texts.get(i), "\n\n> " + texts.get(i).replace("\n", "\n> ")));
    }
  }

  @Test
  void fourLinesThatLookLikeLabelsAreNoError() throws IOException {
    nobody(
        trace("From: x@y\nTo: r@far.example\nMessage-ID: <c@f>\n\nFrom: here\nTo: there\n"),
        Verdict.FOREIGN);
    nobody(trace("From: x@y\nMessage-ID: <c@f>\n\n" + "De: a\n".repeat(50_000)), Verdict.FOREIGN);
    nobody(trace("From: x@y\nMessage-ID: <c@f>\n\n" + "a ".repeat(50_000) + ":"), Verdict.FOREIGN);
  }

  /** Few different words, many times over: a footer has more of them, and is all that differs. */
  @Test
  void aTextThatRepeatsItselfIsNotRefutedByAFooter() throws IOException {
    String user = "rep@example.com";
    String text = "buy cheap pills now at pills.example\n".repeat(60);
    String footer =
        "\n-- \nThis message was checked for viruses by the gateway of the far company, of which"
            + " nothing more needs to be said here.\nPlease think of the trees before printing it,"
            + " and of our lawyers before you pass it on to anybody else, confidential or not;\n"
            + "registered office: 12 Long Lane, Farthing-on-Sea, register 4711/0815, managing"
            + " directors Quentin X. Fathom and Zoe Jugular, bank details upon request only.\n";
    String id = ids.next().toString();
    submit(user, id, "HOPR", mail(user, "<rep@x>", text), true);
    String arrived = hop("HOPR") + received(id, "198.51.100.7");
    TraceResult result = trace(arrived + mail(user, "<rep@x>", text + footer));
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(user, result.candidates().getFirst().record().user());
    // Another text over his header, that repeats itself or not, is none of his.
    nobody(trace(arrived + mail(user, "<rep@x>", OTHER.repeat(9))), Verdict.CONTRADICTED);
    nobody(trace(arrived + mail(user, "<rep@x>", OTHER)), Verdict.CONTRADICTED);
  }
}
