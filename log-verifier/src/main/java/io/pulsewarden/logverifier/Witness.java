package io.pulsewarden.logverifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A witness of logs (C2SP tlog-witness, add-checkpoint): cosigns a checkpoint only if it extends
 * the last one that it cosigned, so that a log can't show different people different trees without
 * as many witnesses lying with it. Thread-safe; one process a folder.
 */
public final class Witness {

  private static final String SUFFIX = ".checkpoint";
  private static final int MAX_PROOF = 63;
  private static final String NUMBER = "0|[1-9][0-9]{0,17}";
  private static final String SIZE_TYPE = "text/x.tlog.size";
  private static final String TEXT_TYPE = "text/plain; charset=utf-8";

  private final WitnessKey key;
  private final Map<String, VerifierKey> logs = new TreeMap<>();
  private final Path folder;
  private final Clock clock;
  private final Recording recording;

  /** How what was cosigned is made durable. */
  interface Recording {

    /** Replaces a file: whole, or not at all. */
    void replace(Path file, byte[] bytes) throws IOException;
  }

  /** What goes back to the log. */
  record Answer(int status, String contentType, String body) {}

  /** Not as the protocol says. */
  private static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  private record Request(long oldSize, List<byte[]> proof, byte[] note) {}

  /**
   * A witness whose key and records are in a folder, which is made if it is missing.
   *
   * @param name a URL without a scheme, such as {@code hospital.example/witness}
   * @param logs those that it knows
   */
  public static Witness open(String name, Path folder, List<VerifierKey> logs, Clock clock)
      throws IOException, GeneralSecurityException {
    return open(name, folder, logs, clock, Durable::replace);
  }

  /** One whose records are made durable in another way. */
  static Witness open(
      String name, Path folder, List<VerifierKey> logs, Clock clock, Recording recording)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(folder);
    WitnessKey key = WitnessKey.open(name, folder.resolve("witness.key"));
    return new Witness(key, logs, folder, clock, recording);
  }

  /** As logs and verifiers configure it. */
  public String verifierKey() {
    return key.verifierKey();
  }

  private Witness(
      WitnessKey key, List<VerifierKey> logs, Path folder, Clock clock, Recording recording) {
    this.key = key;
    this.recording = recording;
    logs.forEach(log -> this.logs.put(log.name(), log));
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Answers {@code add-checkpoint}.
   *
   * <p>The comparison with what was cosigned last and its replacement are one step: nobody else is
   * between them. A crash before the file is replaced leaves the witness where it was, and the log
   * asks again; a crash after it leaves a checkpoint that was recorded and not answered, and the
   * log asks again from that size, with no proof needed.
   */
  synchronized Answer addCheckpoint(byte[] body) throws IOException, GeneralSecurityException {
    Request request;
    try {
      request = parse(body);
    } catch (MalformedException malformed) {
      return new Answer(400, TEXT_TYPE, malformed.getMessage() + "\n");
    }
    VerifierKey log = logs.get(firstLine(request.note()));
    if (log == null) {
      return new Answer(404, TEXT_TYPE, "this witness does not know the log\n");
    }
    Checkpoint offered;
    try {
      offered = Checkpoint.open(request.note(), log);
    } catch (BadLogException unsigned) {
      return new Answer(403, TEXT_TYPE, unsigned.getMessage() + "\n");
    }
    if (request.oldSize() > offered.size()) {
      return new Answer(400, TEXT_TYPE, "the old size is larger than the checkpoint's\n");
    }
    return compare(log, request, offered);
  }

  private Answer compare(VerifierKey log, Request request, Checkpoint offered)
      throws IOException, GeneralSecurityException {
    Optional<Checkpoint> last = last(log);
    long lastSize = last.map(Checkpoint::size).orElse(0L);
    if (request.oldSize() != lastSize) {
      return new Answer(409, SIZE_TYPE, lastSize + "\n");
    }
    if (last.isPresent() && lastSize == offered.size()) {
      if (!java.util.Arrays.equals(last.get().rootBytes(), offered.rootBytes())) {
        return new Answer(409, SIZE_TYPE, lastSize + "\n");
      }
      if (!request.proof().isEmpty()) {
        return new Answer(422, TEXT_TYPE, "a tree needs no proof that it is itself\n");
      }
    } else if (!extendsLast(last, offered, request.proof())) {
      return new Answer(422, TEXT_TYPE, "the proof does not verify\n");
    }
    recording.replace(file(log), request.note());
    String text = new String(request.note(), StandardCharsets.UTF_8);
    String signed = text.substring(0, text.lastIndexOf("\n\n") + 1);
    return new Answer(200, TEXT_TYPE, key.cosign(signed, clock.instant().getEpochSecond()));
  }

  private static boolean extendsLast(
      Optional<Checkpoint> last, Checkpoint offered, List<byte[]> proof) {
    return (last.isEmpty() || last.get().size() == 0)
        ? proof.isEmpty()
        : Proofs.verifyConsistency(last.get(), offered, proof);
  }

  /**
   * The checkpoint that was cosigned last of a log, as the log signed it: who was rolled back can't
   * deny that.
   *
   * @param log SHA-256 over its name, hex; empty for one that is not known, or has none yet
   */
  synchronized Optional<byte[]> latest(String log) throws IOException {
    for (VerifierKey known : logs.values()) {
      Path file = file(known);
      if (file.getFileName().toString().equals(log + SUFFIX) && Files.exists(file)) {
        return Optional.of(Files.readAllBytes(file));
      }
    }
    return Optional.empty();
  }

  /** What was cosigned last. A file that is not as this witness wrote it stops it. */
  private Optional<Checkpoint> last(VerifierKey log) throws IOException {
    Path file = file(log);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Checkpoint.open(Files.readAllBytes(file), log));
    } catch (BadLogException broken) {
      throw new IOException("the witness's record of the log is broken: " + file, broken);
    }
  }

  private Path file(VerifierKey log) {
    byte[] name = log.name().getBytes(StandardCharsets.UTF_8);
    return folder.resolve(HexFormat.of().formatHex(Hashes.sha256(name)) + SUFFIX);
  }

  private static String firstLine(byte[] note) {
    String text = new String(note, StandardCharsets.UTF_8);
    return text.substring(0, Math.max(0, text.indexOf('\n')));
  }

  private static Request parse(byte[] body) throws MalformedException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException notText) {
      throw new MalformedException("the request is not UTF-8");
    }
    int end = text.indexOf("\n\n");
    if (end < 0) {
      throw new MalformedException("the request has no empty line");
    }
    List<String> lines = List.of(text.substring(0, end).split("\n", -1));
    if (!lines.getFirst().matches("old (" + NUMBER + ")")) {
      throw new MalformedException("the request has no old size");
    }
    if (lines.size() - 1 > MAX_PROOF) {
      throw new MalformedException("the proof is too long");
    }
    List<byte[]> proof = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      proof.add(hash(line));
    }
    return new Request(
        Long.parseLong(lines.getFirst().substring("old ".length())),
        proof,
        text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hash(String line) throws MalformedException {
    try {
      byte[] hash = Base64.getDecoder().decode(line);
      if (hash.length == Hashes.BYTES) {
        return hash;
      }
    } catch (IllegalArgumentException malformed) {
      // Told below.
    }
    throw new MalformedException("a line of the proof is no hash");
  }
}
