package io.pulsewarden.platform.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running server, ours or one found again; signals reach it only while it is the same process.
 */
public final class ServerProcess {

  private static final Duration AFTER_KILL = Duration.ofSeconds(30);
  private static final int LONGEST_WORD = 500;

  private final String name;
  private final ProcessId id;

  public ServerProcess(String name, ProcessId id) {
    this.name = name;
    this.id = id;
  }

  public String name() {
    return name;
  }

  public ProcessId id() {
    return id;
  }

  public boolean isAlive() {
    return id.isAlive();
  }

  /**
   * Asks by {@code gentle}, waits, then kills.
   *
   * @return whether it ended by itself
   */
  public boolean stop(Signal gentle, Duration patience) {
    signal(gentle);
    if (awaitEnd(patience)) {
      return true;
    }
    kill();
    return false;
  }

  /** SIGKILL; returns when the process is gone, and the children that end with it. */
  public void kill() {
    Optional<ProcessHandle> handle = id.handle();
    List<ProcessHandle> children =
        handle.map(parent -> parent.descendants().toList()).orElse(List.of());
    handle.ifPresent(ProcessHandle::destroyForcibly);
    boolean gone = awaitEnd(AFTER_KILL);
    for (ProcessHandle child : children) {
      gone &= new ServerProcess(name, ProcessId.of(child)).awaitEnd(AFTER_KILL);
    }
    if (!gone) {
      throw new IllegalStateException(name + " outlived SIGKILL");
    }
  }

  /** Sends a signal if the process still runs. */
  public void signal(Signal signal) {
    if (!id.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(id.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("can't signal " + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it ended within {@code patience}. */
  public boolean awaitEnd(Duration patience) {
    Optional<ProcessHandle> handle = id.handle();
    if (handle.isEmpty()) {
      return true;
    }
    try {
      handle.get().onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !isAlive();
    } catch (ExecutionException e) {
      throw new IllegalStateException("can't wait for " + name, e);
    }
  }

  /** The signals that servers are asked with. */
  public enum Signal {
    INT,
    TERM
  }

  /**
   * For messages: what ended, and its last word if that is meant for people. Our services end so
   * when what they were given is wrong, such as a passphrase.
   */
  public static IllegalStateException died(String name, Path log) {
    String why = lastWord(log).map(word -> ": " + word).orElse("");
    return new IllegalStateException(name + " ended while starting" + why + "; its log: " + log);
  }

  /** Nothing where the log ends within a stack trace or with a record for machines. */
  private static Optional<String> lastWord(Path log) {
    try {
      String last =
          Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
              .filter(line -> !line.isBlank())
              .reduce("", (_, next) -> next);
      boolean forPeople =
          !last.isEmpty()
              && last.length() <= LONGEST_WORD
              && Character.isLetter(last.charAt(0))
              && !last.startsWith("Caused by:");
      return forPeople ? Optional.of(last) : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
