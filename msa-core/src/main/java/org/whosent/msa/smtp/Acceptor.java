package org.whosent.msa.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.whosent.msa.Limits;
import org.whosent.msa.Listener;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaLog;
import org.whosent.msa.auth.ClientNetwork;
import org.whosent.record.Addresses;

/**
 * Accepts connections on all listeners, one virtual thread each, and counts them. Thread-safe.
 *
 * <p>Who comes when there are too many from one address hears 421 and goes. Who comes when there
 * are too many over all gets the place of a client that has not logged in, if there is one, else
 * one of the user's who has most of them: else whoever has ten addresses and the patience to say
 * nothing could keep everybody out. On the port with implicit TLS nobody hears 421, the connection
 * is just closed, since a handshake is what there is too much of already.
 */
public final class Acceptor implements AutoCloseable {
  private static final int BACKLOG = 511;

  /** How long a load balancer may take to say who its client is. */
  private static final Duration PROXY_HEADER = Duration.ofSeconds(10);

  /** How often the log says that all places are taken. */
  private static final Duration FULL_AGAIN = Duration.ofMinutes(1);

  private final MsaConfiguration first;
  private final MsaLog log;

  /** Null until {@link #start}. */
  private volatile SessionContext context;

  private final FailureLines failures;
  private final Watchdog watchdog = new Watchdog();
  private final List<ServerSocket> sockets = new ArrayList<>();
  private final Map<Session, Running> sessions = new ConcurrentHashMap<>();
  private final Map<ClientNetwork, Integer> perNetwork = new HashMap<>();
  private int open;
  private long toldFullNanos = System.nanoTime() - FULL_AGAIN.toNanos();

  /** Used by the watchdog's thread only. */
  private Object userVersion;

  private volatile boolean closing;

  record Running(Session session, ClientNetwork network, Thread thread, long sinceNanos) {}

  private Acceptor(MsaConfiguration configuration, MsaLog log) {
    this.first = configuration;
    this.log = log;
    this.failures = new FailureLines("accept failed", t -> log.line("%s", t), System::nanoTime);
  }

  /**
   * Binds all listeners; who comes now waits until {@link #start}.
   *
   * @throws IOException when one cannot be bound, none is then; the message names it
   */
  public static Acceptor bind(MsaConfiguration configuration, MsaLog log) throws IOException {
    Acceptor acceptor = new Acceptor(configuration, log);
    for (Listener listener : configuration.listeners()) {
      ServerSocket socket = new ServerSocket();
      acceptor.sockets.add(socket);
      try {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(listener.address(), listener.port()), BACKLOG);
      } catch (IOException e) {
        acceptor.closeSockets();
        throw new IOException(
            "cannot listen on %s port %d for %s: %s"
                .formatted(
                    Addresses.format(listener.address()),
                    listener.port(),
                    listener.service().word(),
                    e.getMessage()),
            e);
      }
    }
    return acceptor;
  }

  /** Accepts from now on. To be called once. */
  public void start(SessionContext begun) {
    context = begun;
    watchdog.start(this::checkUsers);
    for (int i = 0; i < sockets.size(); i++) {
      ServerSocket socket = sockets.get(i);
      Listener.Service service = first.listeners().get(i).service();
      Thread.ofVirtual().name("msa-accept-" + i).start(() -> accept(socket, service));
    }
  }

  /** Gives sessions to come another context, with the same listeners. */
  public void use(SessionContext changed) {
    context = changed;
  }

  /** The addresses that are bound, in the order of the configuration. */
  public List<InetSocketAddress> addresses() {
    return sockets.stream().map(s -> (InetSocketAddress) s.getLocalSocketAddress()).toList();
  }

  /** When the user file has changed, ends idle sessions of users who may not go on. */
  private void checkUsers() {
    Object version = context.users().version();
    if (version != userVersion) {
      userVersion = version;
      sessions.keySet().forEach(session -> Thread.startVirtualThread(session::checkUser));
    }
  }

  private void accept(ServerSocket listener, Listener.Service service) {
    while (!closing) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().name("msa-session").start(() -> serve(socket, service));
      } catch (IOException | OutOfMemoryError e) {
        if (!closing) {
          failures.add(e.toString());
          pause();
        }
      }
    }
  }

  /** Out of file descriptors, most likely, or of memory: some come back as sessions end. */
  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket socket, Listener.Service service) {
    SessionContext current = context;
    Connection connection = null;
    try {
      connection = new Connection(socket, current.configuration().limits().sessionTimeout());
      watchdog.add(connection);
      if (current.configuration().isProxy(socket.getInetAddress())) {
        connection.allow(PROXY_HEADER);
        connection.readProxyHeader();
      }
      ClientNetwork network = ClientNetwork.of(connection.client());
      if (!enter(network)) {
        refuse(socket, service);
        return;
      }
      try {
        talk(new Session(current, service, connection), network);
      } finally {
        // Before its place is free again.
        close(socket);
        leave(network);
      }
    } catch (EOFException | SocketException e) {
      // gone before it began, as the health checks of load balancers do
    } catch (IOException e) {
      current
          .complaints()
          .line(
              "connection refused client=%s port=%d service=%s: %s",
              Addresses.format(socket.getInetAddress()),
              socket.getPort(),
              service.word(),
              e.getMessage());
    } finally {
      if (connection != null) {
        watchdog.remove(connection);
      }
      close(socket);
    }
  }

  private void talk(Session session, ClientNetwork network) {
    sessions.put(session, new Running(session, network, Thread.currentThread(), System.nanoTime()));
    try {
      if (closing) {
        session.drain();
      }
      session.run();
    } finally {
      sessions.remove(session);
    }
  }

  private synchronized boolean enter(ClientNetwork network) {
    Limits limits = context.configuration().limits();
    int here = perNetwork.getOrDefault(network, 0);
    if (closing
        || here >= limits.maxConnectionsPerAddress()
        || open >= limits.maxConnections() && !makeRoom()) {
      return false;
    }
    perNetwork.put(network, here + 1);
    open++;
    return true;
  }

  /**
   * Ends a session in which no message is on its way: the one that has been longest without a
   * login, among those of the network that has most of them; where there is none, the oldest of the
   * user who has most sessions, and more than one. False when there is none either. The place is
   * free a moment later, when the session's thread has noticed.
   */
  private boolean makeRoom() {
    if (System.nanoTime() - toldFullNanos >= FULL_AGAIN.toNanos()) {
      toldFullNanos = System.nanoTime();
      log.line("all %d connections are taken: idle clients yield to others", open);
    }
    Optional<Session> yielding = Yielding.end(List.copyOf(sessions.values()));
    // Not to be chosen again while its thread ends.
    yielding.ifPresent(sessions::remove);
    return yielding.isPresent();
  }

  private synchronized void leave(ClientNetwork network) {
    perNetwork.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
    open--;
    notifyAll();
  }

  private void refuse(Socket socket, Listener.Service service) {
    try (socket) {
      if (service != Listener.Service.SUBMISSIONS) {
        // Fits the socket's buffer, so that it cannot block.
        String reply =
            Reply.last(
                    421,
                    closing ? "4.3.2" : "4.7.0",
                    context.configuration().hostname()
                        + (closing ? " is shutting down" : " has too many connections"))
                .wire();
        socket.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // it was to go anyway
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // closed is closed
    }
  }

  private void closeSockets() {
    for (ServerSocket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        log.line("closing a listener: %s", e);
      }
    }
  }

  /** How many sessions there are. */
  public int sessionCount() {
    return sessions.size();
  }

  /**
   * Accepts no more; idle sessions hear 421 at once, the others when their transaction ends, and
   * what is left after the configured time is cut.
   */
  @Override
  public void close() {
    closing = true;
    closeSockets();
    for (Session session : Set.copyOf(sessions.keySet())) {
      // Each in a thread of its own: a client that does not read must not hold up the others.
      Thread.startVirtualThread(session::drain);
    }
    SessionContext last = context;
    if (last != null && !awaitEmpty(last.configuration().drain())) {
      log.line("%d sessions are cut: they did not end in time", sessions.size());
      sessions.forEach(
          (session, running) -> {
            session.cut();
            running.thread().interrupt();
          });
      awaitEmpty(Duration.ofSeconds(10));
    }
    watchdog.close();
  }

  private synchronized boolean awaitEmpty(Duration most) {
    Instant until = Instant.now().plus(most);
    boolean interrupted = false;
    while (open > 0) {
      long left = Duration.between(Instant.now(), until).toMillis();
      if (left <= 0 || interrupted) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return open == 0;
  }
}
