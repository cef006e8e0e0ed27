package io.pulsewarden.logverifier;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a witness answers, for tests of other packages. */
public final class WitnessAnswers {

  private WitnessAnswers() {}

  /** A status and a body. */
  public record Said(int status, String body) {}

  /** As its server would. */
  public static Said of(Witness witness, String request) throws Exception {
    Witness.Answer answer = witness.addCheckpoint(request.getBytes(StandardCharsets.UTF_8));
    return new Said(answer.status(), answer.body());
  }

  /** What it shows of a log that it cosigned. */
  public static Said latest(Witness witness, String log) throws Exception {
    return witness
        .latest(log)
        .map(note -> new Said(200, new String(note, StandardCharsets.UTF_8)))
        .orElse(new Said(404, ""));
  }

  /** A cosignature under the key in a witness's folder, of whatever note. */
  public static String cosign(String name, Path folder, String note) throws Exception {
    return WitnessKey.open(name, folder.resolve("witness.key"))
        .cosign(note.substring(0, note.lastIndexOf("\n\n") + 1), 1_764_000_000);
  }
}
