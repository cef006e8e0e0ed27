package io.pulsewarden.vault;

import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client with a token that is renewed at two thirds of its life, while all others go on with what
 * it is, and fetched anew when it can't be. Blocks. Thread-safe.
 */
public final class VaultSession implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(VaultSession.class.getName());
  private static final int FORBIDDEN = 403;
  private static final int THIRDS = 3;
  private static final int ATTEMPTS_IN_THE_LAST_THIRD = 10;

  /**
   * Nothing changes in it but by exchange.
   *
   * @param granted seconds that its login gave
   */
  private record Open(
      long granted,
      Vault vault,
      HttpClient http,
      boolean renewable,
      Instant renewAt,
      Instant endsAt) {}

  private final VaultConnection connection;
  private final VaultLogin login;
  private final Clock clock;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile @Nullable Open open;
  private volatile @Nullable Failed failed;

  /** A login that failed; who waited for it meanwhile fails as it did. */
  private record Failed(VaultUnavailableException why) {
    String message() {
      return String.valueOf(why.getMessage());
    }
  }

  public VaultSession(VaultConnection connection, VaultLogin login, Clock clock) {
    this.connection = connection;
    this.login = login;
    this.clock = clock;
  }

  /**
   * A client whose token lives as far as we know.
   *
   * @throws VaultUnavailableException if there is none and none can be had
   */
  public Vault vault() {
    Open now = open;
    if (now != null && clock.instant().isBefore(now.renewAt())) {
      return now.vault();
    }
    if (now != null && clock.instant().isBefore(now.endsAt())) {
      return renewUnlessSomebodyDoes(now).vault();
    }
    Failed before = failed;
    changing.lock();
    try {
      Open since = open;
      if (since == null || since.equals(now)) {
        since = logInUnlessItFailedSince(before);
      }
      return since.vault();
    } finally {
      changing.unlock();
    }
  }

  /**
   * A Vault that does not answer takes each login its whole time: one after the other, the last of
   * many would wait for all before.
   */
  private Open logInUnlessItFailedSince(@Nullable Failed before) {
    Failed since = failed;
    if (since != null && !since.equals(before)) {
      throw new VaultUnavailableException(since.why().reason(), since.message(), null);
    }
    return logIn();
  }

  /**
   * After a 403: whether it was the token that Vault did not know, so that asking again with a new
   * one is right. If it knows the token, it meant the request.
   */
  boolean replaceIfUnknown(Vault used) {
    try {
      VaultAnswer known = VaultAnswer.of(used.logical().read("auth/token/lookup-self"));
      if (known.isSuccess()) {
        return false;
      }
      if (!known.isForbidden()) {
        throw known.failure();
      }
    } catch (VaultException failed) {
      throw VaultAnswer.failure(failed);
    }
    Failed before = failed;
    changing.lock();
    try {
      Open now = open;
      if (now == null || now.vault().equals(used)) {
        logInUnlessItFailedSince(before);
      }
      return true;
    } finally {
      changing.unlock();
    }
  }

  /** Certificates changed: the next use connects and logs in anew. */
  public void reconnect() {
    changing.lock();
    try {
      drop(open);
      open = null;
    } finally {
      changing.unlock();
    }
  }

  private Open renewUnlessSomebodyDoes(Open now) {
    if (!changing.tryLock()) {
      return now;
    }
    try {
      Open since = open;
      if (since != null && !since.equals(now)) {
        return since;
      }
      return now.renewable() ? renew(now) : logIn();
    } catch (VaultUnavailableException failed) {
      // What we have still lives.
      return later(now);
    } finally {
      changing.unlock();
    }
  }

  private Open renew(Open now) {
    try {
      AuthResponse answer = now.vault().auth().renewSelf();
      if (answer.getAuthLeaseDuration() * 2 < now.granted()) {
        // Near the end that no renewal moves.
        return logIn();
      }
      Open renewed =
          opened(
              now.granted(),
              now.vault(),
              now.http(),
              answer.getAuthLeaseDuration(),
              answer.isAuthRenewable());
      open = renewed;
      return renewed;
    } catch (VaultException refused) {
      if (refused.getHttpStatusCode() == FORBIDDEN) {
        return logIn();
      }
      throw VaultAnswer.failure(refused);
    }
  }

  private Open logIn() {
    try {
      return loggedIn();
    } catch (VaultUnavailableException why) {
      Failed before = failed;
      failed = new Failed(why);
      if (why.getCause() instanceof IOException ofOurFile
          && (before == null || !String.valueOf(why.getMessage()).equals(before.message()))) {
        LOG.log(System.Logger.Level.ERROR, "no login to Vault: {0}", ofOurFile.toString());
      }
      throw why;
    }
  }

  private Open loggedIn() {
    HttpClient http = connection.newHttpClient();
    try {
      VaultLogin.Token token = login.login(connection.client(http, ""));
      Open fresh =
          opened(
              token.seconds(),
              connection.client(http, token.text()),
              http,
              token.seconds(),
              token.renewable());
      drop(open);
      open = fresh;
      return fresh;
    } catch (VaultException refused) {
      http.shutdownNow();
      throw VaultAnswer.failure(refused);
    }
  }

  private Open opened(long granted, Vault vault, HttpClient http, long seconds, boolean renewable) {
    if (seconds == 0) {
      return new Open(granted, vault, http, false, Instant.MAX, Instant.MAX);
    }
    Instant now = clock.instant();
    return new Open(
        granted,
        vault,
        http,
        renewable,
        now.plusSeconds(seconds * 2 / THIRDS),
        now.plusSeconds(seconds));
  }

  /** The same, to be renewed a bit later. */
  private Open later(Open now) {
    Duration left = Duration.between(clock.instant(), now.endsAt());
    Open postponed =
        new Open(
            now.granted(),
            now.vault(),
            now.http(),
            now.renewable(),
            clock.instant().plus(left.dividedBy(ATTEMPTS_IN_THE_LAST_THIRD)),
            now.endsAt());
    open = postponed;
    return postponed;
  }

  /** Lets calls that are under way end. */
  private static void drop(@Nullable Open old) {
    if (old != null) {
      old.http().shutdown();
    }
  }

  @Override
  public void close() {
    reconnect();
  }
}
