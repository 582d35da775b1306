package org.whosent.msa.auth;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The SASL mechanisms (RFC 4422), the strongest first, which is the order in which EHLO lists them.
 * Stateless, thread-safe.
 *
 * <p>To add one: a row that says when it is offered and begins an exchange.
 */
public enum SaslMechanism {
  /** RFC 7677 and RFC 9266: offered where the connection has something to bind to. */
  SCRAM_SHA_256_PLUS {
    @Override
    boolean can(SaslContext context) {
      return context.offersScram() && context.channelBinding() != null;
    }

    @Override
    public SaslExchange begin(SaslContext context, SaslExchange.Gate gate) {
      return new ScramExchange(true, context.channelBinding(), context.users(), gate);
    }
  },
  /** RFC 7677. */
  SCRAM_SHA_256 {
    @Override
    boolean can(SaslContext context) {
      return context.offersScram();
    }

    @Override
    public SaslExchange begin(SaslContext context, SaslExchange.Gate gate) {
      // Where PLUS is not offered, a client that says so ("y") is right.
      byte[] binding = SCRAM_SHA_256_PLUS.isOffered(context) ? context.channelBinding() : null;
      return new ScramExchange(false, binding, context.users(), gate);
    }
  },
  /** RFC 7628. */
  OAUTHBEARER {
    @Override
    boolean can(SaslContext context) {
      return context.tokens() != null;
    }

    @Override
    public SaslExchange begin(SaslContext context, SaslExchange.Gate gate) {
      return new BearerExchange(false, context.tokens(), context.users(), context.origin(), gate);
    }
  },
  /** What came before it, and what many clients know alone. */
  XOAUTH2 {
    @Override
    boolean can(SaslContext context) {
      return context.tokens() != null;
    }

    @Override
    public SaslExchange begin(SaslContext context, SaslExchange.Gate gate) {
      return new BearerExchange(true, context.tokens(), context.users(), context.origin(), gate);
    }
  },
  /** RFC 4616. */
  PLAIN {
    @Override
    public SaslExchange begin(SaslContext context, SaslExchange.Gate gate) {
      return new PasswordExchange(true, context.users(), context.origin(), gate);
    }
  },
  /** draft-murchison-sasl-login. */
  LOGIN {
    @Override
    public SaslExchange begin(SaslContext context, SaslExchange.Gate gate) {
      return new PasswordExchange(false, context.users(), context.origin(), gate);
    }
  };

  /** As it is registered and as records have it. */
  public String wireName() {
    return name().replace('_', '-');
  }

  boolean can(SaslContext context) {
    return true;
  }

  /** True when this connection may use it. */
  public boolean isOffered(SaslContext context) {
    return context.allowed().contains(this) && can(context);
  }

  /** The server's side of a new exchange. */
  public abstract SaslExchange begin(SaslContext context, SaslExchange.Gate gate);

  /** Those that this connection may use, in order. */
  public static List<SaslMechanism> offered(SaslContext context) {
    return Arrays.stream(values()).filter(m -> m.isOffered(context)).toList();
  }

  /** The mechanism of that name, in whatever case. */
  public static Optional<SaslMechanism> named(String name) {
    return Arrays.stream(values()).filter(m -> m.wireName().equalsIgnoreCase(name)).findFirst();
  }
}
