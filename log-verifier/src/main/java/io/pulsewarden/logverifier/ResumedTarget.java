package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A copy whose last run may have been cut off. What that run added stands at the beginning of what
 * this one adds: it is compared, up to the first file that is not there, so that no store has to be
 * trusted with not writing twice. One run.
 */
final class ResumedTarget implements TreeTarget {

  private final TreeTarget target;
  private boolean resuming = true;

  ResumedTarget(TreeTarget target) {
    this.target = target;
  }

  /** What an earlier run added here. */
  Optional<byte[]> find(String path) throws IOException {
    Optional<byte[]> there = resuming ? target.read(path) : Optional.empty();
    resuming = there.isPresent();
    return there;
  }

  @Override
  public Optional<byte[]> read(String path) throws IOException {
    return target.read(path);
  }

  @Override
  public void add(String path, byte[] bytes) throws IOException, BadLogException {
    Optional<byte[]> there = find(path);
    if (there.isEmpty()) {
      target.add(path, bytes);
    } else if (!Arrays.equals(there.get(), bytes)) {
      throw new BadLogException("the copy has another " + path);
    }
  }

  @Override
  public void publish(byte[] note) throws IOException {
    target.publish(note);
  }
}
