package io.pulsewarden.audit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.logverifier.Checkpoint;
import io.pulsewarden.logverifier.VerifierKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointSignerTest {

  private static final String ORIGIN = "pulsewarden.local/audit";

  @TempDir private Path folder;

  @Test
  void shouldWriteTheGoldenCheckpointOfTheFormat() throws Exception {
    CheckpointSigner signer = firstOfRfc8032();
    byte[] root = new byte[32];
    java.util.Arrays.fill(root, (byte) 0xaa);

    // When
    String note = signer.sign(70_000, root);

    // Then
    String page =
        Files.readString(
            Path.of(System.getProperty("pulsewarden.root", ".."), "docs/formats/checkpoint.md"));
    assertThat(page).contains("```\n" + note + "```").contains(signer.verifierKey());
    Checkpoint read =
        Checkpoint.open(
            note.getBytes(StandardCharsets.UTF_8), VerifierKey.parse(signer.verifierKey()));
    assertThat(read.size()).isEqualTo(70_000);
    assertThat(read.root()).isEqualTo(root);
    assertThat(signer.signed(note, 70_000, root)).isTrue();
    assertThat(signer.signed(note, 70_001, root)).isFalse();
    assertThat(signer.signed(note.replace(" ", "  "), 70_000, root)).isFalse();
  }

  @Test
  void shouldWriteTheGoldenStatementOfWhatWasPruned() throws Exception {
    byte[] root = new byte[32];
    java.util.Arrays.fill(root, (byte) 0xaa);

    String note =
        firstOfRfc8032().signPruning(69_888, root, Instant.parse("2020-11-28T00:00:00.9Z"));

    String page =
        Files.readString(
            Path.of(System.getProperty("pulsewarden.root", ".."), "docs/formats/pruned-log.md"));
    assertThat(page).contains("```\n" + note + "```");
  }

  /** The first key of RFC 8032, section 7.1. */
  private static CheckpointSigner firstOfRfc8032() throws Exception {
    byte[] seed =
        HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    byte[] publicKey =
        HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    PrivateKey privateKey =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    return new CheckpointSigner(ORIGIN, privateKey, publicKey);
  }

  @Test
  void shouldMakeAKeyOnceForItsOwnerAlone() throws Exception {
    // Given
    Path file = folder.resolve("log.key");
    SigningKeyFile keyFile = new SigningKeyFile(file);
    assertThat(keyFile.exists()).isFalse();

    // When
    keyFile.create();
    String first = keyFile.signer(ORIGIN).verifierKey();
    keyFile.create();

    // Then
    assertThat(keyFile.signer(ORIGIN).verifierKey()).isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void shouldRefuseAFileOfTwoDifferentKeysOrOfHalfAKey() throws Exception {
    Path first = folder.resolve("first.key");
    Path second = folder.resolve("second.key");
    new SigningKeyFile(first).create();
    new SigningKeyFile(second).create();
    String one = Files.readString(first);
    String other = Files.readString(second);
    int publicPart = one.indexOf("-----BEGIN PUBLIC");
    for (String bad :
        List.of(
            one.substring(0, publicPart) + other.substring(other.indexOf("-----BEGIN PUBLIC")),
            one.substring(0, publicPart))) {
      Files.writeString(first, bad);
      assertThatThrownBy(() -> new SigningKeyFile(first).signer(ORIGIN))
          .isInstanceOf(GeneralSecurityException.class);
    }
  }
}
