package io.pulsewarden.logexport;

import io.pulsewarden.logverifier.BadLogException;
import io.pulsewarden.logverifier.TreeTarget;
import java.io.IOException;
import java.util.Optional;

/** A copy whose exporter dies at one of its steps, before the step is done or after it. */
final class DyingTarget implements TreeTarget {

  private final TreeTarget to;
  private final boolean done;
  private int left;

  /** How an exporter dies here. */
  static final class DiedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  DyingTarget(TreeTarget to, int at, boolean done) {
    this.to = to;
    this.left = at;
    this.done = done;
  }

  @Override
  public Optional<byte[]> read(String path) throws IOException {
    return to.read(path);
  }

  @Override
  public void add(String path, byte[] bytes) throws IOException, BadLogException {
    boolean dies = --left == 0;
    if (!dies || done) {
      to.add(path, bytes);
    }
    die(dies);
  }

  @Override
  public void publish(byte[] note) throws IOException {
    boolean dies = --left == 0;
    if (!dies || done) {
      to.publish(note);
    }
    die(dies);
  }

  private static void die(boolean now) {
    if (now) {
      throw new DiedException();
    }
  }
}
