package org.whosent.msa.privilege;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Becomes another account for good, once what only root may do is done. Linux on a 64-bit machine.
 * Stateless; to be called once, by one thread.
 *
 * <p>For the kernel an identity is each thread's own; it is the C library that makes all threads of
 * a process follow ({@code setxid} of glibc, {@code __synccall} of musl). Since everything hangs on
 * that, what the kernel says of every thread is read back afterwards, and anything but the account
 * wanted ends the start ({@link ThreadCredentials}). So does an account's process that kept a way
 * back to root.
 */
@SuppressWarnings("restricted")
public final class Privileges {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /**
   * {@code struct passwd} begins with two pointers, then the two numbers; so everywhere on Linux.
   */
  private static final long UID_OFFSET = 2 * ValueLayout.ADDRESS.byteSize();

  private static final long GID_OFFSET = UID_OFFSET + INT.byteSize();
  private static final long PASSWD_BYTES = GID_OFFSET + INT.byteSize();

  /** {@code struct group} likewise, with one number. */
  private static final long GROUP_BYTES = UID_OFFSET + INT.byteSize();

  private static final int SOME_GROUPS = 64;

  /** What the kernel keeps of a process. */
  private static final int MOST_GROUPS = 1 << 16;

  private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private Privileges() {}

  /**
   * Whom to become.
   *
   * @param account its name
   * @param group of the process; null for the account's own
   */
  public record Identity(String account, String group) {
    /** True for an account that may do everything. */
    public boolean isRoot() {
      return account.equals("root");
    }

    @Override
    public String toString() {
      return group == null ? account : account + ":" + group;
    }
  }

  /** True when this process may do everything; false where that cannot be asked. */
  public static boolean isRoot() {
    if (!isLinux()) {
      return false;
    }
    try {
      return effectiveUid() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux");
  }

  /**
   * Becomes the account, with its groups, in all threads, without a way back.
   *
   * @throws IOException when that is not possible or was not done in whole; the process must not go
   *     on then
   */
  public static void become(Identity identity) throws IOException {
    if (!isLinux() || ValueLayout.ADDRESS.byteSize() != 8) {
      throw new IOException("runAs: works on 64-bit Linux only; start it as the account itself");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(identity.account);
      MemorySegment passwd = (MemorySegment) call(arena, getpwnam(), name);
      if (passwd.equals(MemorySegment.NULL)) {
        throw new IOException("runAs: there is no account '" + identity.account + "'");
      }
      int uid = passwd.reinterpret(PASSWD_BYTES).get(INT, UID_OFFSET);
      int gid = passwd.reinterpret(PASSWD_BYTES).get(INT, GID_OFFSET);
      if (identity.group != null) {
        MemorySegment group =
            (MemorySegment) call(arena, getgrnam(), arena.allocateFrom(identity.group));
        if (group.equals(MemorySegment.NULL)) {
          throw new IOException("runAs: there is no group '" + identity.group + "'");
        }
        gid = group.reinterpret(GROUP_BYTES).get(INT, UID_OFFSET);
      }
      if (uid == 0 || gid == 0) {
        throw new IOException("runAs: '" + identity + "' is root by another name");
      }
      int now = effectiveUid();
      if (now == uid) {
        ThreadCredentials.startedAs(uid, identity.group == null ? null : gid).check();
        return;
      }
      if (now != 0) {
        throw new IOException(
            "runAs: only root can become '%s'; start it as root or as that account"
                .formatted(identity.account));
      }
      Set<Integer> groups = groups(arena, name, gid);
      must(arena, "initgroups", handle("initgroups", INT, ValueLayout.ADDRESS, INT), name, gid);
      must(arena, "setresgid", handle("setresgid", INT, INT, INT, INT), gid, gid, gid);
      must(arena, "setresuid", handle("setresuid", INT, INT, INT, INT), uid, uid, uid);
      ThreadCredentials.became(uid, gid, groups).check();
      int back = (int) call(arena, handle("setresuid", INT, INT, INT, INT), 0, 0, 0);
      if (back == 0) {
        throw new IOException("runAs: root could be taken back; this is no safe place to run");
      }
    }
  }

  /**
   * The groups that the system lists for an account, its own among them: what {@code initgroups} is
   * to have left of them.
   */
  private static Set<Integer> groups(Arena arena, MemorySegment name, int gid) throws IOException {
    MethodHandle getgrouplist =
        handle(
            "getgrouplist",
            INT,
            ValueLayout.ADDRESS,
            INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);
    MemorySegment length = arena.allocate(INT);
    for (int most = SOME_GROUPS; most <= MOST_GROUPS; most *= 2) {
      MemorySegment list = arena.allocate(INT, most);
      length.set(INT, 0, most);
      if ((int) call(arena, getgrouplist, name, gid, list, length) >= 0) {
        int[] groups = list.asSlice(0, length.get(INT, 0) * INT.byteSize()).toArray(INT);
        return Arrays.stream(groups).boxed().collect(Collectors.toSet());
      }
    }
    throw new IOException("runAs: the account is in too many groups to look at");
  }

  private static int effectiveUid() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return (int) call(arena, handle("geteuid", INT));
    }
  }

  private static MethodHandle getpwnam() {
    return handle("getpwnam", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
  }

  private static MethodHandle getgrnam() {
    return handle("getgrnam", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
  }

  private static MethodHandle handle(
      String function, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(function),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static void must(Arena arena, String what, MethodHandle function, Object... arguments)
      throws IOException {
    MemorySegment state = arena.allocate(CALL_STATE);
    if ((int) call(state, function, arguments) != 0) {
      throw new IOException(
          "runAs: %s failed with errno %d".formatted(what, (int) ERRNO.get(state, 0L)));
    }
  }

  private static Object call(Arena arena, MethodHandle function, Object... arguments)
      throws IOException {
    return call(arena.allocate(CALL_STATE), function, arguments);
  }

  private static Object call(MemorySegment state, MethodHandle function, Object... arguments)
      throws IOException {
    Object[] all = new Object[arguments.length + 1];
    all[0] = state;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try {
      return function.invokeWithArguments(all);
    } catch (Throwable e) {
      throw new IOException("runAs: " + e, e);
    }
  }
}
