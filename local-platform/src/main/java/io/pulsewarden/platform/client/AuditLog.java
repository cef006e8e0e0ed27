package io.pulsewarden.platform.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.process.PrivateFiles;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The audit log as an outsider sees it. Its key is kept from the first look on: another one later
 * is another log.
 */
public final class AuditLog {

  private final PlatformHttp http;
  private final String url;
  private final Path keyFile;

  public AuditLog(PlatformHttp http, DataFolder data, Ports ports) {
    this.http = http;
    this.url = PlatformEnvironment.https(ports, Port.AUDIT);
    this.keyFile = data.root().resolve("audit-log.key");
  }

  public String url() {
    return url;
  }

  /** The file with the log's verifier key, fetched at the first look. */
  public Path key() throws IOException, InterruptedException {
    if (!Files.exists(keyFile)) {
      PrivateFiles.replace(keyFile, new String(read("/v1/log-key"), StandardCharsets.UTF_8));
    }
    return keyFile;
  }

  /** The newest checkpoint, its signature checked. */
  public SignedCheckpoint checkpoint() throws IOException, InterruptedException {
    try {
      String note = new String(read("/checkpoint"), StandardCharsets.UTF_8);
      return SignedCheckpoint.open(note, Files.readString(key()));
    } catch (IllegalArgumentException e) {
      throw new PlatformException("the audit log's checkpoint: " + e.getMessage(), e);
    }
  }

  /** The entry that says that an offset of a topic is stored; empty if none does yet. */
  public Optional<JsonNode> storedRange(Person auditor, String topic, int partition, long offset)
      throws IOException, InterruptedException {
    JsonNode items =
        auditor
            .get(
                "%s/v1/entries?topic=%s&partition=%d&offset=%d&limit=1"
                    .formatted(url, topic, partition, offset))
            .path("items");
    return items.isEmpty() ? Optional.empty() : Optional.of(items.get(0));
  }

  /** The newest entry about what a device did or tried; empty if there is none from then on. */
  public Optional<JsonNode> newest(
      Person auditor, UUID device, String action, Optional<String> since)
      throws IOException, InterruptedException {
    String from =
        since.map(time -> "&from=" + URLEncoder.encode(time, StandardCharsets.UTF_8)).orElse("");
    JsonNode items =
        auditor
            .get("%s/v1/entries?actor=%s&action=%s&limit=1%s".formatted(url, device, action, from))
            .path("items");
    return items.isEmpty() ? Optional.empty() : Optional.of(items.get(0));
  }

  /** Whether the entry at this index, byte for byte, is under the checkpoint. */
  public boolean proves(SignedCheckpoint checkpoint, long index, Person auditor)
      throws IOException, InterruptedException {
    String leaf = auditor.get(url + "/v1/entries/" + index).path("leaf").asText();
    JsonNode proof =
        http.sendForJson(
            PlatformHttp.request(
                    "%s/v1/proofs/inclusion?index=%d&size=%d"
                        .formatted(url, index, checkpoint.size()))
                .build());
    List<byte[]> hashes = new ArrayList<>();
    proof.path("hashes").forEach(hash -> hashes.add(Base64.getDecoder().decode(hash.asText())));
    return InclusionProof.verifies(
        Base64.getDecoder().decode(leaf),
        index,
        checkpoint.size(),
        hashes,
        Base64.getDecoder().decode(checkpoint.root()));
  }

  /** An entry and its proof, to be kept; base64, and text. */
  public record Proof(String entry, String proof) {}

  /** The entry at this index, with the proof that the newest published checkpoint has it. */
  public Proof proof(long index, Person auditor) throws IOException, InterruptedException {
    String entry = auditor.get(url + "/v1/entries/" + index).path("leaf").asText();
    byte[] proof = read("/v1/proofs/receipt?index=" + index);
    return new Proof(entry, new String(proof, StandardCharsets.UTF_8));
  }

  private byte[] read(String path) throws IOException, InterruptedException {
    HttpAnswer answer = http.send(PlatformHttp.request(url + path).build());
    if (!answer.isSuccess()) {
      throw new PlatformException("the audit service answered " + answer.status() + " to " + path);
    }
    return answer.body();
  }
}
