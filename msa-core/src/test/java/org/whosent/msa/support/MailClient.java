package org.whosent.msa.support;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.whosent.fixtures.peer.EximPeer;
import org.whosent.fixtures.peer.Peers;
import org.whosent.fixtures.peer.PostfixPeer;

/** Mail clients that others wrote. To add one: a row that sends {@code mail} of a directory. */
public enum MailClient {
  SWAKS("swaks", Way.ALL) {
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
  CURL("curl", Way.ALL) {
    @Override
    public String missing() {
      return needs("curl");
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      return run(
          directory,
          "curl -sS -k --ssl-reqd --crlf --url %s://127.0.0.1:%d --user alice@example.org:secret"
                  .formatted(way.implicitTls() ? "smtps" : "smtp", port)
              + " --login-options AUTH=%s --mail-from alice@example.org --mail-rcpt a@b.example -T mail"
                  .formatted(way.mechanism()));
    }
  },
  MSMTP("msmtp", Way.ALL) {
    @Override
    public String missing() {
      return needs("msmtp");
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
          password secret
          from alice@example.org
          """
              .formatted(
                  port,
                  way.implicitTls() ? "off" : "on",
                  way.mechanism().toLowerCase(Locale.ROOT)));
      Files.setPosixFilePermissions(
          directory.resolve("msmtprc"),
          java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
      return run(directory, "msmtp --file=" + directory.resolve("msmtprc") + " a@b.example");
    }
  },
  SMTPLIB("Python's smtplib", Way.ALL) {
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
          context = ssl._create_unverified_context()
          s = (smtplib.SMTP_SSL('127.0.0.1', port, context=context) if implicit
               else smtplib.SMTP('127.0.0.1', port))
          if not implicit:
              s.starttls(context=context)
          s.ehlo()
          s.user, s.password = 'alice@example.org', 'secret'
          s.auth(mechanism, getattr(s, 'auth_' + mechanism.lower()))
          s.sendmail('alice@example.org', ['a@b.example'], open('mail').read())
          s.quit()
          """);
      return run(
          directory,
          "python3 send.py %d %b %s".formatted(port, way.implicitTls(), way.mechanism()));
    }
  },
  NODEMAILER("nodemailer", Way.ALL) {
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
            auth: { user: 'alice@example.org', pass: 'secret' }
          });
          transport.sendMail({
            envelope: { from: 'alice@example.org', to: 'a@b.example' },
            raw: require('fs').readFileSync('mail')
          }).then(() => process.exit(0), e => { console.error(e); process.exit(1); });
          """
              .formatted(modules(), port, way.implicitTls(), way.mechanism()));
      return run(directory, "node send.js");
    }
  },
  JAKARTA_MAIL("Jakarta Mail (Angus)", Way.ALL) {
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
        transport.connect("127.0.0.1", port, "alice@example.org", "secret");
        Message message = new MimeMessage(session, in);
        transport.sendMessage(message, jakarta.mail.internet.InternetAddress.parse("a@b.example"));
        return null;
      } catch (MessagingException e) {
        return e.toString();
      }
    }
  },
  POSTFIX("Postfix (relayhost)", Way.ALL) {
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
  EXIM("Exim (smart host)", Way.ALL) {
    @Override
    public String missing() {
      return EximPeer.missing();
    }

    @Override
    public String send(Path directory, Way way, int port) throws Exception {
      String authenticator =
          way.mechanism().equals("PLAIN")
              ? "driver = plaintext\n public_name = PLAIN\n client_send = ^alice@example.org^secret"
              : "driver = plaintext\n"
                  + " public_name = LOGIN\n"
                  + " client_send = : alice@example.org : secret";
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
  };

  /** A kind of TLS and a mechanism. */
  public record Way(boolean implicitTls, String mechanism) {
    /** All that our server offers. */
    public static final List<Way> ALL =
        List.of(
            new Way(false, "PLAIN"),
            new Way(false, "LOGIN"),
            new Way(true, "PLAIN"),
            new Way(true, "LOGIN"));

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
