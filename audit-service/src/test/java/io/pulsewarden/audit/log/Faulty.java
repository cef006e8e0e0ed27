package io.pulsewarden.audit.log;

import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** Lets one durable step fail: the nth there is. */
final class Faulty {

  private final int at;
  private final @Nullable Fault fault;
  private Runnable meanwhile = () -> {};
  private int steps;

  /** How a step fails. */
  enum Fault {
    FAILED,
    FAILED_BUT_PERSISTED
  }

  Faulty(int at, Fault fault) {
    this.at = at;
    this.fault = fault;
  }

  private Faulty() {
    this.at = -1;
    this.fault = null;
  }

  /** Lets no step fail. */
  static Faulty never() {
    return new Faulty();
  }

  /** Does something when the step fails. */
  void meanwhile(Runnable something) {
    meanwhile = something;
  }

  /** Steps so far. */
  int steps() {
    return steps;
  }

  void step(Runnable step) {
    boolean now = steps++ == at && fault != null;
    if (!now || fault == Fault.FAILED_BUT_PERSISTED) {
      step.run();
    }
    if (now) {
      meanwhile.run();
      throw new IllegalStateException("the step's answer was lost");
    }
  }

  /** The file of the log's key, of which making it is such a step. */
  SigningKeyFile key(Path file) {
    return new SigningKeyFile(file) {
      @Override
      public void create() {
        step(
            () -> {
              try {
                super.create();
              } catch (IOException | GeneralSecurityException unusable) {
                throw new IllegalStateException(unusable);
              }
            });
      }
    };
  }

  /** The file of published checkpoints, of which a write may be such a step. */
  PublishedFile file(Path file) {
    return new PublishedFile(file) {
      @Override
      void write(String note) {
        step(() -> super.write(note));
      }
    };
  }
}
