package org.whosent.msa.support;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.whosent.fixtures.peer.EximPeer;
import org.whosent.fixtures.peer.Peers;
import org.whosent.fixtures.peer.PostfixPeer;

/** Mail clients that others wrote. To add one: a row that sends {@code mail} of a directory. */
public enum MailClient {
  SWAKS("swaks", Way.both("PLAIN", "LOGIN")) {
    @Override
    public String missing() {
      return Peers.program("swaks").isEmpty()
              || !succeeds("perl", "-MNet::SSLeay", "-MAuthen::SASL", "-e", "1")
          ? "swaks is not installed, or has no TLS or SASL (libnet-ssleay-perl,"
              + " libauthen-sasl-perl)"
          : null;
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      return run(
          directory,
          "swaks --server 127.0.0.1 --port %d %s --auth %s --auth-user alice@example.org --auth-password secret"
                  .formatted(
                      port, way.implicitTls() ? "--tls-on-connect" : "--tls", way.mechanism())
              + " --from alice@example.org --to a@b.example --data @mail");
    }
  },
  CURL("curl", Way.both("PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2")) {
    @Override
    public String missing() {
      return needs("curl");
    }

    @Override
    public boolean prefersAnother(Way way) {
      return way.mechanism().equals("XOAUTH2"); // whatever AUTH= says, with a token
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      return run(
          directory,
          "curl -sS -k --ssl-reqd --crlf --url %s://127.0.0.1:%d --user alice@example.org%s"
                  .formatted(
                      way.implicitTls() ? "smtps" : "smtp",
                      port,
                      (way.token() ? " --oauth2-bearer " : ":") + way.secret(directory))
              + " --login-options AUTH=%s --mail-from alice@example.org --mail-rcpt a@b.example -T mail"
                  .formatted(way.mechanism()));
    }
  },
  MSMTP("msmtp", Way.both("PLAIN", "LOGIN", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2")) {
    @Override
    public String missing() {
      String missing = needs("msmtp");
      return missing != null || succeeds("sh", "-c", "msmtp --version | grep -q scram-sha-256")
          ? missing
          : "msmtp was built without SCRAM and OAUTHBEARER";
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      Files.writeString(
          directory.resolve("msmtprc"),
          """
          account default
          host 127.0.0.1
          port %d
          tls on
          tls_certcheck off
          tls_starttls %s
          auth %s
          user alice@example.org
          passwordeval "echo %s"
          from alice@example.org
          """
              .formatted(
                  port,
                  way.implicitTls() ? "off" : "on",
                  way.mechanism().toLowerCase(Locale.ROOT),
                  way.secret(directory)));
      Files.setPosixFilePermissions(
          directory.resolve("msmtprc"),
          java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
      return run(directory, "msmtp --file=" + directory.resolve("msmtprc") + " a@b.example");
    }
  },
  SMTPLIB("Python's smtplib", Way.both("PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2")) {
    @Override
    public String missing() {
      return needs("python3");
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      Files.writeString(
          directory.resolve("send.py"),
          """
          import smtplib, ssl, sys
          port, implicit, mechanism = int(sys.argv[1]), sys.argv[2] == 'true', sys.argv[3]
          secret, a = sys.argv[4], chr(1)
          context = ssl._create_unverified_context()
          s = (smtplib.SMTP_SSL('127.0.0.1', port, context=context) if implicit
               else smtplib.SMTP('127.0.0.1', port))
          if not implicit:
              s.starttls(context=context)
          s.ehlo()
          s.user, s.password = 'alice@example.org', secret
          # What a program hands to auth() where the library has no method of that name.
          objects = {
              'OAUTHBEARER': lambda c=None: f'n,a={s.user},{a}auth=Bearer {secret}{a}{a}',
              'XOAUTH2': lambda c=None: f'user={s.user}{a}auth=Bearer {secret}{a}{a}'}
          s.auth(mechanism, objects.get(mechanism)
                 or getattr(s, 'auth_' + mechanism.lower()))
          s.sendmail('alice@example.org', ['a@b.example'], open('mail').read())
          s.quit()
          """);
      return run(
          directory,
          "python3 send.py %d %b %s %s"
              .formatted(port, way.implicitTls(), way.mechanism(), way.secret(directory)));
    }
  },
  NODEMAILER("nodemailer", Way.both("PLAIN", "LOGIN", "XOAUTH2")) {
    private Path modules() {
      return Repository.root().resolve(".peers/node/node_modules");
    }

    @Override
    public String missing() {
      return Peers.program("node").isEmpty()
          ? "node is not installed"
          : Files.isDirectory(modules().resolve("nodemailer")) ? null : "nodemailer is not there";
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      Files.writeString(
          directory.resolve("send.js"),
          """
          const transport = require('%s/nodemailer').createTransport({
            host: '127.0.0.1', port: %d, secure: %b, requireTLS: true, authMethod: '%s',
            tls: { rejectUnauthorized: false },
            auth: { user: 'alice@example.org', %s: '%s' }
          });
          transport.sendMail({
            envelope: { from: 'alice@example.org', to: 'a@b.example' },
            raw: require('fs').readFileSync('mail')
          }).then(() => process.exit(0), e => { console.error(e); process.exit(1); });
          """
              .formatted(
                  modules(),
                  port,
                  way.implicitTls(),
                  way.mechanism(),
                  way.token() ? "type: 'OAuth2', accessToken" : "pass",
                  way.secret(directory)));
      return run(directory, "node send.js");
    }
  },
  JAKARTA_MAIL("Jakarta Mail (Angus)", Way.both("PLAIN", "LOGIN", "XOAUTH2")) {
    @Override
    public String missing() {
      return null;
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      String protocol = way.implicitTls() ? "smtps" : "smtp";
      Properties properties = new Properties();
      properties.put("mail." + protocol + ".auth", "true");
      properties.put("mail." + protocol + ".auth.mechanisms", way.mechanism());
      properties.put("mail." + protocol + ".starttls.required", "" + !way.implicitTls());
      properties.put("mail." + protocol + ".ssl.trust", "*");
      properties.put("mail." + protocol + ".ssl.checkserveridentity", "false");
      Session session = Session.getInstance(properties);
      try (Transport transport = session.getTransport(protocol);
          InputStream in = Files.newInputStream(directory.resolve("mail"))) {
        transport.connect("127.0.0.1", port, "alice@example.org", way.secret(directory));
        Message message = new MimeMessage(session, in);
        transport.sendMessage(message, jakarta.mail.internet.InternetAddress.parse("a@b.example"));
        return null;
      } catch (MessagingException e) {
        return e.toString();
      }
    }
  },
  POSTFIX("Postfix (relayhost)", Way.both("PLAIN", "LOGIN", "SCRAM-SHA-256")) {
    @Override
    public String missing() {
      return PostfixPeer.missing();
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      try (PostfixPeer postfix =
          new PostfixPeer(
              directory.resolve("postfix-" + port + way.mechanism()),
              """
              relayhost = [127.0.0.1]:%1$d
              smtp_sasl_auth_enable = yes
              smtp_sasl_password_maps = inline:{{[127.0.0.1]:%1$d = alice@example.org:secret}}
              smtp_sasl_security_options = noanonymous
              smtp_sasl_mechanism_filter = %2$s
              smtp_tls_security_level = encrypt
              smtp_tls_wrappermode = %3$s
              """
                  .formatted(
                      port,
                      way.mechanism().toLowerCase(Locale.ROOT),
                      way.implicitTls() ? "yes" : "no"),
              "",
              List.of())) {
        postfix.sendmail(directory.resolve("mail"), "alice@example.org", "a@b.example");
        for (int i = 0; i < 1200; i++) {
          String log = postfix.log();
          if (log.contains("status=sent")) {
            return null;
          }
          if (log.contains("status=")) {
            return log;
          }
          Thread.sleep(50);
        }
        return postfix.log();
      }
    }
  },
  EXIM("Exim (smart host)", Way.both("PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2")) {
    @Override
    public String missing() {
      return EximPeer.missing();
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      // Its plaintext driver says whatever one writes there: so people make it speak OAuth.
      String said =
          switch (way.mechanism()) {
            case "PLAIN" -> "^alice@example.org^%s";
            case "LOGIN" -> ": alice@example.org : %s";
            case "OAUTHBEARER" -> "n,a=alice@example.org,\\x01auth=Bearer %s\\x01\\x01";
            default -> "user=alice@example.org\\x01auth=Bearer %s\\x01\\x01";
          };
      String authenticator =
          "driver = plaintext\n public_name = %s\n client_send = \"%s\""
              .formatted(way.mechanism(), said.formatted(way.secret(directory)));
      try (EximPeer exim =
          new EximPeer(
              directory.resolve("exim-" + port + way.mechanism()),
              "",
              """
              begin routers
              all:
                driver = manualroute
                route_list = * 127.0.0.1 byname
                self = send
                transport = submit
              begin transports
              submit:
                driver = smtp
                port = %d
                protocol = %s
                allow_localhost
                hosts_require_tls = *
                hosts_require_auth = *
                tls_verify_certificates =
              begin authenticators
              one:
                %s
              """
                  .formatted(port, way.implicitTls() ? "smtps" : "smtp", authenticator),
              List.of())) {
        exim.sendmail(directory.resolve("mail"), "alice@example.org", "a@b.example");
        String log = exim.log();
        return log.contains(" => a@b.example") ? null : log;
      }
    }
  },
  /** It logs in, and hands on what is typed. It knows no TLS from the first octet. */
  GSASL("GNU SASL (gsasl)", Way.startTls("PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS")) {
    @Override
    public String missing() {
      return needs("gsasl");
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      Process process =
          new ProcessBuilder(
                  "gsasl",
                  "--smtp",
                  "--connect=localhost:" + port,
                  "--mechanism=" + way.mechanism(),
                  "--authentication-id=alice@example.org",
                  "--authorization-id=",
                  "--password=secret",
                  "--x509-ca-file=" + directory.resolve("msa/data/tls/certificate.pem"),
                  way.mechanism().endsWith("-PLUS") ? "--verbose" : "--no-cb")
              .redirectErrorStream(true)
              .start();
      StringBuilder said = new StringBuilder();
      try (var out = process.getOutputStream();
          var in = process.inputReader()) {
        String mail = Files.readString(directory.resolve("mail")).replace("\n.", "\n..");
        for (String[] step :
            new String[][] {
              {"235 ", "MAIL FROM:<alice@example.org>"},
              {"250 ", "RCPT TO:<a@b.example>"},
              {"250 ", "DATA"},
              {"354 ", mail + "."}
            }) {
          if (!heard(in, step[0], said)) {
            return said.toString();
          }
          out.write((step[1] + "\n").getBytes(StandardCharsets.US_ASCII));
          out.flush();
        }
        // It takes one line whenever there is something new, so it is given something new.
        for (int i = 0; i < 600 && !in.ready(); i++) {
          out.write("NOOP\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
          Thread.sleep(50);
        }
        if (!heard(in, "250 ", said)) {
          return said.toString();
        }
        return null;
      } catch (IOException e) {
        return said.append(e).toString();
      } finally {
        process.destroy();
        process.waitFor();
      }
    }

    private static boolean heard(BufferedReader in, String reply, StringBuilder said)
        throws IOException {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith(reply) || line.matches("[45][0-9]{2}[ -].*")) {
          return line.startsWith(reply);
        }
      }
      return false;
    }
  };

  /** A kind of TLS and a mechanism. */
  public record Way(boolean implicitTls, String mechanism) {
    /** All that our server offers, in the order of the page. */
    public static final List<String> MECHANISMS =
        List.of("PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "OAUTHBEARER", "XOAUTH2");

    static List<Way> both(String... mechanisms) {
      return Stream.concat(
              startTls(mechanisms).stream(), Stream.of(mechanisms).map(m -> new Way(true, m)))
          .toList();
    }

    static List<Way> startTls(String... mechanisms) {
      return Stream.of(mechanisms).map(m -> new Way(false, m)).toList();
    }

    /** Whether it is a token that one logs in with. */
    boolean token() {
      return mechanism.endsWith("OAUTH2") || mechanism.startsWith("OAUTH");
    }

    /** The password, or the token that the file of that name has. */
    String secret(Path directory) throws IOException {
      return token() ? Files.readString(directory.resolve("token")) : "secret";
    }

    @Override
    public String toString() {
      return (implicitTls ? "TLS " : "STARTTLS ") + mechanism;
    }
  }

  private final String title;
  private final List<Way> ways;

  MailClient(String title, List<Way> ways) {
    this.title = title;
    this.ways = ways;
  }

  /** As people call it. */
  public String title() {
    return title;
  }

  /** The ways it knows. */
  public List<Way> ways() {
    return ways;
  }

  /** Whether it logs in that way only where that mechanism alone is offered. */
  public boolean prefersAnother(Way way) {
    return false;
  }

  /** Null when it is there, else what is missing. */
  public abstract String missing();

  /**
   * Sends the file {@code mail} as alice@example.org to one recipient.
   *
   * @return null when it says that it was taken, else what it said
   */
  public abstract String send(Path directory, Way way, int port) throws Exception;

  private static String needs(String program) {
    return Peers.program(program).isEmpty() ? program + " is not installed" : null;
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String run(Path directory, String command) throws Exception {
    Path out = directory.resolve("out");
    int status =
        new ProcessBuilder(new ArrayList<>(List.of(command.split(" "))))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .redirectInput(directory.resolve("mail").toFile())
            .start()
            .waitFor();
    return status == 0 ? null : command + ": " + status + "\n" + Files.readString(out);
  }
}
